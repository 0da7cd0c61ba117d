"""interfaces.md, input rows of `import --format jsonl`: read as they are, refused one by one, resumed anywhere."""

import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from allmende.connectors.archive.connector import BATCH_ROWS, Archive
from allmende.connectors.archive.jsonl import LONGEST_LINE
from allmende.connectors.archive.told import EXTRA_BYTES
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.neutral import Batch, Item


def row(message: object, thread: object = "t", author: object = "anna", minute: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "message_id": message,
        "thread_id": thread,
        "parent_id": None,
        "author": author,
        "created_at": f"2026-01-01T10:{minute:02d}:00Z",
        "text": f"Text {message}",
    } | more


@pytest.fixture
def collect(tmp_path: Path):  # type: ignore[no-untyped-def]
    def collected(rows: list[Any], cursor: str = "", packed: bool = False, **settings: Any) -> list[Batch]:
        lines = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in rows]
        path = tmp_path / "archive.jsonl"
        content = b"\n".join(lines) + b"\n"
        path.write_bytes(gzip.compress(content) if packed else content)
        return list(Archive({"file": str(path), **settings}, None, Client()).collect(cursor))

    return collected


def items(batches: list[Batch]) -> list[Item]:
    return [item for batch in batches for item in batch.items]


def reasons(batches: list[Batch]) -> list[tuple[int, str]]:
    return [(refusal.line, refusal.reason_code) for batch in batches for refusal in batch.refused]


def acts(batches: list[Batch]) -> dict[str, str]:
    return {item.ref.native_id: item.act for item in items(batches)}


def test_root_is_asked_others_answer_and_the_asker_comments(collect) -> None:  # type: ignore[no-untyped-def]
    batches = collect(
        [
            row("t", author="anna", thread_title="Titel"),
            row("2", author="ben", minute=1, parent_id="t"),
            row("3", author="anna", minute=2, parent_id="2"),
            row("4", author="ben", minute=3, kind="comment"),
        ]
    )
    assert acts(batches) == {"t": "asked", "2": "answered", "3": "commented", "4": "commented"}
    root, answer, *_ = items(batches)
    assert (root.title, root.thread, root.reply_to) == ("Titel", "t", "")
    assert (answer.title, answer.thread, answer.reply_to) == ("", "t", "t")
    assert root.occurred_at == datetime(2026, 1, 1, 10, tzinfo=UTC)


def test_on_social_networks_the_root_is_posted_and_replies_comment(collect) -> None:  # type: ignore[no-untyped-def]
    batches = collect([row("t"), row("2", author="ben", minute=1)], place="social")
    assert acts(batches) == {"t": "posted", "2": "commented"}


def test_a_thread_that_names_no_message_begins_with_its_earliest_message_by_a_person(collect) -> None:  # type: ignore[no-untyped-def]
    batches = collect(
        [
            row("3", "topic", "ben", 5),
            row("1", "topic", "bot_notice", 0),
            row("2", "topic", "anna", 4),
            row("4", "topic", "anna", 4),
            row("5", "topic", "anna", 6),
        ],
        bots=["bot_*"],
    )
    assert acts(batches) == {
        "3": "answered",
        "1": "commented",
        "2": "asked",
        "4": "commented",
        "5": "commented",
    }
    assert {item.thread for item in items(batches)} == {"2"}
    assert next(item for item in items(batches) if item.ref.native_id == "2").extra["thread_id"] == "topic"


def test_ties_in_time_keep_the_sources_order(collect) -> None:  # type: ignore[no-untyped-def]
    batches = collect([row("b", "topic", "ben"), row("a", "topic", "anna"), row("c", "topic", "carl")])
    assert [item.ref.native_id for item in items(batches)] == ["b", "a", "c"]
    assert acts(batches) == {"b": "asked", "a": "answered", "c": "answered"}


