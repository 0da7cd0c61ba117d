"""What must not stand in the tree, and what the documents claim about it."""

import os
import re
import subprocess

import pytest

from allmende.config.cli import build
from tools.environment import ROOT

# In pieces, so that this file does not name what it looks for.
WORK, FARM, TMP, ROOT_HOME = "wo" + "rk", "fa" + "rm", "tm" + "p", "ro" + "ot"
MACHINE_PATHS = rf"/{WORK}/(main|steering|[.]library|[.]mirror)|/{FARM}/(in|out)|/{TMP}/\w*jobs|/{ROOT_HOME}/[.]\w+"
HOSTS = r"registry[.]npm" + r"js[.]|py" + r"pi[.]org/|python" + r"hosted[.]|deb[.]deb" + r"ian[.]"
UNWANTED = re.compile(f"{MACHINE_PATHS}|{HOSTS}", re.IGNORECASE)
STARTERS = ("run", "test", "bench", ".ci/run")


def unwanted_lines(text: str) -> list[str]:
    """Lines that name a place on somebody's machine, or a package registry."""
    return [line for line in text.splitlines() if UNWANTED.search(line)]


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("left out: this is no git checkout")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "line",
    [
        f"see /{WORK}/main/x",
        f"/{ROOT_HOME}/.cache",
        '"resolved": "https://registry.npm' + 'js.org/x"',
        "https://files.python" + "hosted.org/",
    ],
)
def test_an_unwanted_line_is_found(line: str) -> None:
    assert unwanted_lines(line)


def test_no_machine_path_or_registry_stands_in_tracked_files() -> None:
    found = []
    for name in _tracked():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data[:8000]:
            found += [f"{name}: {line[:120]}" for line in unwanted_lines(data.decode(errors="replace"))]
    assert not found, "\n".join(found)


def test_nothing_large_and_no_data_is_tracked() -> None:
    large = [name for name in _tracked() if (ROOT / name).stat().st_size > 1_500_000]
    assert not large
    assert not [name for name in _tracked() if name.endswith((".sqlite3", ".parquet", ".duckdb", ".pyc"))]


@pytest.mark.parametrize("name", STARTERS)
def test_starters_can_be_started(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


def test_locks_carry_hashes_and_no_addresses() -> None:
    for lock in ("run", "test"):
        text = (ROOT / "requirements" / f"{lock}.lock").read_text()
        pins = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", text, re.MULTILINE)
        assert len(pins) > 50
        assert "--hash=sha256:" in text and "://" not in text


def commands_named_in(text: str) -> set[str]:
    """The first words after `allmende` wherever a document shows the command."""
    shown = re.findall(r"`([^`\n]+)`", text) + re.findall(
        r"^\s*(?:\$ )?(.+)$", "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)), re.MULTILINE
    )
    return {found[1] for line in shown if (found := re.match(r"(?:\S*/)?allmende ([a-z]+)\b", line.strip()))}


def test_a_command_in_a_document_is_seen() -> None:
    assert commands_named_in("Run `allmende dance now` and\n```sh\n.venv/bin/allmende sing --loud\n```\n") == {
        "dance",
        "sing",
    }


def test_commands_named_in_the_readme_exist() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("left out: there is no README.md yet")
    app = build()
    known = {command.name for command in app.registered_commands} | {
        group.typer_instance.info.name for group in app.registered_groups
    }
    for group in app.registered_groups:
        known |= {command.name for command in group.typer_instance.registered_commands}  # type: ignore[union-attr]
    assert commands_named_in(readme.read_text()) <= known


def test_starters_named_in_the_readme_exist() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("left out: there is no README.md yet")
    named = set(re.findall(r"(?<![\w./])\./([a-z]+)\b", readme.read_text()))
    assert named and all((ROOT / name).exists() for name in named)
