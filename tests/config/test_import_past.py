"""`allmende import` as `interfaces.md` fixes it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.channels.models import Channel, ImportRun, Message
from allmende.config import cli
from allmende.inbox.models import Conversation

ROW = {"message_id": "1", "thread_id": "1", "author": "karl", "created_at": "2024-01-01T10:00:00", "text": "Wie?"}
FIELDS = [
    "schema", "run", "read", "new", "known", "refused", "threads", "members", "first_at", "last_at", "refused_file",
]  # fmt: skip


@pytest.fixture
def answered(owner, capsys):
    def run(*words):
        status = cli.main([*words, "--json"])
        lines = capsys.readouterr().out.splitlines()
        return status, json.loads(lines[-1]) if lines else None

    return run


def test_a_past_goes_in_archived_twice_adds_nothing_and_comes_out_again(answered, tmp_path):
    path = tmp_path / "past.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, "message_id": "2", "author": "jana"}) + "\n")
    status, row = answered("import", str(path), "--channel", "coffee")
    assert (status, list(row)) == (0, FIELDS)
    assert (row["read"], row["new"], row["threads"], row["members"]) == (2, 2, 1, 2)
    assert Conversation.objects.get().state == "archived"
    again = answered("import", str(path), "--channel", "coffee")[1]
    assert (again["new"], again["known"]) == (0, 2)
    assert answered("import", "--undo", row["run"])[0] == 0
    assert not Message.objects.exists()
    assert answered("import", "--undo", row["run"])[0] == 2


def test_refused_rows_end_with_1_and_name_their_file(answered, tmp_path):
    path = tmp_path / "past.jsonl"
    path.write_text(json.dumps(ROW) + "\n{\n")
    status, row = answered("import", str(path), "--channel", "coffee")
    assert (status, row["refused"], row["new"]) == (1, 1, 1)
    with open(row["refused_file"], encoding="utf-8") as lines:
        assert json.loads(lines.readline())["line"] == 2


def test_other_names_come_through_a_map(answered, tmp_path):
    path, names = tmp_path / "past.jsonl", tmp_path / "map.json"
    row = {"id": "1", "thread": "1", "user": {"name": "karl"}, "created_at": "2024-01-01", "text": "Wie?"}
    path.write_text(json.dumps(row) + "\n")
    names.write_text(json.dumps({"message_id": "id", "thread_id": "thread", "author": "user.name"}))
    status, told = answered("import", str(path), "--channel", "coffee", "--map", str(names))
    assert (status, told["new"]) == (0, 1)


@pytest.mark.parametrize(
    "words",
    [["nirgends.jsonl", "--channel", "c"], ["x.jsonl"], ["--undo", "7"], ["x.jsonl", "--channel", "c", "--map", "y"]],
)
def test_wrong_use_ends_with_2_and_leaves_nothing(answered, words):
    assert answered("import", *words)[0] == 2
    assert not Channel.objects.exists()


def test_what_cannot_be_read_leaves_no_channel(answered, tmp_path):
    picture = tmp_path / "bild.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert answered("import", str(picture), "--channel", "neu") == (2, None)
    assert answered("import", str(picture), "--channel", "neu", "--format", "fax") == (2, None)
    assert not Channel.objects.exists()


def test_open_since_takes_a_day_and_lets_threads_wait(answered, tmp_path):
    path = tmp_path / "past.jsonl"
    path.write_text(json.dumps(ROW) + "\n")
    assert answered("import", str(path), "--channel", "coffee", "--open-since", "neulich") == (2, None)
    assert answered("import", str(path), "--channel", "coffee", "--open-since", "2024-01-01")[0] == 0
    assert Conversation.objects.get().state == "waiting"


def test_what_another_process_reads_is_locked(answered, tmp_path):
    path = tmp_path / "past.jsonl"
    path.write_text(json.dumps(ROW) + "\n")
    run = answered("import", str(path), "--channel", "coffee")[1]["run"]
    ImportRun.objects.filter(pk=run).update(
        state="running", holder="elsewhere:1:x", lease_until=timezone.now() + timedelta(minutes=1)
    )
    assert answered("import", str(path), "--channel", "coffee") == (3, None)


def test_times_that_cannot_be_are_named_to_whoever_imports(owner, client_of, tmp_path, capsys):
    """Their number alone would look as if all was well, and what lies before 1990 is not counted."""
    path = tmp_path / "past.jsonl"
    odd = ("1989-12-31T23:59:59Z", "1970-01-01T00:00:00Z", (timezone.now() + timedelta(days=900)).isoformat())
    rows = [ROW, *({**ROW, "message_id": f"odd{number}", "created_at": at} for number, at in enumerate(odd))]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert cli.main(["import", str(path), "--channel", "coffee", "--json"]) == 0
    told = capsys.readouterr().err
    assert "Odd times: 2 rows before 1990, which are not counted, and 1 in the future" in told
    run = ImportRun.objects.get()
    page = client_of(owner).get(f"/w/{owner.workspace.slug}/channels/imports/{run.pk}/").content.decode()
    assert "2 Zeilen liegen vor 1990; sie werden nicht gezählt." in page and "1 Zeile liegt in der Zukunft" in page
    path.write_text(json.dumps({**ROW, "message_id": "2"}) + "\n")
    assert cli.main(["import", str(path), "--channel", "coffee", "--json"]) == 0
    assert "Odd times" not in capsys.readouterr().err
    run = ImportRun.objects.order_by("created_at").last()
    assert (
        "Seltsame Zeiten"
        not in client_of(owner).get(f"/w/{owner.workspace.slug}/channels/imports/{run.pk}/").content.decode()
    )
