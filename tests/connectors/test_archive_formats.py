"""Exports of other houses, read by what is in them: Slack, Zulip, Stack Exchange, Discourse, tables."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from allmende.connectors.archive.connector import Archive
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.neutral import Item, RefusedRow

USERS = [
    {"id": "U1", "name": "karl", "real_name": "Karl Ott", "profile": {"display_name": "karl.o"}},
    {"id": "U2", "name": "jana", "real_name": "Jana Petersen", "profile": {}},
    {"id": "B9", "name": "melder", "is_bot": True, "profile": {}},
]
DAY = [
    {"type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": "1516454398.000069"},
    {"type": "message", "user": "U1", "text": "Wie fein? <@U2> &amp; <https://a.example/x|Seite> <#C2|mühle> <!here>", "ts": "1516454400.000100",
     "thread_ts": "1516454400.000100", "edited": {"user": "U1", "ts": "1516454500.000000"},
     "reactions": [{"name": "+1", "users": ["U2", "B9"], "count": 2}, {"name": "pray", "users": ["U2"], "count": 1}],
     "files": [{"mimetype": "image/png", "url_private": "https://files.example/a.png?t=xoxe-secret", "title": "Bild", "name": "a.png"}]},
    {"type": "message", "user": "U2", "text": "Fein.", "ts": "1516454460.000200", "thread_ts": "1516454400.000100"},
    {"type": "message", "subtype": "bot_message", "bot_id": "B7", "username": "Wetter", "text": "", "ts": "1516454470.0",
     "attachments": [{"text": "Regen"}]},
    {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": "1516454480.0"},
]  # fmt: skip
SLACK = {
    "channels.json": [{"id": "C1", "name": "kaffee"}, {"id": "C2", "name": "mühle"}],
    "users.json": USERS,
    "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
    "kaffee/2018-01-20.json": DAY,
    "D1/2018-01-20.json": [{"type": "message", "user": "U1", "text": "geheim", "ts": "1516454400.1"}],
}
ZULIP = {
    "realm.json": {
        "zerver_userprofile": [
            {"id": 10, "full_name": "Karl Ott", "email": "karl@example.org"},
            {"id": 11, "full_name": "Jana", "email": "jana@example.org"},
        ],
        "zerver_userprofile_crossrealm": [{"id": 3, "full_name": "Notification Bot", "email": "notification-bot@zulip.com"}],
        "zerver_stream": [{"id": 5, "name": "kaffee", "invite_only": False}],
        "zerver_recipient": [{"id": 50, "type": 2, "type_id": 5}, {"id": 51, "type": 1, "type_id": 10}],
        "zerver_reaction": [{"id": 1, "message": 100, "user_profile": 11, "emoji_name": "thank_you"}],
    },
    "messages-000001.json": {
        "zerver_message": [
            {"id": 100, "sender": 10, "recipient": 50, "subject": "✔ Mahlen", "content": "Wie fein?", "date_sent": 1573662240.5},
            {"id": 101, "sender": 11, "recipient": 50, "subject": "✔ Mahlen", "content": "Fein.", "date_sent": 1573662300,
             "last_edit_time": 1573662400, "edit_history": '[{"prev_content": "Grob."}]'},
            {"id": 102, "sender": 3, "recipient": 50, "subject": "✔ Mahlen", "content": "marked as resolved", "date_sent": 1573662500},
            {"id": 103, "sender": 11, "recipient": 51, "subject": "", "content": "geheim", "date_sent": 1573662500},
        ],
        "zerver_usermessage": [{"id": 1, "message": 100}],
    },
    "attachment.json": {"zerver_attachment": []},
}  # fmt: skip
POSTS = """<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="1" PostTypeId="1" AcceptedAnswerId="3" CreationDate="2015-01-27T20:09:32.720" Score="20" Body="&lt;p&gt;Wie &lt;b&gt;fein&lt;/b&gt;?&lt;/p&gt;" OwnerUserId="8" Title="Mahlen" Tags="&lt;grind&gt;" LastEditDate="2015-01-28T00:00:00.000" />
  <row Id="2" PostTypeId="2" ParentId="1" CreationDate="2015-01-27T21:00:00.000" Score="1" Body="Grob." OwnerUserId="9" />
  <row Id="3" PostTypeId="2" ParentId="1" CreationDate="2015-01-27T22:00:00.000" Score="-2" Body="Fein." OwnerDisplayName="gone" />
  <row Id="4" PostTypeId="5" CreationDate="2015-01-27T22:00:00.000" Body="Wiki" />
