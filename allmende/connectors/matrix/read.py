"""Matrix's events -> neutral. Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.matrix.names import handle_of, id_of, page_of, server_of
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Ref, Visibility
from allmende.domain.acts import act_of

MESSAGES = frozenset({"m.room.message", "m.sticker", "m.room.encrypted"})
REACTION, REDACTION, MEMBER = "m.reaction", "m.room.redaction", "m.room.member"
# What we listen to; everything else of a room is its furniture.
TYPES = (*sorted(MESSAGES), REACTION, REDACTION, MEMBER)
COUNTERS = {"reactions": "m.annotation", "replies": "m.thread"}
# Stands for words nobody but the members' own programs can read.
UNREADABLE = "\N{LOCK}"
_MEDIA = {
    "m.image": "image/jpeg",
    "m.video": "video/mp4",
    "m.audio": "audio/mpeg",
    "m.file": "application/octet-stream",
}
_FALLBACK_HTML = re.compile(r"<mx-reply>.*?</mx-reply>", re.DOTALL | re.IGNORECASE)
LONGEST = 200_000

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Where:
    """The room an event stands in, and who reads it: our own account's name. `names`: shown name by account."""

    room: str
    us: str
    visibility: Visibility = "public"
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_direct(self) -> bool:
        """A room of two has one conversation, whatever hangs below what."""
        return self.visibility == "direct"


def message(event: Event, where: Where, thread: str) -> Item:
    """One message; `thread`: native id of its root. The newest words, as far as the event brings them along."""
    native_id, gone_at = id_of(where.room, text_of(event, "event_id")), redacted_at(event)
    said, edited_at = _newest(event)
    parent = parent_of(event)
    is_caption = bool(text_of(said, "filename")) and text_of(said, "filename") != text_of(said, "body")
    is_readable = event["type"] != "m.room.encrypted"
    text = plain(said, is_reply=bool(parent)) if is_readable else UNREADABLE
    shown = tuple(_media(said, event["type"], is_caption=is_caption))
    return Item(
        Ref(native_id, page_of(where.room, text_of(event, "event_id"), [server_of(where.room) or server_of(where.us)])),
        "message",
        act_of("social", is_root=not parent, is_root_author=False),
        author(event, where),
        moment(event),
        thread,
        reply_to=id_of(where.room, parent) if parent else "",
        text="" if gone_at or (shown and not is_caption) else text,
        html="" if gone_at else _html(said),
        visibility=where.visibility,
        edited_at=edited_at,
        deleted_at=gone_at,
        media=() if gone_at else shown,
        extra=NOTHING if gone_at else _extra(event, said),
    )


def deletion(native_id: str, at: datetime, where: Where, thread: str = "", *, is_gesture: bool = False) -> Item:
    """What somebody took back, or a moderator took away."""
    thread = where.room if where.is_direct and not is_gesture else thread or native_id
    act, kind = ("voted", "gesture") if is_gesture else ("commented", "message")
    return Item(Ref(native_id), kind, act, None, at, thread, visibility=where.visibility, deleted_at=at)  # type: ignore[arg-type]


def reaction(event: Event, where: Where, thread: str) -> Item:
    """An emoji below a message: a wordless act."""
    native_id = id_of(where.room, text_of(event, "event_id"))
    related = relation_of(event)
    target = id_of(where.room, related["event_id"]) if "event_id" in related else ""
    extra = {"reaction": text_of(related, "key")[:100]} if text_of(related, "key") else NOTHING
    gone_at = redacted_at(event)
    return Item(
        Ref(native_id), "gesture", "voted", author(event, where), moment(event), thread or target or native_id,
        target=target, visibility=where.visibility, deleted_at=gone_at, extra=extra,
    )  # fmt: skip


def coming_or_going(event: Event, where: Where) -> Item | None:
    """Somebody joined or left; None for whatever else becomes of a member, and for ourselves."""
    user, now = text_of(event, "state_key"), text_of(event["content"], "membership")
    before = text_of(unsigned(event).get("prev_content") or {}, "membership")
    acts = {"join": "joined", "leave": "left", "ban": "left"}
    is_change = now in acts and (before == "join") == (now != "join")
    if user == where.us or not is_change:
        return None
    native_id = id_of(where.room, text_of(event, "event_id"))
    who = author({**event, "sender": user}, where)
    return Item(Ref(native_id), "gesture", acts[now], who, moment(event), native_id, visibility=where.visibility)


def author(event: Event, where: Where) -> Author:
    """Who it was. Programs mark their words as notices."""
    user = text_of(event, "sender")
    if not user.startswith("@"):
        raise ValueError("sender")
    is_bot = text_of(event.get("content") or {}, "msgtype") == "m.notice"
    return Author(user, handle_of(user), where.names.get(user) or handle_of(user), user == where.us, is_bot)


def names_in(events: list[Any]) -> dict[str, str]:
    """The shown names that member events tell."""
    found = {}
    for event in events:
        if isinstance(event, Mapping) and event.get("type") == MEMBER and isinstance(event.get("content"), Mapping):
            name = text_of(event["content"], "displayname")
            if name and text_of(event, "state_key"):
                found[text_of(event, "state_key")] = name[:200]
    return found


