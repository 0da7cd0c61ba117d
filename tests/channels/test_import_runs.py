"""A run goes on where it stopped, one process at a time, and is undone whole."""

import json
import zipfile
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from allmende.channels.actions import (
    CannotImport,
    CannotUndoImport,
    ImportRuns,
    choose_channel,
    choose_file,
    import_due,
    import_file,
    start_import,
    stop_import,
    undo_import,
)
from allmende.channels.models import ImportRun, Message
from allmende.channels.queries import import_facts, odd_times, refused_rows
from allmende.channels.states import RUN_DONE, RUN_FAILED, RUN_RUNNING, RUN_STOPPED
from allmende.connectors.archive import connector
from allmende.inbox.actions import file_imported
from allmende.inbox.jobs import follow_imports
from allmende.inbox.models import Conversation
from allmende.members.models import ActorRule, Member


class Killed(BaseException):
    """What a process sees of being killed: nothing of ours runs after it."""


@pytest.fixture
def scene(owner, now, tmp_path, monkeypatch):
    """Fourteen rows, two of them broken, read four at a time."""
    monkeypatch.setattr(connector, "BATCH_ROWS", 4)
    rows = [
        json.dumps({"message_id": f"m{n}", "thread_id": f"t{n // 3}", "author": f"a{n % 3}", "created_at": f"2024-01-{n + 1:02d}", "text": "Ja."})
        for n in range(12)
    ]  # fmt: skip
    path = tmp_path / "past.jsonl"
    path.write_text("\n".join([*rows[:2], "{kaputt", *rows[2:9], "{auch", *rows[9:]]) + "\n")
    channel = choose_channel(person=owner, name="Alt", slug="alt", kind="archive", account=None, now=now)

    def run(**more):
        return import_file(person=owner, channel=channel, path=path, now=now, **more)

    return SimpleNamespace(path=path, channel=channel, run=run)


def kill_at(row_count):
    def progress(run):
        if run.read >= row_count:
            raise Killed

    return progress


@pytest.mark.parametrize("at", [0, 1, 5, 9, 14])
def test_a_killed_run_goes_on_without_loss_or_doubles(scene, at):
    with pytest.raises(Killed):
        scene.run(progress=kill_at(at))
    killed = ImportRun.objects.get()
    assert killed.state == RUN_RUNNING
    ImportRun.objects.update(holder="")
    again = scene.run()
    assert (again.pk, again.state) == (killed.pk, RUN_DONE)
    assert (again.new, again.known, again.refused, again.read) == (12, 0, 2, 14)
    assert [row["line"] for row in refused_rows(again)] == [3, 11]
    assert Message.objects.count() == 12
    assert again.percent == 100


def test_who_reads_it_holds_it_until_the_lease_ends(scene, now):
    with pytest.raises(Killed):
        scene.run(progress=kill_at(1))
    with pytest.raises(ImportRuns, match=r"past\.jsonl"):
        scene.run()
    later = scene.run(clock=lambda: now + timedelta(minutes=3))
    assert later.state == RUN_DONE


def test_another_file_or_other_wishes_begin_anew(scene):
    with pytest.raises(Killed):
        scene.run(progress=kill_at(1))
    ImportRun.objects.update(holder="")
    other = scene.run(staff=["a1"])
    assert ImportRun.objects.count() == 2
    assert other.known > 0
    scene.path.write_text(scene.path.read_text() + "\n")
    assert scene.run(staff=["a1"]).pk != other.pk


def test_stopped_by_a_person_it_rests_goes_on_or_is_undone(scene, owner, now):
    def stop(run):
        stop_import(person=owner, import_run=run, now=now)

    stopped = scene.run(progress=stop)
    assert stopped.state == RUN_STOPPED
    taken = Message.objects.count()
    assert taken < 12
    assert scene.run().pk == stopped.pk
    assert Message.objects.count() == 12
    undo_import(person=owner, import_run=stopped, now=now)
    assert (Message.objects.count(), Member.objects.count()) == (0, 0)


def test_what_breaks_leaves_a_failed_run_that_goes_on(scene, monkeypatch):
    def broken(run):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        scene.run(progress=broken)
    failed = ImportRun.objects.get()
    assert (failed.state, failed.reason, failed.holder) == (RUN_FAILED, "disk full", "")
    assert scene.run().pk == failed.pk
    assert Message.objects.count() == 12


