"""Slack's workspace export: channels.json, users.json and a folder of days for each channel.

Direct messages (dms.json, mpims.json) stay where they are. What Slack itself says (joined, renamed, pinned) is no message.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from typing import Any

from allmende.connectors.archive.boxes import Box
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
from allmende.connectors.neutral import Author, Media, Visibility

_DAY = re.compile(r"^(?P<channel>[^/]+)/\d{4}-\d{2}-\d{2}\.json$")
# What is a message although it has a subtype; all others are Slack talking.
SPOKEN = frozenset(
    ("", "bot_message", "me_message", "file_share", "file_comment", "file_mention", "thread_broadcast", "tombstone",
     "reply_broadcast", "message_changed", "message_deleted", "huddle_thread", "slackbot_response")
)  # fmt: skip
THANKS = frozenset(("pray", "thanks", "thank_you", "thankyou", "thx", "danke", "merci", "bow"))
SLACKBOT = "USLACKBOT"
_MARK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


class Slack:
    """The channels of an export, each day after day."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._users = {user.native_id: user for user in self._listed("users.json", _user)}
        self._channels: dict[str, tuple[str, Visibility]] = {}
        for file, visibility in (("channels.json", "public"), ("groups.json", "members")):
            for name, native_id in self._listed(file, _channel):
                self._channels[name] = native_id, visibility  # type: ignore[assignment]
        self._private = {native_id for file in ("dms.json", "mpims.json") for native_id in self._listed(file, _private)}

    def found(self) -> Iterator[Found]:
        """What was said, channel by channel, day by day."""
        for file in self.box.names:
            day = _DAY.match(file)
            if day is None or day["channel"] in self._private:
                continue
            channel, visibility = self._channels.get(day["channel"], (day["channel"], "public"))
            with self.box.open(file) as opened:
                for _, number, entry in elements(opened):
                    if isinstance(entry, Broken):
                        yield file, number, refusal(number, "", entry, file)
                        continue
                    try:
                        told = self._told(entry, channel, day["channel"], visibility)
                    except Broken as broken:
                        yield file, number, refusal(number, entry, broken, file)
                        continue
                    if told is not None:
                        yield file, number, told

    def _listed(self, file: str, read: Any) -> list[Any]:
        """What a list of the export says, without what cannot be read: it only gives names."""
        if file not in self.box.openers:
            return []
        with self.box.open(file) as opened:
            read_ones = [read(one) for _, _, one in elements(opened) if isinstance(one, dict)]
        return [one for one in read_ones if one is not None]

    def _told(self, row: Any, channel: str, channel_name: str, visibility: Visibility) -> Told | None:
        if not isinstance(row, dict):
            raise Broken("not_an_object")
        subtype = row.get("subtype") or ""
        if row.get("type", "message") != "message" or subtype not in SPOKEN:
            return None
        if subtype == "message_deleted":
            return self._deleted(row, channel, visibility)
        if subtype == "message_changed" and isinstance(row.get("message"), dict):
            row = row["message"]
        ts = name_of(row.get("ts"), "ts")
        at = in_seconds(ts, "ts")
        thread = row.get("thread_ts") or ts
        author = self._author(row)
        text = self._words(row)
        return Told(
            f"{channel}:{ts}", f"{channel}:{name_of(thread, 'thread_ts')}", author, at,
            "" if thread == ts else f"{channel}:{thread}", "", text,
            is_root=thread == ts, visibility=visibility, edited_at=_edited(row),
            deleted_at=at if subtype == "tombstone" else None, media=_media(row),
            gestures=self._gestures(row), extra={"channel": channel_name},
        )  # fmt: skip

    def _deleted(self, row: Row, channel: str, visibility: Visibility) -> Told:
        before = row.get("previous_message")
        before = before if isinstance(before, dict) else {}
        ts = name_of(row.get("deleted_ts") or before.get("ts"), "deleted_ts")
        thread = before.get("thread_ts") or ts
        author = self._author(before) if before.get("user") or before.get("bot_id") else None
        return Told(
            f"{channel}:{ts}", f"{channel}:{thread}", author, in_seconds(ts, "deleted_ts"),
            "" if thread == ts else f"{channel}:{thread}", text=self._words(before), is_root=thread == ts,
            visibility=visibility, deleted_at=in_seconds(row.get("ts"), "ts"),
        )  # fmt: skip

    def _author(self, row: Row) -> Author:
        comment = row.get("comment")
        user = row.get("user") or (comment.get("user") if isinstance(comment, dict) else None)
        if isinstance(user, str) and user:
            return self._users.get(user) or _guest(user, row)
        bot = row.get("bot_id") or row.get("username")
        if not bot:
            raise Broken("missing", field="user")
        profile = row.get("bot_profile")
        name = row.get("username") or (profile.get("name") if isinstance(profile, dict) else "") or bot
        return Author(name_of(bot, "bot_id"), str(name), str(name), is_bot=True)

    def _words(self, row: Row) -> str:
        text = text_at(row, "text") or _attached(row)
        return unescape(_MARK.sub(self._mark, text)) if "<" in text or "&" in text else text

    def _mark(self, found: re.Match[str]) -> str:
        what, label = found[1], found[2] or ""
        if what.startswith("@"):
            known = self._users.get(what[1:])
            return "@" + (label or (known.handle if known else what[1:]))
        if what.startswith("#"):
            return "#" + (label or what[1:])
        if what.startswith("!"):
            return label or "@" + what[1:].partition("^")[0]
        return f"{label} ({what})" if label and label not in what else what

    def _gestures(self, row: Row) -> tuple[Wordless, ...]:
        found: list[Wordless] = []
        reactions = row.get("reactions")
        for reaction in reactions if isinstance(reactions, list) else ():
            if not isinstance(reaction, dict) or not isinstance(reaction.get("users"), list):
                continue
            name = str(reaction.get("name", ""))[:60]
            act = "thanked" if name.partition("::")[0] in THANKS else "voted"
            found += [
                Wordless(f"{name}/{user}", act, self._users.get(user) or _guest(user, {}), name=name)
                for user in reaction["users"]
                if isinstance(user, str) and user
            ]
        return tuple(found[:MOST_GESTURES])


