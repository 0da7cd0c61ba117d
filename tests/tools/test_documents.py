"""What the documents name exists: every link, every line with `allmende`, every starter, tool, bench and setting."""

import re
import shlex
from pathlib import Path

import click
import pytest
import typer

from allmende.config.cli import build
from allmende.config.environment import VARIABLES
from tools.benches import names
from tools.environment import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
# What stands around a command without belonging to it: settings in front, schedules, an environment's folder.
BEFORE = r"(?:^|`)(?:[A-Z_]+=\S+ |[\d*]+ [\d*]+ [\d*]+ [\d*]+ [\d*]+ |cd \S+ && )*(?:\S*/python -m |\S*/)?"
LINE = re.compile(BEFORE + r"allmende ((?:[a-z-]|\.\.\.)[^`\n#]*)", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
EVERYWHERE = {"--data": True, "--workspace": True, "--log-format": True, "--json": False, "--help": False}


def known_page(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def fault(line: str) -> str:
    """What is wrong with the words behind `allmende`, or ""."""
    words, command = shlex.split(line), typer.main.get_command(build())
    while isinstance(command, click.Group) or hasattr(command, "commands"):
        if not words or words[0] not in command.commands:
            # A group alone is named in running text; a word it does not know is a fault.
            return f"no such command: {words[0]}" if words and not words[0].startswith("-") else ""
        command = command.commands[words.pop(0)]
    options = {name: one for one in command.params for name in (*one.opts, *one.secondary_opts)}
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    places = 0
    while words:
        word = words.pop(0)
        if not word.startswith("-"):
            places += 1
            continue
        if word not in options and word not in EVERYWHERE:
            return f"no such option: {word}"
        takes_value = EVERYWHERE[word] if word in EVERYWHERE else not options[word].is_flag
        if takes_value and (not words or words.pop(0).startswith("-")):
            return f"a value is missing behind {word}"
    return "" if places <= len(arguments) else f"{places} arguments, where {len(arguments)} are taken"


def anchors(text: str) -> set[str]:
    """What the headings of a page are called in links."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize(
    "line",
    ["up --ports 8000", "reports Brandt", "backup one two", "user links NAME", "report Brandt --out", "keys turn"],
)
def test_a_wrong_line_would_be_noticed(line):
    assert fault(line)


@pytest.mark.parametrize("page", PAGES, ids=known_page)
def test_every_line_with_allmende_is_one_that_it_knows(page):
    if page.name == "cli.md":
        return  # made from the commands themselves
    for line in LINE.findall(page.read_text()):
        assert not fault(line.strip()), line


def test_the_pages_show_commands_at_all():
    lines = [line for page in PAGES if page.name != "cli.md" for line in LINE.findall(page.read_text())]
    assert len(lines) > 15
    assert {"backup", "restore", "doctor", "measure", "report", "import"} <= {line.split()[0] for line in lines}


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS], ids=known_page)
def test_every_link_leads_somewhere(page):
    for link in LINK.findall(page.read_text()):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text()), link


def test_the_readme_leads_to_every_page():
    linked = {link.partition("#")[0] for link in LINK.findall((ROOT / "README.md").read_text())}
    assert {known_page(page) for page in PAGES if page.name != "README.md"} <= linked


def test_every_picture_is_shown():
    shown = {(page.parent / link).resolve() for page in PAGES for link in LINK.findall(page.read_text())}
    assert set((ROOT / "docs" / "pictures").glob("*.png")) <= shown


@pytest.mark.parametrize("page", PAGES, ids=known_page)
def test_every_tool_bench_and_setting_exists(page):
    text = page.read_text()
    for module in re.findall(r"python -m (tools\.\w+)", text):
        base = ROOT / module.replace(".", "/")
        assert base.with_suffix(".py").exists() or (base / "__main__.py").exists(), module
    assert set(re.findall(r"\./bench ([a-z_]+)", text)) <= set(names())
    known = {one.name for one in VARIABLES}
    assert set(re.findall(r"\b(?:ALLMENDE_[A-Z_]+|DATABASE_URL)\b", text)) <= known