def relation_of(event: Event) -> Mapping[str, Any]:
    """What an event says it hangs on."""
    content = event.get("content")
    related = content.get("m.relates_to") if isinstance(content, Mapping) else None
    return related if isinstance(related, Mapping) else NOTHING


def is_edit(event: Event) -> bool:
    """Whether it only brings new words for another event."""
    return relation_of(event).get("rel_type") == "m.replace"


def thread_of(event: Event) -> str:
    """Event id of the root of the thread it was said in, "" outside of threads."""
    related = relation_of(event)
    return text_of(related, "event_id") if related.get("rel_type") == "m.thread" else ""


def parent_of(event: Event) -> str:
    """Event id of the message answered, "" if it answers none. In a thread, whatever answers nobody answers the root."""
    related = relation_of(event)
    answered = related.get("m.in_reply_to")
    parent = text_of(answered, "event_id") if isinstance(answered, Mapping) else ""
    if related.get("rel_type") == "m.thread" and (related.get("is_falling_back") is True or not parent):
        return text_of(related, "event_id")
    return parent


def edited(original: Event, edit: Event) -> dict[str, Any]:
    """The original with an edit's words, as a server bundles them. ValueError where it may not be one (spec, Validity
    of replacement events)."""
    is_valid = edit["sender"] == original["sender"] and edit["type"] == original["type"] and not is_edit(original)
    if not is_valid or not isinstance(edit["content"]["m.new_content"], Mapping):
        raise ValueError("m.replace")
    before = unsigned(original)
    relations = before.get("m.relations")
    bundled = {**(relations if isinstance(relations, Mapping) else {}), "m.replace": edit}
    return {**original, "unsigned": {**before, "m.relations": bundled}}


def redacted_at(event: Event) -> datetime | None:
    """When an event was taken away, aware UTC; None: it stands."""
    because = unsigned(event).get("redacted_because")
    return moment(because) if isinstance(because, Mapping) else None


def unsigned(event: Event) -> Mapping[str, Any]:
    """What the server adds to an event."""
    added = event.get("unsigned")
    return added if isinstance(added, Mapping) else NOTHING


def moment(event: Event) -> datetime:
    """When it was said, by its server's clock, aware UTC."""
    at = event["origin_server_ts"]
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < 4_102_444_800_000:
        raise ValueError("origin_server_ts")
    return datetime.fromtimestamp(at / 1000, UTC)


def plain(said: Mapping[str, Any], *, is_reply: bool) -> str:
    """The words of a message, without the quotation older programs put before an answer."""
    lines = text_of(said, "body")[:LONGEST].split("\n")
    if is_reply and lines[0].startswith("> <"):
        while lines and lines[0].startswith(">"):
            lines.pop(0)
    return "\n".join(lines).strip()


def text_of(written: Any, name: str) -> str:
    """A field that is a text, else ""."""
    value = written.get(name)
    return value if isinstance(value, str) else ""


def _newest(event: Event) -> tuple[Mapping[str, Any], datetime | None]:
    """The words of an event or of its latest edit, and when that was."""
    content = event["content"]
    if not isinstance(content, Mapping):
        raise TypeError("content")
    relations = unsigned(event).get("m.relations")
    edit = relations.get("m.replace") if isinstance(relations, Mapping) else None
    if not isinstance(edit, Mapping) or redacted_at(event):
        return content, None
    new = edit["content"].get("m.new_content") if isinstance(edit.get("content"), Mapping) else None
    return (
        (new, moment(edit)) if isinstance(new, Mapping) and edit.get("sender") == event["sender"] else (content, None)
    )


def _html(said: Mapping[str, Any]) -> str:
    if said.get("format") != "org.matrix.custom.html":
        return ""
    return _FALLBACK_HTML.sub("", text_of(said, "formatted_body")[:LONGEST])


def _media(said: Mapping[str, Any], kind: str, *, is_caption: bool) -> list[Media]:
    """Files stand behind the account's token, so they have no address that a browser or another program could follow."""
    msgtype = "m.image" if kind == "m.sticker" else text_of(said, "msgtype")
    if msgtype not in _MEDIA:
        return []
    info = said.get("info")
    told = info if isinstance(info, Mapping) else NOTHING
    sizes = [told.get(name) for name in ("w", "h")]
    width, height = (one if isinstance(one, int) and 0 < one < 100_000 else 0 for one in sizes)
    name = text_of(said, "filename")
    alt = name if is_caption else text_of(said, "body")
    media_type = text_of(told, "mimetype")[:100] or _MEDIA[msgtype]
    return [Media(media_type, "", alt[:5_000], name[:200], width=width, height=height)]


def _extra(event: Event, said: Mapping[str, Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    msgtype = text_of(said, "msgtype")
    if msgtype not in ("", "m.text"):
        found["msgtype"] = msgtype[:60]
    if event["type"] == "m.room.encrypted":
        found["encrypted"] = True
    mentions = said.get("m.mentions")
    users = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
    if isinstance(users, list) and users:
        found["mentions"] = [str(one)[:255] for one in users[:50]]
    if isinstance(mentions, Mapping) and mentions.get("room") is True:
        found["mentions_room"] = True
    if text_of(said, "url").startswith("mxc://"):
        found["mxc"] = text_of(said, "url")[:300]
    return found or NOTHING
