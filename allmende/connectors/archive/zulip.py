"""Zulip's organisation export: realm.json names users, channels and reactions; messages-000001.json and on hold the words.

A topic is a thread; a topic marked with a tick was solved. Direct messages stay where they are.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from allmende.connectors.archive.boxes import Box
from allmende.connectors.archive.slack import THANKS
from allmende.connectors.archive.stream import elements
from allmende.connectors.archive.told import (
    MOST_GESTURES,
    Broken,
    Found,
    Row,
    Told,
    Wordless,
    in_seconds,
    name_of,
    refusal,
    text_at,
)
from allmende.connectors.neutral import Author, Visibility

_MESSAGES = re.compile(r"(^|/)messages-\d+\.json$")
_SOLVED = "✔ "
PEOPLE = ("zerver_userprofile", "zerver_userprofile_mirrordummy", "zerver_userprofile_crossrealm")
# Zulip's own programs, which every server has under these names.
SYSTEM = ("notification-bot@", "welcome-bot@", "emailgateway@")
STREAM = 2


class Zulip:
    """The messages of an organisation's channels, topic by topic as they came."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._people: dict[int, Author] = {}
        self._streams: dict[int, tuple[str, Visibility]] = {}
        self._recipients: dict[int, int] = {}
        self._reactions: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for name in ("realm.json", "export/realm.json"):
            if name in box.openers:
                self._learn(name)

    def found(self) -> Iterator[Found]:
        """What was said in channels, in the order of the files."""
        for file in self.box.names:
            if not _MESSAGES.search(file):
                continue
            with self.box.open(file) as opened:
                for key, number, entry in elements(opened):
                    if isinstance(entry, Broken):
                        yield file, number, refusal(number, "", entry, file)
                    elif key == "zerver_message" and number:
                        yield from self._found(file, number, entry)

    def _found(self, file: str, number: int, entry: Any) -> Iterator[Found]:
        try:
            told = self._told(entry)
        except Broken as broken:
            yield file, number, refusal(number, entry, broken, file)
        else:
            if told is not None:
                yield file, number, told

    def _learn(self, name: str) -> None:
        with self.box.open(name) as opened:
            for key, _, row in elements(opened):
                if not isinstance(row, dict) or not isinstance(row.get("id"), int):
                    continue
                if key in PEOPLE:
                    self._people[row["id"]] = _person(row)
                elif key == "zerver_stream":
                    is_private = row.get("invite_only") is True
                    self._streams[row["id"]] = str(row.get("name") or ""), "members" if is_private else "public"
                elif key == "zerver_recipient" and row.get("type") == STREAM and isinstance(row.get("type_id"), int):
                    self._recipients[row["id"]] = row["type_id"]
                elif key == "zerver_reaction" and isinstance(row.get("message"), int):
                    self._reactions[row["message"]].append(
                        (row.get("user_profile", 0), str(row.get("emoji_name"))[:60])
                    )

    def _told(self, row: Any) -> Told | None:
        if not isinstance(row, dict):
            raise Broken("not_an_object")
        message = name_of(row.get("id"), "id")
        recipient = row.get("recipient")
        if not isinstance(recipient, int):
            raise Broken("missing", field="recipient")
        if recipient not in self._recipients:
            return None
        stream_id = self._recipients[recipient]
        stream, visibility = self._streams.get(stream_id, ("", "members"))
        sender = row.get("sender")
        if not isinstance(sender, int):
            raise Broken("missing", field="sender")
        subject = text_at(row, "subject")
        topic = subject.removeprefix(_SOLVED)
        edited = row.get("last_edit_time") if _has_new_words(row) else None
        return Told(
            message, f"{stream_id}/{topic}"[:200], self._person(sender), in_seconds(row.get("date_sent"), "date_sent"),
            title=topic, text=text_at(row, "content"), visibility=visibility, is_solved=subject != topic,
            edited_at=in_seconds(edited, "last_edit_time") if edited else None,
            gestures=self._gestures(row["id"]), extra={"channel": stream} if stream else {},
        )  # fmt: skip

    def _person(self, native_id: int) -> Author:
        known = self._people.get(native_id)
        if known is None:
            known = self._people[native_id] = Author(str(native_id), f"user{native_id}")
        return known

    def _gestures(self, message: int) -> tuple[Wordless, ...]:
        found = self._reactions.get(message, ())
        return tuple(
            Wordless(f"{name}/{user}", "thanked" if name in THANKS else "voted", self._person(user), name=name)
            for user, name in found[:MOST_GESTURES]
            if isinstance(user, int) and user
        )


def _person(row: Row) -> Author:
    email = str(row.get("delivery_email") or row.get("email") or "")
    name = str(row.get("full_name") or "")
    is_bot = row.get("is_bot") is True or email.startswith(SYSTEM)
    return Author(str(row["id"]), name, name, is_bot=is_bot)


def _has_new_words(row: Row) -> bool:
    """Whether an edit changed what was said, and not only moved it to another topic."""
    history = row.get("edit_history")
    if not isinstance(history, str):
        return bool(row.get("last_edit_time"))
    try:
        edits = json.loads(history)
    except (ValueError, RecursionError):
        return True
    return any(isinstance(edit, dict) and "prev_content" in edit for edit in edits) if isinstance(edits, list) else True
