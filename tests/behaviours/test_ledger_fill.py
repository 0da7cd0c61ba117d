"""The ledger says what messages and gestures say, whatever came when, and was interrupted where."""

import errno
from datetime import UTC, datetime, timedelta
from inspect import GEN_CLOSED, getgeneratorstate

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.behaviours.actions import fill_ledger
from allmende.behaviours.models import LedgerMark
from allmende.behaviours.queries import ledger_name, ledger_root
from allmende.behaviours.queries.due import due_workspaces
from allmende.behaviours.queries.interactions import has_changes
from allmende.behaviours.queries.ledger_rows import batches_by_month
from allmende.channels.actions import record_batch, undo_import
from allmende.channels.models import ImportRun, Message
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.ledger.files import Ledger
from allmende.members.actions import erase, merge_members, part_members
from allmende.members.models import Member
from tests.behaviours.conftest import row

MARCH = datetime(2026, 3, 2, 10, tzinfo=UTC)
APRIL = datetime(2026, 4, 2, 10, tzinfo=UTC)
ROWS = [
    row("q1", "Birgit", MARCH),
    row("a1", "Tarek", MARCH + timedelta(hours=1), "q1") | {"is_accepted": True},
    row("b1", "bot_x", MARCH + timedelta(hours=2), "q1"),
    row("a2", "Lena", APRIL, "q1"),
    row("q2", "Tarek", APRIL),
]