</posts>
"""  # fmt: skip
BESIDE = {
    "Users.xml": '<users>\n<row Id="8" DisplayName="Karl" />\n<row Id="-1" DisplayName="Community" /></users>',
    "Comments.xml": '<comments><row Id="7" PostId="2" Score="3" Text="Ach ja?" CreationDate="2015-01-27T23:00:00.000" UserId="8" /></comments>',
    "Votes.xml": '<votes><row Id="1" PostId="3" VoteTypeId="1" CreationDate="2015-01-29T00:00:00.000" /></votes>',
}  # fmt: skip
TOPIC = {
    "id": 57,
    "title": "Mahlen",
    "accepted_answer": {"post_number": 3},
    "post_stream": {
        "posts": [
            {"id": 83, "username": "karl", "name": "Karl Ott", "user_id": 4, "topic_id": 57, "post_number": 1, "post_type": 1,
             "cooked": "<p>Wie fein?</p>", "created_at": "2013-02-04T15:26:26.278-05:00", "updated_at": "2013-02-05T00:00:00Z", "version": 2,
             "actions_summary": [{"id": 2, "count": 2}]},
            {"id": 84, "username": "system", "user_id": -1, "topic_id": 57, "post_number": 2, "post_type": 3, "cooked": "pinned",
             "created_at": "2013-02-04T16:00:00Z"},
            {"id": 85, "username": "jana", "user_id": 5, "topic_id": 57, "post_number": 3, "post_type": 1, "cooked": "<p>Fein.</p>",
             "created_at": "2013-02-04T21:00:00Z", "reply_to_post_number": 1},
        ]
    },
}  # fmt: skip


def content(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def folder(at: Path, files: dict[str, Any]) -> Path:
    for name, value in files.items():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_bytes(content(value))
    return at


def zipped(at: Path, files: dict[str, Any]) -> Path:
    with zipfile.ZipFile(at, "w", zipfile.ZIP_DEFLATED) as out:
        for name, value in files.items():
            out.writestr(name, content(value))
    return at


def tarred(at: Path, files: dict[str, Any]) -> Path:
    with tarfile.open(at, "w:gz") as out:
        for name, value in files.items():
            member = tarfile.TarInfo(f"zulip-export/{name}")
            member.size = len(content(value))
            out.addfile(member, io.BytesIO(content(value)))
    return at


def read(path: Path, form: str = "auto", **settings: Any) -> tuple[str, list[Item], list[RefusedRow]]:
    """(format, items, refused rows) of what lies there."""
    archive = Archive({"file": str(path), "format": form, **settings}, None, Client())
    batches = list(archive.collect(""))
    done, total = archive.progress
    assert done == total
    return (
        archive.format,
        [item for batch in batches for item in batch.items],
        [row for batch in batches for row in batch.refused],
    )


def told(items: list[Item]) -> list[tuple[str, str, str, str]]:
    return [(item.ref.native_id, item.act, item.author.name if item.author else "", item.text) for item in items]


@pytest.mark.parametrize("pack", [folder, zipped])
def test_a_slack_export_in_a_folder_or_a_zip(tmp_path: Path, pack: Callable[[Path, Any], Path]) -> None:
    form, items, refused = read(pack(tmp_path / "export", SLACK), staff=["jana"])
    assert (form, refused) == ("slack", [])
    assert told(items) == [
        ("C1:1516454400.000100", "asked", "Karl Ott", "Wie fein? @jana & Seite (https://a.example/x) #mühle @here"),
        ("C1:1516454400.000100#+1/U2", "voted", "Jana Petersen", ""),
        ("C1:1516454400.000100#+1/B9", "voted", "melder", ""),
        ("C1:1516454400.000100#pray/U2", "thanked", "Jana Petersen", ""),
        ("C1:1516454460.000200", "answered", "Jana Petersen", "Fein."),
        ("C1:1516454470.0", "asked", "Wetter", "Regen"),
        ("C1:1516454480.0", "asked", "USLACKBOT", "This message was deleted."),
    ]
    root, answer = items[0], items[4]
    assert (answer.reply_to, answer.thread) == (root.ref.native_id, root.ref.native_id)
    assert answer.extra["author_class"] == "staff"
    assert root.edited_at == datetime(2018, 1, 20, 13, 21, 40, tzinfo=UTC)
    assert [media.url for media in root.media] == ["https://files.example/a.png"]
    assert items[5].author is not None
    assert items[5].author.is_bot
    assert items[6].deleted_at is not None


def test_the_shapes_of_a_real_slack_export(shared_data: Path) -> None:
    for path in ("export", "slack_export_sample.zip"):
        form, items, refused = read(shared_data / "formats" / "slack_export" / path)
        assert (form, len(items), refused) == ("slack", 9, [])
        assert [item.act for item in items[-3:]] == ["asked", "commented", "answered"]


@pytest.mark.parametrize("pack", [folder, zipped, tarred])
def test_a_zulip_export(tmp_path: Path, pack: Callable[[Path, Any], Path]) -> None:
    form, items, refused = read(pack(tmp_path / "export", ZULIP))
    assert (form, refused) == ("zulip", [])
    assert told(items) == [
        ("100", "asked", "Karl Ott", "Wie fein?"),
        ("100#thank_you/11", "thanked", "Jana", ""),
        ("101", "answered", "Jana", "Fein."),
        ("102", "commented", "Notification Bot", "marked as resolved"),
        ("100#solved", "reported_solved", "", ""),
    ]
    assert (items[0].title, items[0].extra["channel"]) == ("Mahlen", "kaffee")
    assert items[0].edited_at is None
    assert items[2].edited_at is not None


@pytest.mark.parametrize("alone", [True, False])
def test_a_stack_exchange_dump(tmp_path: Path, alone: bool) -> None:
    place = folder(tmp_path / "coffee", {"Posts.xml": POSTS} | ({} if alone else BESIDE))
    form, items, refused = read(place / "Posts.xml")
    assert (form, refused) == ("stackexchange", [])
    assert [(item.ref.native_id, item.act) for item in items] == [
        ("1", "asked"), ("2", "answered"), ("3", "answered"), ("3#accepted", "accepted_answer"),
        *([] if alone else [("c7", "commented")]),
    ]  # fmt: skip
    question, accepted = items[0], items[3]
    assert (question.title, question.html) == ("Mahlen", "<p>Wie <b>fein</b>?</p>")
    assert (question.extra["score"], items[2].extra["score"]) == (20, -2)
    assert [item.author.name for item in items[:3] if item.author] == ["user8" if alone else "Karl", "user9", "gone"]
    assert accepted.occurred_at.day == (27 if alone else 29)
    assert dict(accepted.extra) == ({"time": "unknown"} if alone else {})
    assert read(place)[1] == items


def test_entities_of_a_dump_are_never_unfolded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    good = POSTS.partition("<posts>")[2]
    bad = '<row Id="9" PostTypeId="1" CreationDate="2015-01-27T20:09:32.720" Body="&b;&x;" OwnerUserId="8" />'
    broken = '<row Id="10" PostTypeId="1" Body="offen\n'
    (tmp_path / "Posts.xml").write_text(f"{bomb}\n<posts>\n{bad}\n{broken}{good}")
    _, items, refused = read(tmp_path / "Posts.xml")
    assert [item.ref.native_id for item in items] == ["1", "2", "3", "3#accepted"]
    assert [(row.line, row.reason_code) for row in refused] == [(3, "not_xml"), (4, "not_xml")]


@pytest.mark.parametrize("pack", [folder, zipped])
def test_discourse_topics(tmp_path: Path, pack: Callable[[Path, Any], Path]) -> None:
    files = {
        "t/57.json": TOPIC,
        "t/58.json": '{"post_stream": {"posts": [{"id": 1}]}}',
        "t/59.json": "{",
        "categories.json": {},
    }
    form, items, refused = read(pack(tmp_path / "forum", files))
    assert form == "discourse"
    assert [(item.ref.native_id, item.act) for item in items] == [
        ("57/1", "asked"), ("57/1#like-1", "voted"), ("57/1#like-2", "voted"), ("57/3", "answered"),
        ("57/3#accepted", "accepted_answer"),
    ]  # fmt: skip
    assert (items[0].title, items[0].html, items[0].edited_at is not None) == ("Mahlen", "<p>Wie fein?</p>", True)
    assert {(row.values["file"], row.reason_code) for row in refused} == {
        ("t/58.json", "missing"),
        ("t/59.json", "not_json"),
    }


def test_the_shapes_of_a_real_discourse(shared_data: Path) -> None:
    form, items, refused = read(shared_data / "formats" / "discourse_api" / "topic.json")
    messages = [item for item in items if item.kind == "message"]
    assert (form, refused) == ("discourse", [])
    assert messages[0].act == "asked"
    assert len(messages) == 3
    form, items, _ = read(shared_data / "formats" / "discourse_api")
    assert form == "discourse"
    assert len(items) > len(messages)


GERMAN = "Nr;Thema;Verfasser;Datum;Nachricht;Sterne\n1;Mühle;Käthe;27.01.2015 20:09;Größe?;3\n2;Mühle;Jörg;28.01.2015 09:30;\"Fein;\nsehr fein.\";4\n"  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_table_with_umlauts_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "past.csv").write_bytes(GERMAN.encode(encoding))
    form, items, refused = read(tmp_path / "past.csv")
    assert (form, refused) == ("csv", [])
    assert told(items) == [("1", "asked", "Käthe", "Größe?"), ("2", "answered", "Jörg", "Fein;\nsehr fein.")]
    assert items[0].occurred_at == datetime(2015, 1, 27, 20, 9, tzinfo=UTC)
    assert (items[0].title, items[0].extra["Sterne"]) == ("Mühle", "3")


def test_a_table_with_a_map_a_zone_and_another_date_format(tmp_path: Path) -> None:
    (tmp_path / "past.txt").write_text("wer\twann\twas\nkarl\t01/27/2015 08:09 PM\tHallo\n")
    names = {"author": "wer", "created_at": "wann", "text": "was", "@zone": "Europe/Berlin"}
    _, items, refused = read(tmp_path / "past.txt", map=names)
    assert refused == []
    assert items[0].occurred_at == datetime(2015, 1, 27, 19, 9, tzinfo=UTC)
    assert read(tmp_path / "past.txt", map=names)[1] == items  # the id comes from what it says


def test_wrong_rows_of_a_table_cost_themselves(tmp_path: Path) -> None:
    rows = [
        "author,date,text", "karl,2015-01-27,gut", "karl,gestern,Zeit?", ",2015-01-27,wer?", "karl,2015-01-27,zu,viele", "",
        "karl,2015-01-28,\xfc".encode().decode("latin-1"), f"karl,2015-01-29,{'x' * 1_100_000}", "jana,2015-01-30,gut",
    ]  # fmt: skip
    (tmp_path / "past.csv").write_bytes("\n".join(rows).encode() + b"\nkarl,2015-01-31,\xff\n")
    _, items, refused = read(tmp_path / "past.csv")
    assert [item.author.name for item in items if item.author] == ["karl", "karl", "jana"]
    assert [(row.line, row.reason_code) for row in refused] == [
        (3, "bad_time"), (4, "missing"), (5, "too_many_columns"), (8, "too_large"), (10, "bad_encoding"),
    ]  # fmt: skip


def test_broken_and_cut_parts_of_an_export_cost_themselves(tmp_path: Path) -> None:
    entries = [json.dumps(entry) for entry in DAY]
    huge = json.dumps({"type": "message", "user": "U1", "ts": "1516454499.1", "text": "x" * 1_200_000})
    day = f'[{entries[1]}, {{nope: [1, "}}"]}}, 7, {huge}, {entries[2]}]'
    files = SLACK | {"kaffee/2018-01-20.json": day, "kaffee/2018-01-21.json": f"[{entries[3]}, {entries[4][:-9]}"}
    _, items, refused = read(zipped(tmp_path / "export.zip", files))
    assert [item.ref.native_id for item in items if item.kind == "message"] == [
        "C1:1516454400.000100", "C1:1516454460.000200", "C1:1516454470.0",
    ]  # fmt: skip
    assert [(row.values["file"][-7:-5], row.line, row.reason_code) for row in refused] == [
        ("20", 2, "not_json"), ("20", 3, "not_an_object"), ("20", 4, "too_large"), ("21", 0, "file_cut"),
    ]  # fmt: skip


def test_names_that_lead_outside_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(DAY))
    files = SLACK | {"../secret/2018-01-20.json": DAY, "/etc/2018-01-20.json": DAY}
    clean = read(zipped(tmp_path / "clean.zip", SLACK))[1]
    assert read(zipped(tmp_path / "export.zip", files))[1] == clean
    place = folder(tmp_path / "place", SLACK)
    (place / "mühle").mkdir()
    (place / "mühle" / "2018-01-20.json").symlink_to(secret)
    assert read(place)[1] == clean
    packed = tmp_path / "evil.tar.gz"
    with tarfile.open(packed, "w:gz") as out:
        for name in ("../../../tmp/realm.json", "/tmp/messages-000001.json"):
            out.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
        link = tarfile.TarInfo("messages-000002.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        out.addfile(link)
    with pytest.raises(Refused):
        read(packed)


def test_what_unpacks_without_end_is_stopped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as out:
        for name, value in SLACK.items():
            out.writestr(name, content(value))
        with out.open("kaffee/2018-01-22.json", "w", force_zip64=True) as member:
            member.write(b'[{"text": "')
            for _ in range(130):
                member.write(b"a" * 1_000_000)
    archive = Archive({"file": str(tmp_path / "bomb.zip"), "format": "auto"}, None, Client())
    batches = list(archive.collect(""))
    assert [row.reason_code for batch in batches for row in batch.refused] == ["too_packed"]
    assert sum(len(batch.items) for batch in batches) == 7


@pytest.mark.parametrize(
    ("name", "bytes_", "code"),
    [
        ("leer.csv", b"", "empty"),
        ("bild.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00", "unknown_format"),
        ("text.txt", b"Nur ein Satz ohne Spalten.", "unknown_format"),
        ("seite.html", b"<html><body>Hallo</body></html>", "unknown_format"),
        ("posts.7z", b"7z\xbc\xaf\x27\x1c\x00", "is_7z"),
        ("kaputt.zip", b"PK\x03\x04 abgeschnitten", "not_readable"),
        ("kaputt.json", b"[1, 2", "unknown_format"),
    ],
)
def test_what_is_no_archive_is_refused_whole(tmp_path: Path, name: str, bytes_: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(bytes_)
    with pytest.raises(Refused) as caught:
        read(tmp_path / name)
    assert caught.value.reason_code == code
