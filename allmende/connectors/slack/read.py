"""Slack's language -> neutral (api.slack.com/methods/conversations.history; api.slack.com/reference/surfaces/formatting).

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from allmende.connectors.fields import number_of, part_of, rows_of, text_of
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Receipt, Ref, Visibility
from allmende.connectors.slack.names import Place, id_of
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

# What is a message although it has a subtype; all others are Slack talking.
SPOKEN = frozenset({"", "bot_message", "me_message", "file_share", "thread_broadcast", "slackbot_response"})
GONE = "tombstone"
# What Slack itself writes where an attachment shows pictures alone.
NO_PREVIEW = "[no preview available]"
THANKS = frozenset(("pray", "thanks", "thank_you", "thankyou", "thx", "danke", "merci", "bow"))
MOST_REACTIONS, MOST_FILES, MOST_MENTIONS, LONGEST = 50, 20, 50, 100_000
_MARK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Where:
    """Who reads: our user's and bot's ids, and the workspace's address, which ends with "/"."""

    user_id: str
    bot_id: str
    server: str


def is_said(row: Mapping[str, Any]) -> bool:
    """Whether somebody said it, and it still stands there."""
    return row.get("type", "message") == "message" and (row.get("subtype") or "") in SPOKEN


def entries_in(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A message, then each reaction to it as a row of its own."""
    yield row
    left = MOST_REACTIONS
    for reaction in rows_of(row, "reactions"):
        users = reaction.get("users")
        for user in (users if isinstance(users, list) else [])[:left]:
            left -= 1
            yield {"reaction": reaction.get("name"), "by": user, "of": row, "channel": row["channel"]}


def entry(row: Mapping[str, Any], where: Where) -> Entry:
    """A message or a reaction, as `watching` takes it. `channel` was put into the row."""
    if "reaction" in row:
        item = reaction(row, where)
        return Entry(item, item.target, "r", is_watched=False)
    item = message(row, where)
    root = id_of(row["channel"], row.get("thread_ts") or row["ts"])
    files = [text_of(one, "id") for one in rows_of(row, "files")]
    return Entry(item, root, fingerprint(text_of(row, "text"), *files), answers=number_of(row, "reply_count"))


def message(row: Mapping[str, Any], where: Where) -> Item:
    """One message. People who are mentioned stand as "@U0123" in its text, and in `extra`; `connector` names them."""
    channel, ts, thread = row["channel"], row["ts"], row.get("thread_ts") or row["ts"]
    is_root, is_direct = thread == ts, channel.startswith("D")
    text = (text_of(row, "text") or _attached(row))[:LONGEST]
    mentioned = list(dict.fromkeys(one for one, label in _MARK.findall(text) if one[:1] == "@" and not label))
    extra: dict[str, Any] = {}
    if mentioned:
        extra["mentions"] = [one[1:] for one in mentioned if _USER.fullmatch(one[1:])][:MOST_MENTIONS]
    edited = part_of(row, "edited")
    return Item(
        Ref(id_of(channel, ts), page_of(where.server, channel, ts, "" if is_root else thread)),
        "message",
        act_of("social", is_root=is_root, is_root_author=False),
        author(row, where),
        moment(ts),
        channel if is_direct else id_of(channel, thread),
        reply_to="" if is_root else id_of(channel, thread),
        text=words(text),
        visibility=visibility(channel),
        edited_at=moment(edited["ts"]) if "ts" in edited else None,
        media=tuple(_file(one) for one in rows_of(row, "files")[:MOST_FILES]),
        extra=extra or NOTHING,
    )


def reaction(row: Mapping[str, Any], where: Where) -> Item:
    """An emoji below a message: a wordless act. Slack does not say when; its id is what it is."""
    above = row["of"]
    target, name, user = id_of(row["channel"], above["ts"]), str(row["reaction"])[:60], row["by"]
    if not isinstance(user, str) or not _USER.fullmatch(user):
        raise ValueError("user")
    return Item(
        Ref(f"{target}#{name}/{user}"),
        "gesture",
        "thanked" if name.partition("::")[0] in THANKS else "voted",
        Author(user, user, user, is_us=user == where.user_id),
        moment(above["ts"]),
        row["channel"]
        if row["channel"].startswith("D")
        else id_of(row["channel"], above.get("thread_ts") or above["ts"]),
        target=target,
        visibility=visibility(row["channel"]),
        extra={"name": name, "time": "unknown"},
    )


def visibility(channel: str) -> Visibility:
    """Who reads it: the members of the workspace, or the two who speak with each other."""
    return "direct" if channel.startswith("D") else "members"


def author(row: Mapping[str, Any], where: Where) -> Author:
    """Who wrote it, by id; programs by their name."""
    user, bot = text_of(row, "user"), text_of(row, "bot_id")
    is_us = user == where.user_id or (bool(bot) and bot == where.bot_id)
    profile = part_of(row, "user_profile")
    name = text_of(profile, "display_name") or text_of(profile, "real_name")
    if user:
        return Author(user, text_of(profile, "name") or user, name or user, is_us, bool(bot))
    if not bot:
        raise KeyError("user")
    name = text_of(row, "username") or text_of(part_of(row, "bot_profile"), "name") or bot
    return Author(bot, name[:200], name[:200], is_us, True)


def words(text: str) -> str:
    """The text of Slack's own markup: names and links as they are read, signs as they were typed."""
    return unescape(_MARK.sub(_mark, text)) if "<" in text or "&" in text else text


def moment(ts: Any) -> datetime:
    """A time stamp, aware UTC. TypeError, ValueError."""
    if not isinstance(ts, str):
        raise TypeError("ts")
    seconds = float(ts)
    if not 0 <= seconds < 4_102_444_800:
        raise ValueError("ts")
    return datetime.fromtimestamp(seconds, UTC)


def receipt(place: Place, server: str, thread: str = "") -> Receipt:
    """The network's own proof that it has our words."""
    return Receipt(Ref(str(place), page_of(server, place.channel, place.ts, thread)), moment(place.ts))


def page_of(server: str, channel: str, ts: str, thread: str = "") -> str:
    """Where members read a message; `thread`: the root's time stamp where it stands in one."""
    if not server:
        return ""
    below = f"?thread_ts={thread}&cid={channel}" if thread and thread != ts else ""
    return f"{server}archives/{channel}/p{ts.replace('.', '')}{below}"


def _mark(found: re.Match[str]) -> str:
    what, label = found[1], found[2] or ""
    if what.startswith("@"):
        return "@" + (label or what[1:])
    if what.startswith("#"):
        return "#" + (label or what[1:])
    if what.startswith("!"):
        return label or "@" + what[1:].partition("^")[0]
    return f"{label} ({what})" if label and label not in what else what


def _attached(row: Mapping[str, Any]) -> str:
    """The words of a message that has none of its own: programs say everything in attachments."""
    texts = [text_of(one, "text") or text_of(one, "fallback") for one in rows_of(row, "attachments")]
    return "\n".join(text for text in texts if text and text != NO_PREVIEW)


def _file(one: Mapping[str, Any]) -> Media:
    """Files stand behind the bot's token, so they have no address that a browser or another program could follow."""
    alt = text_of(one, "alt_txt") or text_of(one, "title")
    sizes = number_of(one, "original_w"), number_of(one, "original_h")
    media_type = text_of(one, "mimetype")[:100] or "application/octet-stream"
    return Media(media_type, "", alt[:5_000], text_of(one, "name")[:200], width=sizes[0], height=sizes[1])
