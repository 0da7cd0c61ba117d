"""The report on paper: the same words and figures as on the screen, tagged, and never past the guard (S1-17, S1-23)."""

import json
import re
import zlib
from pathlib import Path

import pytest
from django.urls import reverse

from allmende.config import cli, terminal
from allmende.stakeholders.actions import open_report, release_report, typeset_released, write_report
from allmende.stakeholders.jobs import typeset as typeset_job
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries import guest_page, pdf_file
from allmende.stakeholders.queries.typesetting import sheet_of, typeset

HOSTILE = "<b>#eval</b> & $x$ \\ [z] @label *fett* „Zitat“"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path / "reports"


@pytest.fixture
def released(compose, judge, weeks, owner, now) -> Report:
    judge()
    report = compose()
    return release_report(person=owner, report=report, now=now, seen_revision=report.revision)


@pytest.fixture
def ask(capsys, workspace):
    def run(*words):
        status = cli.main(["--json", "--workspace", workspace.slug, "report", *words])
        terminal.choose([])
        printed = capsys.readouterr()
        return status, [json.loads(line) for line in printed.out.splitlines()], printed.err

    return run


def streams(pdf: bytes) -> bytes:
    """Everything a reader finds once the parts are unpacked."""
    parts = [pdf]
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(raw))
        except zlib.error:
            continue
    return b"\n".join(parts)


def words_of(node: object) -> str:
    if isinstance(node, str):
        return node
    assert isinstance(node, dict)
    return "".join(words_of(kid) for kid in node["kids"]) + node.get("alt", "")


def test_it_is_tagged_and_names_its_language_and_title(released, now):
    inside = streams(typeset(released, at=now))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
    assert released.title.encode() in inside
    assert re.search(rb"/Lang\s*\(de\)", inside)
    for tag in (b"/H1", b"/H2", b"/TH", b"/TD", b"/Figure"):
        assert tag in inside, tag


def test_it_says_what_the_screen_says(released):
    sheet = sheet_of(guest_page(released))
    said = words_of(sheet)
    for figure in ("187 Menschen", "512 von 905", "56,6\u00a0%", "+4,2 bis +11,3", "bewegt sich deutlich"):
        assert figure in said, figure
    drawings = [kid for kid in _all(sheet) if kid["tag"] == "svg"]
    assert len(drawings) == 1
    assert drawings[0]["svg"].count("<circle") == 26
    assert "48,8" in drawings[0]["alt"]


def _all(node):
    return [node] + [found for kid in node["kids"] if isinstance(kid, dict) for found in _all(kid)]


def test_words_of_people_are_set_as_they_stand(compose, judge, owner, now):
    judge()
    report = compose()
    texts = {"title": report.title, "story": HOSTILE, "story_by": "Yıldız", "has_story_consent": True}
    write_report(
        person=owner, report=report, now=now, seen_revision=report.revision, setback=HOSTILE, ask=HOSTILE, **texts
    )
    assert words_of(sheet_of(guest_page(report))).count(HOSTILE) == 3
    assert typeset(report, at=now).startswith(b"%PDF-")


def test_the_same_report_is_the_same_file(released, now):
    assert typeset(released, at=released.released_at) == typeset(released, at=released.released_at)


def test_it_fits_on_one_sheet(released, now):
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", streams(typeset(released, at=now)))) == 1


def test_in_english_where_the_workspace_speaks_it(compose, judge, weeks, owner, now):
    judge()
    owner.workspace.language = "en"
    owner.workspace.save()
    sheet = sheet_of(guest_page(compose()))
    assert sheet["lang"] == "en"
    assert sheet["draft"] == "Draft, not released"
    assert "56.6%" in words_of(sheet)


def test_the_worker_sets_what_was_released_once_and_again_when_lost(released, now, folder):
    assert typeset_job(now) == 1
    assert typeset_job(now) == 0
    first = pdf_file(released).read_bytes()
    pdf_file(released).unlink()
    assert typeset_released(now=now) == 1
    assert pdf_file(released).read_bytes() == first
    assert [path.name for path in folder.iterdir()] == [pdf_file(released).name]


def test_a_draft_is_not_set_by_itself(compose, judge, now, client_of, owner):
    judge()
    report = compose()
    assert typeset_job(now) == 0
    answer = client_of(owner).get(reverse("stakeholders:pdf", args=[owner.workspace.slug, report.pk]))
    assert answer.status_code == 303


def test_the_page_waits_for_it_and_then_gives_it(released, now, client_of, owner):
    address = reverse("stakeholders:pdf", args=[owner.workspace.slug, released.pk])
    waiting = client_of(owner).get(address)
    assert (waiting.status_code, waiting["Refresh"]) == (202, "2")
    typeset_job(now)
    answer = client_of(owner).get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert f"{owner.workspace.slug}-frau-brandt-2026-10-06.pdf" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_a_guest_reads_it_behind_their_door_only(released, now, client, owner, time_machine):
    time_machine.move_to(now)
    token = open_report(person=owner, report=released, now=now)
    typeset_job(now)
    answer = client.get(reverse("guest_report_pdf", args=[token]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get(reverse("guest_report_pdf", args=["x" * 20])).status_code == 404


def test_the_command_writes_the_released_one(released, ask, tmp_path):
    target = tmp_path / "brandt.pdf"
    status, lines, _ = ask("brandt", "--out", str(target))
    assert status == 0
    assert lines[-1] | {"schema": 1} == lines[-1]
    assert (lines[-1]["report"], lines[-1]["state"], lines[-1]["file"]) == (str(released.pk), "released", str(target))
    assert target.read_bytes().startswith(b"%PDF-")


def test_the_command_lets_no_draft_past_the_guard(compose, judge, owner, now, ask, tmp_path, time_machine):
    time_machine.move_to(now)
    judge()
    report = compose()
    write_report(
        person=owner, report=report, now=now, seen_revision=report.revision, title=report.title, story="",
        story_by="", has_story_consent=False, setback="3.412 Beiträge im Quartal", ask="",
    )  # fmt: skip
    target = tmp_path / "brandt.pdf"
    status, lines, _ = ask("Frau Brandt", "--draft", "--until", "2026-10-06", "--out", str(target))
    assert (status, lines[-1]["file"]) == (1, "")
    assert lines[-1]["findings"][0]["code"] == "activity_count"
    assert not target.exists()


def test_the_command_sets_a_clean_draft(judge, brandt, ask, now, tmp_path, time_machine):
    time_machine.move_to(now)
    judge()
    target = tmp_path / "draft.pdf"
    status, lines, _ = ask("Frau Brandt", "--draft", "--until", "2026-10-06", "--out", str(target))
    assert (status, lines[-1]["state"]) == (0, "compiled")
    assert Path(lines[-1]["file"]).read_bytes().startswith(b"%PDF-")


def test_the_command_says_who_there_is(brandt, ask):
    status, _, told = ask("niemand")
    assert status == 2
    assert "Frau Brandt" in told