def test_a_reply_before_its_root_still_answers_it(collect) -> None:  # type: ignore[no-untyped-def]
    batches = collect([row("2", author="ben", minute=9, parent_id="t"), row("t", author="anna", minute=20)])
    assert acts(batches) == {"2": "answered", "t": "asked"}


def test_bots_and_staff_are_marked_on_the_author(collect) -> None:  # type: ignore[no-untyped-def]
    batches = collect(
        [row("t"), row("2", author="bot_welcome"), row("3", author="Team Kiel")],
        bots=["bot_*", "*[Bb]ot"],
        staff=["Team Kiel"],
    )
    asked, bot, staff = items(batches)
    assert not asked.author.is_bot and "author_class" not in asked.extra
    assert bot.author.is_bot and bot.extra["author_class"] == "bot"
    assert staff.extra["author_class"] == "staff"


def test_accepted_becomes_a_gesture_of_the_asker_whose_time_is_unknown(collect) -> None:  # type: ignore[no-untyped-def]
    batches = collect([row("t"), row("2", author="ben", minute=7, is_accepted=True)])
    gesture = items(batches)[2]
    assert (gesture.ref.native_id, gesture.kind, gesture.act) == ("2#accepted", "gesture", "accepted_answer")
    assert (gesture.target, gesture.thread, gesture.author.native_id) == ("2", "t", "anna")
    assert gesture.occurred_at == datetime(2026, 1, 1, 10, 7, tzinfo=UTC)
    assert gesture.extra == {"time": "unknown"}


def test_a_solved_thread_is_reported_once_after_its_last_message(collect) -> None:  # type: ignore[no-untyped-def]
    rows = [row(number, "topic", "anna", number, thread_resolved=number > 1) for number in range(5)]
    batches = collect([*rows, row("other", "other", minute=9)])
    gestures = [item for item in items(batches) if item.kind == "gesture"]
    assert [(gesture.ref.native_id, gesture.act) for gesture in gestures] == [("0#solved", "reported_solved")]
    assert gestures[0].occurred_at.minute == 4
    assert gestures[0].author is None
    assert gestures[0].target == "0"


def test_unknown_fields_are_kept_and_bounded(collect) -> None:  # type: ignore[no-untyped-def]
    batches = collect([row("t", score=3, channel="c", tags=["x"], nothing=None), row("2", blob="x" * 9000, score=1)])
    assert items(batches)[0].extra == {"score": 3, "channel": "c", "tags": ["x"]}
    assert items(batches)[1].extra["score"] == 1
    many = {f"field{number}": "y" * 400 for number in range(100)}
    batches = collect([row("t", **many)])
    assert len(json.dumps(items(batches)[0].extra)) < EXTRA_BYTES + 1000
    assert items(batches)[0].extra["dropped"]


def test_other_names_through_a_map(collect) -> None:  # type: ignore[no-untyped-def]
    theirs = {
        "id": 7,
        "topic": 7,
        "user": {"name": "anna"},
        "date": "2026-01-01T12:00:00+02:00",
        "body": "Hallo",
    }
    names = {
        "message_id": "id",
        "thread_id": "topic",
        "author": "user.name",
        "created_at": "date",
        "text": "body",
    }
    (item,) = items(collect([theirs], map=names))
    assert (item.ref.native_id, item.author.native_id, item.text) == ("7", "anna", "Hallo")
    assert item.occurred_at == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert item.extra == {}


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-01-01T10:00:00Z", 10),
        ("2026-01-01T10:00:00", 10),
        ("2026-01-01 10:00", 10),
        ("2026-01-01T10:00:00.123456+03:00", 7),
        ("20260101T100000Z", 10),
    ],
)
def test_times_are_iso_and_utc_without_a_zone(collect, written: str, hour: int) -> None:  # type: ignore[no-untyped-def]
    (item,) = items(collect([row("t", created_at=written)]))
    assert item.occurred_at.hour == hour
    assert item.occurred_at.tzinfo is UTC