def stored(workspace):
    """All rows of the ledger as dicts, in its own order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    paths = Ledger(ledger_root()).paths(ledger_name(workspace))
    return pa.concat_tables([pq.read_table(path) for path in paths]).to_pylist() if paths else []


def test_messages_and_gestures_become_rows_by_month(take_in, workspace, now):
    take_in(ROWS, bots=["bot_*"])
    assert fill_ledger(workspace=workspace, now=now) == ("2026-03", "2026-04")
    rows = stored(workspace)
    assert [(r["kind"], r["act"], r["actor_class"], r["is_root"]) for r in rows] == [
        ("message", "asked", "member", True),
        ("gesture", "accepted_answer", "member", False),
        ("message", "answered", "member", False),
        ("message", "commented", "bot", False),
        ("message", "answered", "member", False),
        ("message", "asked", "member", True),
    ]
    pseudonyms = dict(Member.objects.values_list("alias", "pseudonym"))
    assert rows[2]["actor"] == pseudonyms["Tarek"]
    assert rows[2]["target_actor"] in (None, pseudonyms["Birgit"])
    assert rows[1]["object_id"] == Message.objects.get(native_id="a1").pk
    assert len({r["thread_id"] for r in rows}) == 2
    assert LedgerMark.objects.get().interactions == 6


def test_only_touched_months_are_written_again(take_in, workspace, now):
    take_in(ROWS)
    fill_ledger(workspace=workspace, now=now)
    assert not has_changes(LedgerMark.objects.get(), workspace, now)
    take_in([row("q3", "Lena", APRIL)], at=now + timedelta(hours=1))
    fill_ledger(workspace=workspace, now=now + timedelta(hours=1))
    later = now + timedelta(hours=2)
    take_in([row("a3", "Lena", APRIL + timedelta(days=1), "q2")], at=later)
    assert has_changes(LedgerMark.objects.get(), workspace, later)
    assert fill_ledger(workspace=workspace, now=later) == ("2026-04",)
    assert LedgerMark.objects.get().interactions == 8


def test_only_the_first_of_a_thread_is_looked_up_where_no_message_names_it(archive, workspace, now):
    """A look for each message is what a fill took longest for; two months, and a thread whose name comes late."""

    def said(native_id, at, thread):
        return Item(Ref(native_id), "message", "asked", Author("1", "Lena", "Lena"), at, thread, text="Text")

    unnamed = [said(f"m{number}", MARCH + timedelta(days=2 * number), "topic-7") for number in range(20)]
    named = [said("r1", MARCH + timedelta(days=1), "late"), said("late", MARCH + timedelta(days=3), "late")]
    record_batch(channel=archive, batch=Batch((*unnamed, *named), ""), now=now)
    with CaptureQueriesContext(connection) as asked:
        assert fill_ledger(workspace=workspace, now=now) == ("2026-03", "2026-04")
    roots = Message.objects.filter(pk__in=[one["object_id"] for one in stored(workspace) if one["is_root"]])
    assert set(roots.values_list("native_id", flat=True)) == {"m0", "late"}
    looks = [one["sql"] for one in asked if "EXISTS" in one["sql"]]
    firsts = [Message.objects.get(native_id=name).pk for name in ("m0", "r1")]
    assert len(looks) == 1 and f"IN ({', '.join(map(str, firsts))})" in looks[0]


def test_where_rows_cannot_be_laid_aside_the_database_is_free_again(take_in, workspace, monkeypatch):
    """PostgreSQL answers nothing else while it tells rows, and whoever says that the disk is full holds on to the fault."""
    taken = []

    def full(told):
        taken.append(told)
        next(told)
        raise OSError(errno.ENOSPC, "No space left on device")

    take_in(ROWS)
    monkeypatch.setattr("allmende.behaviours.queries.ledger_rows.sorted_by_time", full)
    with pytest.raises(OSError, match="No space left"):
        next(batches_by_month(workspace, None))
    assert getgeneratorstate(taken[0]) == GEN_CLOSED
    assert Message.objects.exists()


def test_a_beginning_that_comes_late_takes_the_root_from_the_other_month(archive, workspace, now):
    def arrives(native_id, at, when):
        item = Item(Ref(native_id), "message", "asked", Author("1", "Lena", "Lena"), at, "thread-7", text="Text")
        record_batch(channel=archive, batch=Batch((item,), ""), now=when)
        return fill_ledger(workspace=workspace, now=when)

    arrives("late", APRIL, now)
    assert arrives("earlier", MARCH, now + timedelta(hours=1)) == ("2026-03", "2026-04")
    assert [r["is_root"] for r in stored(workspace)] == [True, False]
    arrives("thread-7", MARCH + timedelta(days=1), now + timedelta(hours=2))  # it bears the thread's name
    assert [r["is_root"] for r in stored(workspace)] == [False, True, False]


def test_a_bot_that_speaks_first_does_not_open_the_thread(take_in, workspace, now):
    take_in([row("b", "bot_x", MARCH, "topic"), row("q", "Lena", MARCH + timedelta(hours=1), "topic")], bots=["bot_*"])
    fill_ledger(workspace=workspace, now=now)
    assert [(r["act"], r["is_root"]) for r in stored(workspace)] == [("commented", False), ("asked", True)]


def test_rows_of_a_long_import_are_found_although_their_time_is_its_beginning(take_in, workspace, now):
    take_in(ROWS[:3])
    fill_ledger(workspace=workspace, now=now + timedelta(hours=2))
    take_in(ROWS[3:])  # the same `now` as the first: a later batch of a run that began then
    assert has_changes(LedgerMark.objects.get(), workspace, now + timedelta(hours=2))
    fill_ledger(workspace=workspace, now=now + timedelta(hours=2))
    assert len(stored(workspace)) == 6


def test_what_a_running_import_links_later_is_read_again(take_in, workspace, now):
    run = take_in(ROWS)
    ImportRun.objects.filter(pk=run.pk).update(state="running")
    fill_ledger(workspace=workspace, now=now)
    assert LedgerMark.objects.get().changed_until < now
    assert fill_ledger(workspace=workspace, now=now + timedelta(minutes=1)) == ("2026-03", "2026-04")
    ImportRun.objects.filter(pk=run.pk).update(state="done")
    fill_ledger(workspace=workspace, now=now + timedelta(minutes=2))
    assert LedgerMark.objects.get().changed_until == now


def test_an_undone_import_leaves_the_ledger_too(take_in, workspace, owner, now):
    take_in(ROWS[:1])
    run = take_in([row("x", "Lena", APRIL)], at=now)
    fill_ledger(workspace=workspace, now=now)
    undo_import(person=owner, import_run=run, now=now + timedelta(minutes=1))
    assert has_changes(LedgerMark.objects.get(), workspace, now + timedelta(minutes=2))
    fill_ledger(workspace=workspace, now=now + timedelta(minutes=2))
    assert Ledger(ledger_root()).months(ledger_name(workspace)) == ("2026-03",)


@pytest.mark.parametrize("minutes", [1, 8, 300])
def test_an_import_whose_undoing_ended_only_after_a_fill_had_looked_leaves_the_ledger_too(
    take_in, workspace, owner, now, minutes
):
    """It bears the time it began, and may take as long as it likes."""
    take_in(ROWS[:1])
    run = take_in([row("x", "Lena", APRIL)], at=now)
    fill_ledger(workspace=workspace, now=now + timedelta(minutes=minutes))
    undo_import(person=owner, import_run=run, now=now + timedelta(seconds=30))
    later = now + timedelta(minutes=minutes + 6)
    assert has_changes(LedgerMark.objects.get(), workspace, later)
    fill_ledger(workspace=workspace, now=later)
    assert Ledger(ledger_root()).months(ledger_name(workspace)) == ("2026-03",)
    assert LedgerMark.objects.get().whole_at == later
    fill_ledger(workspace=workspace, now=later + timedelta(hours=2))
    assert not has_changes(LedgerMark.objects.get(), workspace, later + timedelta(hours=3))
    assert LedgerMark.objects.get().whole_at == later, "once is enough"


def test_whoever_was_erased_while_an_hour_of_fills_went_by_leaves_the_ledger_too(take_in, workspace, owner, now):
    """Whoever erases may have waited for the workspace."""
    take_in(ROWS)
    lena = Member.objects.get(alias="Lena")
    fill_ledger(workspace=workspace, now=now + timedelta(hours=1))
    erase(person=owner, member=lena, asked_date=now.date(), now=now)
    later = now + timedelta(hours=1, minutes=2)
    assert has_changes(LedgerMark.objects.get(), workspace, later)
    fill_ledger(workspace=workspace, now=later)
    assert lena.pseudonym not in {one["actor"] for one in stored(workspace)}


def test_where_it_is_quiet_for_long_no_month_is_written_again(take_in, workspace):
    """What came late was met by then; a file that stays as it is tells that nothing touched what was counted from it."""
    begin = datetime(
        2036, 10, 7, tzinfo=UTC
    )  # after the clock of a database that says by its own when a row was written
    take_in(ROWS)
    fill_ledger(workspace=workspace, now=begin)
    (*_, april) = Ledger(ledger_root()).paths(ledger_name(workspace))
    before = april.stat().st_mtime_ns
    assert fill_ledger(workspace=workspace, now=begin + timedelta(days=1)) == ()
    assert april.stat().st_mtime_ns == before
    take_in([row("late", "Lena", APRIL + timedelta(days=1))], at=begin + timedelta(days=1))
    assert fill_ledger(workspace=workspace, now=begin + timedelta(days=2)) == ("2026-04",)


def test_erased_members_leave_and_deleted_words_are_marked(take_in, workspace, now):
    take_in(ROWS)
    fill_ledger(workspace=workspace, now=now)
    Member.objects.filter(alias="Tarek").update(erased_at=now)
    Message.objects.filter(native_id="a2").update(deleted_at=now, changed_at=now + timedelta(minutes=1))
    fill_ledger(workspace=workspace, now=now + timedelta(minutes=1))
    rows = stored(workspace)
    assert [(r["kind"], r["deleted_at"] is not None) for r in rows] == [
        ("message", False), ("gesture", False), ("message", False), ("message", True),
    ]  # fmt: skip


def test_who_was_erased_while_a_fill_began_leaves_with_the_next(take_in, workspace, now):
    """The erasure began a second before the fill and ended after it had looked: another fill is due, and then no more."""
    take_in(ROWS)
    fill_ledger(workspace=workspace, now=now)
    tarek = Member.objects.get(alias="Tarek")
    Member.objects.filter(pk=tarek.pk).update(erased_at=now - timedelta(seconds=1))
    assert tarek.pseudonym in {one["actor"] for one in stored(workspace)}
    assert has_changes(LedgerMark.objects.get(), workspace, now + timedelta(minutes=1))
    fill_ledger(workspace=workspace, now=now + timedelta(minutes=6))
    assert tarek.pseudonym not in {one["actor"] for one in stored(workspace)}
    assert not has_changes(LedgerMark.objects.get(), workspace, now + timedelta(minutes=20))


def test_an_interrupted_fill_is_done_again_and_ends_the_same(take_in, workspace, now, monkeypatch):
    take_in(ROWS)
    whole = Ledger.replace_month

    def dies(self, name, month, batches):
        if month == "2026-04":
            raise OSError("the disk is full")
        return whole(self, name, month, batches)

    monkeypatch.setattr(Ledger, "replace_month", dies)
    with pytest.raises(OSError, match="full"):
        fill_ledger(workspace=workspace, now=now)
    assert LedgerMark.objects.get().filled_at is None
    monkeypatch.undo()
    assert fill_ledger(workspace=workspace, now=now) == ("2026-03", "2026-04")
    assert len(stored(workspace)) == 6


def test_a_lost_ledger_is_filled_whole(take_in, workspace, now):
    take_in(ROWS)
    fill_ledger(workspace=workspace, now=now)
    for path in Ledger(ledger_root()).paths(ledger_name(workspace)):
        path.unlink()
    fill_ledger(workspace=workspace, now=now + timedelta(hours=1))
    assert len(stored(workspace)) == 6


def test_direct_messages_and_words_that_never_got_out_are_not_counted(take_in, workspace, now):
    take_in(ROWS[:2])
    Message.objects.filter(native_id="a1").update(visibility="direct")
    fill_ledger(workspace=workspace, now=now)
    assert [r["act"] for r in stored(workspace) if r["kind"] == "message"] == ["asked"]


def test_whoever_is_merged_is_one_person_in_the_touched_months_alone(take_in, owner, workspace, now):
    may = row("c1", "Lena", APRIL + timedelta(days=30), "q1")
    take_in([*ROWS, row("q0", "Birgit", MARCH - timedelta(days=30))])
    # Later than the rest: PostgreSQL reads again what came shortly before the newest.
    take_in([may], at=now + timedelta(hours=1))
    fill_ledger(workspace=workspace, now=now + timedelta(hours=1))
    lena, tarek = (Member.objects.get(alias=name) for name in ("Lena", "Tarek"))
    before, later = stored(workspace), now + timedelta(hours=2)
    merging = merge_members(person=owner, source=lena, target=tarek, basis="said", now=later)
    assert has_changes(LedgerMark.objects.get(), workspace, later) and due_workspaces(later) == [workspace]
    assert fill_ledger(workspace=workspace, now=later) == ("2026-04", "2026-05")
    actors = {r["actor"] for r in stored(workspace)}
    assert tarek.pseudonym in actors and lena.pseudonym not in actors
    quiet = later + timedelta(minutes=6)
    assert has_changes(LedgerMark.objects.get(), workspace, quiet)
    fill_ledger(workspace=workspace, now=quiet)
    assert not has_changes(LedgerMark.objects.get(), workspace, quiet + timedelta(seconds=1))
    part_members(person=owner, merging=merging.pk, now=quiet + timedelta(hours=1))
    assert fill_ledger(workspace=workspace, now=quiet + timedelta(hours=2)) == ("2026-04", "2026-05")
    assert stored(workspace) == before