def test_a_worker_reads_what_waits_and_what_a_dead_one_left(scene, owner, now):
    run = choose_file(person=owner, channel=scene.channel, path=scene.path, now=now, wishes={"bots": ["a2"]})
    assert import_due(now=now) == 0
    start_import(person=owner, import_run=run, now=now)
    with pytest.raises(CannotUndoImport):
        undo_import(person=owner, import_run=run, now=now)
    assert import_due(now=now) == 1
    run.refresh_from_db()
    assert (run.state, run.new, run.percent) == (RUN_DONE, 12, 100)
    assert import_due(now=now) == 0
    with pytest.raises(CannotImport):
        start_import(person=owner, import_run=run, now=now)
    assert follow_imports(now) == 12
    assert follow_imports(now) == 0
    ImportRun.objects.update(state=RUN_RUNNING, holder="elsewhere:1:x", lease_until=now - timedelta(days=1), cursor="8")
    assert import_due(now=now) == 1


def test_what_is_later_than_its_own_file_is_odd_however_long_reading_takes(owner, now, tmp_path):
    path, later = tmp_path / "past.jsonl", now + timedelta(hours=2)
    row = {"thread_id": "t", "author": "karl", "text": "Ja."}
    times = (now - timedelta(minutes=1), now + timedelta(hours=1))
    path.write_text("".join(json.dumps(row | {"message_id": f"{at}", "created_at": f"{at}"}) + "\n" for at in times))
    channel = choose_channel(person=owner, name="Alt", slug="alt", kind="archive", account=None, now=now)
    run = choose_file(person=owner, channel=channel, path=path, now=now, wishes={})
    start_import(person=owner, import_run=run, now=now)
    assert import_due(now=later) == 1
    run.refresh_from_db()
    assert (run.state, run.new, run.finished_at >= later, odd_times(run)) == (RUN_DONE, 2, True, (0, 1))


def test_undoing_an_archive_forgets_who_counted_as_staff_there(scene, owner, now):
    run = scene.run(staff=["a1"], bots=["a2"])
    assert ActorRule.objects.count() == 2
    undo_import(person=owner, import_run=run, now=now)
    assert not ActorRule.objects.exists()


def test_progress_counts_bytes_of_both_looks(scene):
    seen = []
    scene.run(progress=lambda run: seen.append(run.percent))
    assert seen == sorted(seen)
    assert seen[-1] <= 100


def test_an_export_goes_in_whole_and_twice_adds_nothing(owner, now, tmp_path):
    path = tmp_path / "export.zip"
    day = [
        {"type": "message", "user": "U1", "text": "Wer kommt?", "ts": "1700000000.1", "thread_ts": "1700000000.1", "reactions": [{"name": "+1", "users": ["U2"]}]},
        {"type": "message", "user": "U2", "text": "Ich.", "ts": "1700000100.1", "thread_ts": "1700000000.1"},
    ]  # fmt: skip
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(
            "users.json",
            json.dumps([{"id": "U1", "name": "karl", "real_name": "Karl Ott"}, {"id": "U2", "name": "jana"}]),
        )
        out.writestr("channels.json", json.dumps([{"id": "C1", "name": "kaffee"}]))
        out.writestr("kaffee/2023-11-14.json", json.dumps(day))
    channel = choose_channel(person=owner, name="Slack", slug="slack", kind="archive", account=None, now=now)
    run = import_file(person=owner, channel=channel, path=path, now=now, staff=["jana"])
    assert (run.format, run.new, run.refused) == ("slack", 2, 0)
    assert import_facts(run)["threads"] == 1
    assert dict(Message.objects.values_list("identity__name", "author_class")) == {
        "Karl Ott": "member",
        "jana": "staff",
    }
    again = import_file(person=owner, channel=channel, path=path, now=now, staff=["jana"])
    assert (again.new, again.known) == (0, 2)


def test_open_since_lets_threads_wait_in_which_a_member_spoke_last(owner, now, tmp_path):
    rows = [
        ("alt", "karl", "2026-08-01"), ("offen", "karl", "2026-09-10"), ("offen", "team", "2026-09-11"), ("offen", "karl", "2026-09-12"),
        ("offen", "bot_x", "2026-09-13"), ("beantwortet", "karl", "2026-09-10"), ("beantwortet", "team", "2026-09-14"),
    ]  # fmt: skip
    path = tmp_path / "past.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"message_id": f"m{n}", "thread_id": thread, "author": author, "created_at": day, "text": "Ja."})
            for n, (thread, author, day) in enumerate(rows)
        )
    )
    channel = choose_channel(person=owner, name="Alt", slug="alt", kind="archive", account=None, now=now)
    run = import_file(
        person=owner, channel=channel, path=path, now=now, staff=["team"], bots=["bot_*"], open_since=date(2026, 9, 1)
    )
    file_imported(import_run=run, now=now)
    roots = dict(Message.objects.filter(act="asked").values_list("native_id", "extra__thread_id"))
    found = {roots[c.thread_native_id]: c for c in Conversation.objects.all()}
    assert {name: c.state for name, c in found.items()} == {
        "alt": "archived",
        "offen": "waiting",
        "beantwortet": "archived",
    }
    assert found["offen"].waiting_since.date() == date(2026, 9, 12)
    assert found["offen"].due_at is not None
