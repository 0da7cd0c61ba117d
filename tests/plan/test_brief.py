"""The brief of a board meeting on paper: what the screen says, tagged, and never past the guard (S0-17, S1-17)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from allmende.plan import actions
from allmende.plan.jobs import set_asked_briefs
from allmende.plan.queries import brief_file, brief_sheet, typeset_brief

HOSTILE = "#eval <b>x</b> $y$ *z*"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path / "briefs"


@pytest.fixture
def submit(write_plan, owner, now, tell):
    """`submit(asks="…")` submits a board meeting about the plan in force."""
    found = write_plan(publish=True)
    tell(found.objective.key, share=0.44, n=200, period_end=now, verdict="moving")

    def make(**content):
        given = {
            "on_date": "2026-11-10",
            "people": ["Frau Brandt", "Finanzen"],
            "benefits": [{"who": "Frau Brandt", "benefit": "Fragen werden gelöst, bevor sie anrufen"}],
            "asks": "Zwei Stunden mehr",
        }
        return actions.submit_decision(
            person=owner, kind="board_meeting", title="Vorstand im November", keys=[found.objective.key],
            content={**given, **content}, now=now,
        )  # fmt: skip

    return make


def address(check, name="brief_pdf"):
    return reverse(f"plan:{name}", args=[check.workspace.slug, check.pk])


def said_by(node):
    return node if isinstance(node, str) else "".join(said_by(kid) for kid in node["kids"])


def squeezed(text):
    return " ".join(text.split())


def test_s0_17_paper_says_what_the_screen_says(submit, owner, now, client_of):
    check = submit(asks=HOSTILE)
    page = client_of(owner).get(address(check, "brief")).text
    screen = squeezed(unescape(re.sub(r"<[^>]+>", "", page)))
    sheet = brief_sheet(owner, check, now)
    paper = squeezed(said_by(sheet))
    for words in (
        "88 von 200",
        "44",
        "Belegstufe E",
        "bewegt sich",
        "Frau Brandt",
        HOSTILE,
        "Mehr Fragen werden gelöst",
    ):
        assert words in screen and words in paper, words
    sections = [kid for kid in sheet["kids"] if isinstance(kid, dict) and kid["tag"] == "section"]
    assert all(squeezed(said_by(one)) in screen for one in sections)
    assert sheet["lang"] == "de"


def test_the_worker_sets_what_was_asked_for_and_the_page_waits(submit, owner, now, client_of, folder):
    check, client = submit(), client_of(owner)
    assert client.get(address(check)).status_code == 303
    assert client.post(address(check))["Location"] == address(check)
    waiting = client.get(address(check))
    assert (waiting.status_code, waiting["Refresh"]) == (202, "2")
    assert set_asked_briefs(now) == 1 and set_asked_briefs(now) == 0
    answer = client.get(address(check))
    assert answer["Content-Type"] == "application/pdf"
    assert "lotsenforum-vorstand-im-november.pdf" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    order = actions.order_brief(person=owner, check=check, now=now + timedelta(days=1))
    set_asked_briefs(now)
    assert [path.name for path in folder.iterdir()] == [brief_file(order).name]
    assert typeset_brief(order) == brief_file(order).read_bytes()


def test_s1_17_nothing_leaves_past_the_guard(submit, owner, now, client_of, folder):
    check, client = submit(asks="Wir haben 12.000 Follower und brauchen Geld"), client_of(owner)
    assert client.post(address(check))["Location"] == address(check, "brief")
    with pytest.raises(actions.CannotSetBrief):
        actions.order_brief(person=owner, check=check, now=now)
    assert set_asked_briefs(now) == 0 and not folder.exists()


def test_what_the_guard_holds_back_in_between_is_not_set(submit, owner, now, client_of):
    check = submit()
    order = actions.order_brief(person=owner, check=check, now=now)
    actions.change_decision(
        person=owner, check=check, title=check.title, keys=check.keys, now=now, revision=check.revision,
        content={**check.content, "asks": "Wir haben 12.000 Follower"},
    )  # fmt: skip
    assert set_asked_briefs(now) == 1
    assert not brief_file(order).exists()
    assert client_of(owner).get(address(check)).status_code == 303


def test_only_a_board_meeting_has_a_brief(submit, owner, now, client_of):
    other = actions.submit_decision(
        person=owner, kind="generic", title="T", now=now,
        content={"options": ["a"], "reversible": "yes", "none_reason": "x"},
    )  # fmt: skip
    assert client_of(owner).post(address(other)).status_code == 404