BROKEN = {
    "not_json": [b"{", b'{"a": 1} x', b"NaN,", b"[" * 100_000],
    "not_an_object": [b"[]", b"1", b"null", b'"row"'],
    "not_utf8": [b'{"text": "\xff"}'],
    "too_large": [b'{"text": "' + b"x" * (LONGEST_LINE + 5) + b'"}'],
    "missing": [row(None), row(""), row("1", None), row("1", "t", None), row("1", created_at=None), {"a": 1}],
    "bad_value": [
        row(["1"]),
        row("1", {}),
        row("1", "t", {"name": "a"}),
        row("1", text=5),
        row("1", author=True),
    ],
    "name_too_long": [row("x" * 201), row("1", "x" * 201), row("1", "t", "x" * 201)],
    "bad_time": [
        row("1", created_at="yesterday"),
        row("1", created_at=1700000000),
        row("1", created_at="2026-13-01T00:00:00Z"),
        row("1", created_at="0001-01-01T00:00:00+14:00"),
        row("1", created_at="1850-01-01T00:00:00"),
    ],
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_broken_row_is_refused_with_line_and_reason_and_the_rest_goes_in(collect, reason: str) -> None:  # type: ignore[no-untyped-def]
    bad = BROKEN[reason]
    batches = collect([row("t"), *bad, b"", row("2", author="ben")])
    assert acts(batches) == {"t": "asked", "2": "answered"}
    assert reasons(batches) == [(number, reason) for number in range(2, 2 + len(bad))]
    assert all(len(refusal.raw) <= 500 for batch in batches for refusal in batch.refused)


def test_signs_no_text_may_hold_are_replaced(collect) -> None:  # type: ignore[no-untyped-def]
    line = json.dumps(row("t")).encode().replace(b"Text t", b"a\\u0000b\\ud800c\\ud83d\\ude00")
    (item,) = items(collect([line]))
    assert item.text == "a\ufffdb\ufffdc\U0001f600"


def test_packed_files_are_read_as_they_are_and_a_cut_one_gives_what_it_has(tmp_path: Path, collect) -> None:  # type: ignore[no-untyped-def]
    rows = [row("t", text="ä" * 50), *(row(number, author=f"u{number}") for number in range(3000))]
    plain, packed = collect(rows), collect(rows, packed=True)
    assert items(plain) == items(packed)
    path = tmp_path / "cut.gz"
    whole = gzip.compress("\n".join(map(json.dumps, rows)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    batches = list(Archive({"file": path}, None, Client()).collect(""))
    assert 0 < len(items(batches)) < 3001
    assert reasons(batches)[-1][1] == "file_cut"


def test_batches_resume_at_any_cursor(collect) -> None:  # type: ignore[no-untyped-def]
    rows = [row(number, number - number % 4, f"u{number % 7}", number % 60) for number in range(10_500)]
    rows[15] = b"{"
    whole = collect(rows)
    assert [len(batch.items) + len(batch.refused) for batch in whole] == [0] * 10 + [BATCH_ROWS] * 10 + [500]
    for position, batch in list(enumerate(whole))[9::3]:
        rest = collect(rows, cursor=batch.cursor)
        assert items(rest) == items(whole[position + 1 :])
    assert items(collect(rows, cursor=whole[-1].cursor)) == []


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("w") as file:
        for number in range(12_000):
            file.write(json.dumps(row(number, number - number % 50, f"u{number % 99}", text="x" * 200)) + "\n")
    tracemalloc.start()
    for batch in Archive({"file": path}, None, Client()).collect(""):
        assert len(batch.items) <= BATCH_ROWS
        del batch
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25_000_000


def test_a_missing_file_and_a_foreign_cursor_are_refused(tmp_path: Path) -> None:
    archive = Archive({"file": tmp_path / "none.jsonl"}, None, Client())
    for call in (archive.whoami, lambda: next(archive.collect(""))):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.reason_code == "no_such_file"
    (tmp_path / "none.jsonl").write_text("")
    with pytest.raises(Refused):
        next(archive.collect("abc"))
