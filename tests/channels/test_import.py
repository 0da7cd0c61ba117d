"""A community's past goes in once, quickly, and can be taken back."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from allmende.channels.actions import CannotImport, CannotUndoImport, choose_channel, import_file, undo_import
from allmende.channels.actions.erase_words import erase_words
from allmende.channels.models import Gesture, ImportRun, Message
from allmende.channels.queries import refused_file, search
from allmende.members.models import ActorRule, Identity, Member

ROWS = [
    {"message_id": "q1", "thread_id": "q1", "author": "karl", "created_at": "2024-01-01T10:00:00", "thread_title": "Mahlen", "text": "Wie fein?"},
    {"message_id": "a1", "thread_id": "q1", "parent_id": "q1", "author": "jana", "created_at": "2024-01-01T12:00:00", "text": "Fein.", "is_accepted": True},
    {"message_id": "a2", "thread_id": "q1", "parent_id": "a1", "author": "bot_x", "created_at": "2024-01-01T13:00:00", "text": "Piep."},
    {"message_id": "q2", "thread_id": "q2", "author": "emre", "created_at": "2024-02-01T10:00:00Z", "text": "Wir sind umgezogen."},
]  # fmt: skip


@pytest.fixture
def channel(owner, now):
    return choose_channel(person=owner, name="Kaffee", slug="kaffee", kind="archive", account=None, now=now, mark="K")


@pytest.fixture
def take_in(owner, channel, now):
    def run(path, **more):
        return import_file(person=owner, channel=channel, path=path, now=now, **more)

    return run


def write(path, rows):
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    content = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def test_rows_become_messages_gestures_members_and_rules(take_in, tmp_path):
    run = take_in(write(tmp_path / "a.jsonl", ROWS), bots=["bot_*"], staff=["emre"])
    assert (run.state, run.read, run.new, run.known, run.refused) == ("done", 4, 4, 0, 0)
    classes = dict(Message.objects.values_list("native_id", "author_class"))
    assert classes == {"q1": "member", "a1": "member", "a2": "bot", "q2": "staff"}
    answer = Message.objects.get(native_id="a1")
    assert (answer.act, answer.reply_to.native_id, answer.origin) == ("answered", "q1", "import")
    assert answer.occurred_at == datetime(2024, 1, 1, 12, tzinfo=UTC)
    accepted = Gesture.objects.get(act="accepted_answer")
    assert accepted.target == answer
    assert dict(Member.objects.values_list("alias", "actor_class")) == {
        "karl": "member", "jana": "member", "bot_x": "bot", "emre": "staff",
    }  # fmt: skip
    assert Member.objects.get(alias="karl").first_seen_at == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert ActorRule.objects.count() == 2


def test_importing_twice_adds_nothing(take_in, tmp_path):
    path = write(tmp_path / "a.jsonl.gz", ROWS)
    take_in(path)
    counts = [model.objects.count() for model in (Message, Gesture, Member, Identity)]
    again = take_in(path)
    assert (again.new, again.known, again.refused) == (0, 4, 0)
    assert [model.objects.count() for model in (Message, Gesture, Member, Identity)] == counts


def test_a_broken_row_is_refused_with_line_and_reason_and_the_rest_goes_in(take_in, tmp_path):
    broken = [b"{no json", {"message_id": "x", "thread_id": "x", "author": "y"}, b"\xff\xfe"]
    run = take_in(write(tmp_path / "a.jsonl", [ROWS[0], *broken, *ROWS[1:]]))
    assert (run.new, run.refused, run.read) == (4, 3, 7)
    refused = [json.loads(line) for line in refused_file(run).read_text(encoding="utf-8").splitlines()]
    assert [(row["line"], row["reason_code"]) for row in refused] == [(2, "not_json"), (3, "missing"), (4, "not_utf8")]


def test_a_run_is_undone_whole_and_once(take_in, owner, now, tmp_path):
    run = take_in(write(tmp_path / "a.jsonl", [*ROWS, b"{"]))
    undo_import(person=owner, import_run=run, now=now)
    assert [model.objects.count() for model in (Message, Gesture, Member, Identity)] == [0, 0, 0, 0]
    assert not refused_file(run).exists()
    assert search(owner.workspace, "Fein") == []
    with pytest.raises(CannotUndoImport):
        undo_import(person=owner, import_run=run, now=now)


def test_undoing_leaves_what_other_runs_brought(take_in, owner, now, tmp_path):
    take_in(write(tmp_path / "a.jsonl", ROWS[:1]))
    second = take_in(write(tmp_path / "b.jsonl", ROWS))
    undo_import(person=owner, import_run=second, now=now)
    assert list(Message.objects.values_list("native_id", flat=True)) == ["q1"]
    assert list(Member.objects.values_list("alias", flat=True)) == ["karl"]


def test_no_file_and_no_format_are_refused_in_a_sentence(take_in, tmp_path):
    with pytest.raises(CannotImport, match=r"nichts\.jsonl"):
        take_in(tmp_path / "nichts.jsonl")
    with pytest.raises(CannotImport, match="jsonl"):
        take_in(write(tmp_path / "a.jsonl", ROWS), format="fax")
    assert not ImportRun.objects.exists()


def test_coffee_and_ncar_give_the_published_counts(take_in, shared_data):
    coffee = take_in(shared_data / "communities/stackexchange_coffee/coffee.jsonl")
    assert (coffee.new, coffee.refused) == (552, 0)
    assert Member.objects.count() == 115
    assert Message.objects.values("thread_native_id").distinct().count() == 225
    assert Gesture.objects.filter(act="accepted_answer").count() == 105


@pytest.mark.parametrize(
    ("refused", "is_gone"),
    [
        ("max", True),
        ("Max", True),
        ("sagte Max.", True),
        ("eins\nmax\tzwei", True),
        ("Maximal drei", False),
        ("Klimax", False),
        ("max_mustermann", False),
    ],
)
def test_a_file_of_refused_rows_goes_only_if_it_names_who_is_forgotten(take_in, tmp_path, now, refused, is_gone):
    run = take_in(write(tmp_path / "a.jsonl", [*ROWS, b"{" + json.dumps(refused).encode()]))
    assert refused_file(run).exists()
    erase_words(Member.objects.get(alias="jana"), ["max"], now)
    assert refused_file(run).exists() is not is_gone


@pytest.mark.parametrize("written", ["M\u00fcller", "Mu\u0308ller"])
def test_an_umlaut_is_one_however_the_file_writes_it(take_in, tmp_path, now, written):
    for name, is_ascii in (("a", True), ("b", False)):
        row = json.dumps(written, ensure_ascii=is_ascii).encode()
        run = take_in(write(tmp_path / f"{name}.jsonl", [*ROWS, b"{" + row]))
        erase_words(Member.objects.get(alias="jana"), ["Jana M\u00fcller", "M\u00fcller"], now)
        assert not refused_file(run).exists()