def _user(row: Row) -> Author | None:
    profile = row.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    native_id = row.get("id")
    if not isinstance(native_id, str) or not native_id:
        return None
    handle = str(profile.get("display_name") or row.get("name") or native_id)
    name = str(row.get("real_name") or profile.get("real_name") or handle)
    return Author(native_id, handle, name, is_bot=row.get("is_bot") is True or native_id == SLACKBOT)


def _guest(user: str, row: Row) -> Author:
    """Somebody whom the list does not name, such as a guest of another workspace."""
    profile = row.get("user_profile")
    profile = profile if isinstance(profile, dict) else {}
    handle = str(profile.get("display_name") or profile.get("name") or user)
    return Author(name_of(user, "user"), handle, str(profile.get("real_name") or handle), is_bot=user == SLACKBOT)


def _channel(row: Row) -> tuple[str, str] | None:
    name, native_id = row.get("name"), row.get("id")
    return (name, native_id) if isinstance(name, str) and isinstance(native_id, str) else None


def _private(row: Row) -> str | None:
    # A group conversation's folder bears its name, that of two people its id.
    found = row.get("name") or row.get("id")
    return found if isinstance(found, str) else None


def _edited(row: Row) -> datetime | None:
    edited = row.get("edited")
    return in_seconds(edited.get("ts"), "edited") if isinstance(edited, dict) else None


def _media(row: Row) -> tuple[Media, ...]:
    files = row.get("files") or ([row["file"]] if isinstance(row.get("file"), dict) else [])
    return tuple(_file(one) for one in files if isinstance(one, dict)) if isinstance(files, list) else ()


def _file(one: Mapping[str, Any]) -> Media:
    """A file by its address, without the key that Slack writes into exported ones."""
    address = str(one.get("url_private") or one.get("permalink") or "").partition("?")[0]
    return Media(
        str(one.get("mimetype") or ""), address, str(one.get("alt_txt") or one.get("title") or ""), str(one.get("name"))
    )


def _attached(row: Row) -> str:
    """The words of a message that has none of its own: programs say everything in attachments."""
    attachments = row.get("attachments")
    texts = [
        str(one.get("text") or one.get("fallback") or "")
        for one in (attachments if isinstance(attachments, list) else ())
        if isinstance(one, dict)
    ]
    return "\n".join(text for text in texts if text)
