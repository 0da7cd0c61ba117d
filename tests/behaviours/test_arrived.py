"""What people did behind our links is in the ledger and counts; a click is not (S3-22)."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.behaviours.actions import adopt_definition, fill_ledger, measure
from allmende.behaviours.models import LedgerMark, Measurement
from allmende.behaviours.queries.due import due_workspaces
from allmende.behaviours.queries.interactions import has_changes
from allmende.channels.actions import (
    choose_arrivals,
    count_clicks,
    import_arrivals,
    make_link,
    note_click,
    record_arrivals,
    undo_arrivals,
)
from allmende.channels.models import TrackedLink
from allmende.connectors.webhook.inbound import Arrival
from allmende.ledger.definition import Anchor, Definition, Predicate
from tests.behaviours.conftest import row
from tests.behaviours.test_ledger_fill import stored

MARCH = datetime(2026, 3, 2, 10, tzinfo=UTC)
BUYS = Definition(
    key="arrived_buys_7d", version=1, form="F1", unit="member", population=("unknown",),
    anchor=Anchor("first_act", ("arrived_from_link",)), predicate=Predicate(acts=("bought", "completed_on_site")),
    window=timedelta(days=7),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.DATA = tmp_path


@pytest.fixture
def link(owner) -> TrackedLink:
    return make_link(person=owner, now=MARCH - timedelta(days=40), target="https://example.org/", name="Zum Laden")


@pytest.fixture
def tell(owner, link, now):
    def run(*told: tuple[str, datetime, str], at: datetime = now):
        lines = [f"{link.code};{act};{when.isoformat()};{who}" for act, when, who in told]
        table = "\n".join(["code;behaviour;time;person", *lines]).encode()
        upload = choose_arrivals(person=owner, name="laden.csv", parts=[table], now=at)
        return import_arrivals(person=owner, upload=upload, now=at)

    return run


def test_s3_22_arrivals_become_interactions(owner, workspace, link, tell, take_in, now):
    take_in([row("q1", "Birgit", MARCH)])
    tell(
        ("arrived", MARCH, "1"), ("bought", MARCH + timedelta(hours=1), "1"), ("bought", MARCH + timedelta(days=40), "")
    )
    assert fill_ledger(workspace=workspace, now=now) == ("2026-03", "2026-04")
    rows = [one for one in stored(workspace) if one["kind"] == "gesture"]
    assert [(one["act"], one["actor_class"], one["is_root"]) for one in rows] == [
        ("arrived_from_link", "unknown", False), ("bought", "unknown", False), ("bought", "unknown", False),
    ]  # fmt: skip
    assert rows[0]["actor"] == rows[1]["actor"] and rows[2]["actor"] is None
    assert len({one["event_id"] for one in rows}) == len({one["thread_id"] for one in rows}) == 3
    assert LedgerMark.objects.get().interactions == 4


def test_s3_22_a_click_is_never_a_result(workspace, link, now):
    note_click(link=link, now=MARCH)
    count_clicks(now=now)
    assert not has_changes(None, workspace, now)
    assert fill_ledger(workspace=workspace, now=now) == ()


def test_new_arrivals_touch_only_their_month_and_an_undone_table_all(owner, workspace, tell, now):
    tell(("bought", MARCH, "1"))
    assert due_workspaces(now) == [workspace]
    fill_ledger(workspace=workspace, now=now)
    assert not has_changes(LedgerMark.objects.get(), workspace, now)
    later = now + timedelta(hours=1)
    upload = tell(("bought", MARCH + timedelta(days=40), "1"), at=later)
    assert has_changes(LedgerMark.objects.get(), workspace, later)
    assert "2026-04" in fill_ledger(workspace=workspace, now=later)
    undo_arrivals(person=owner, upload=upload, now=later + timedelta(minutes=1))
    assert has_changes(LedgerMark.objects.get(), workspace, later + timedelta(minutes=2))
    fill_ledger(workspace=workspace, now=later + timedelta(minutes=2))
    assert [one["occurred_at"] for one in stored(workspace)] == [MARCH]


def test_s3_22_a_signed_call_counts_like_a_table(owner, workspace, link, now):
    told = [Arrival("17", link.code, "completed_on_site", MARCH)]
    record_arrivals(workspace=workspace, arrivals=told, now=now)
    fill_ledger(workspace=workspace, now=now)
    assert [one["act"] for one in stored(workspace)] == ["completed_on_site"]


def test_s3_22_what_was_done_after_the_arrival_is_measured(owner, workspace, tell, take_in, now):
    take_in([row("q1", "Birgit", MARCH - timedelta(days=30))])
    told = [("arrived", MARCH + timedelta(hours=number), str(number)) for number in range(4)]
    bought = [("bought", MARCH + timedelta(days=1), "0"), ("completed", MARCH + timedelta(days=2), "1")]
    tell(*told, *bought, ("bought", MARCH + timedelta(days=9), "2"))
    definition = adopt_definition(workspace=workspace, spec=BUYS, person=owner, now=now)
    fill_ledger(workspace=workspace, now=now)
    measure(workspace=workspace, definition=definition, as_of=now, now=now)
    found = Measurement.objects.filter(period_kind="month", complete__gt=0).get()
    assert (found.successes, found.complete) == (2, 4)
