"""The Bot API's updates -> neutral. Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.neutral import NOTHING, Author, Item, Media, Receipt, Ref, Visibility
from allmende.connectors.telegram.names import Place, page_of
from allmende.domain.acts import act_of

MESSAGES = ("message", "edited_message", "channel_post", "edited_channel_post")
REACTION = "message_reaction"
UPDATES = (*MESSAGES, REACTION)
_FILES = {
    "animation": "video/mp4",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
    "document": "application/octet-stream",
    "sticker": "image/webp",
}

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Where:
    """Who reads: the bot's number, its chat with its discussion group (0: it has none), and who may read those."""

    bot: int
    chat: int
    discussion: int = 0
    visibility: Visibility = "public"

    def visibility_of(self, chat: Mapping[str, Any]) -> Visibility | None:
        """Who reads what is said in a chat; None where it is none of ours."""
        if chat.get("type") == "private":
            return "direct"
        return self.visibility if chat["id"] in (self.chat, self.discussion) else None


def message(told: Message, where: Where, thread: str, reply_to: str) -> Item:
    """One message; `thread` and `reply_to`: native ids of its root and of what it answers, "" if it answers nothing."""
    place, shown = place_in(told), _media(told)
    origin = channel_post_of(told)
    if origin:  # the discussion group's copy of a post stands for the post itself
        place = origin
    chat = told["chat"]
    name = text_of(chat, "username") if not origin else text_of(told["sender_chat"], "username")
    return Item(
        Ref(str(place), page_of(place.chat, name, place.message)),
        "message",
        act_of("social", is_root=not reply_to, is_root_author=False),
        author(told, where),
        moment(told["forward_origin"]["date"] if origin else told["date"]),
        thread,
        reply_to=reply_to,
        text=words(told),
        visibility=where.visibility_of(chat) or "direct",
        edited_at=moment(told["edit_date"]) if told.get("edit_date") else None,
        media=tuple(shown),
        extra=_extra(told),
    )


def comings_and_goings(told: Message, where: Where) -> list[Item]:
    """Who joined or left, as far as a group says so."""
    place, found = place_in(told), []
    people = [("joined", one) for one in told.get("new_chat_members") or ()]
    people += [("left", told["left_chat_member"])] if told.get("left_chat_member") else []
    for act, person in people:
        who = _person(person, where)
        if not who.is_us:
            native_id = f"{place}~{act}~{who.native_id}"
            visibility = where.visibility_of(told["chat"]) or "direct"
            found.append(
                Item(Ref(native_id), "gesture", act, who, moment(told["date"]), native_id, visibility=visibility)
            )
    return found


def reactions(told: Mapping[str, Any], where: Where, thread: str) -> list[Item]:
    """What somebody put below a message, or took away again. Its id is what it is: telling it twice changes nothing."""
    place, at = place_in(told), moment(told["date"])
    person = told.get("user")
    who = _person(person, where) if isinstance(person, Mapping) else _chat_as_author(told["actor_chat"], where)
    before, now = (dict.fromkeys(map(_emoji, told[name])) for name in ("old_reaction", "new_reaction"))
    found = []
    for emoji in [*(one for one in now if one not in before), *(one for one in before if one not in now)]:
        native_id = f"{place}~{emoji}~{who.native_id}"
        item = Item(
            Ref(native_id), "gesture", "voted", who, at, thread or str(place), target=str(place),
            visibility=where.visibility_of(told["chat"]) or "direct", extra={"reaction": emoji},
        )  # fmt: skip
        found.append(item if emoji in now else replace(item, deleted_at=at))
    return found


def author(told: Message, where: Where) -> Author:
    """Who said it. In the name of the channel or of the group itself speaks only the house."""
    sender = told.get("sender_chat")
    if isinstance(sender, Mapping):
        return _chat_as_author(sender, where)
    if told["chat"].get("type") == "channel":
        return _chat_as_author(told["chat"], where)
    return _person(told["from"], where)


def channel_post_of(told: Message) -> Place | None:
    """The post of a channel of which this is the copy in its discussion group; None if it is none."""
    origin = told.get("forward_origin")
    if (
        told.get("is_automatic_forward") is not True
        or not isinstance(origin, Mapping)
        or origin.get("type") != "channel"
    ):
        return None
    return Place(_number(origin["chat"]["id"]), _number(origin["message_id"]))


def place_in(told: Mapping[str, Any]) -> Place:
    """Where something stands."""
    return Place(_number(told["chat"]["id"]), _number(told["message_id"]))


def words(told: Message) -> str:
    """Text or caption, with the addresses that hide behind words written out. Offsets are UTF-16 code units."""
    name = "text" if text_of(told, "text") else "caption"
    text, listed = text_of(told, name), told.get("entities" if name == "text" else "caption_entities")
    units = text.encode("utf-16-le", "surrogatepass")
    links = [
        (one["offset"] + one["length"], one["url"])
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, Mapping) and one.get("type") == "text_link" and text_of(one, "url")
    ]
    for end, url in sorted(links, key=lambda link: -_number(link[0])):
        if url not in text:
            units = units[: end * 2] + f" ({url[:2000]})".encode("utf-16-le", "replace") + units[end * 2 :]
    return units.decode("utf-16-le", "replace").strip()


def has_words(told: Message) -> bool:
    """Whether it says or shows anything: most of what happens to a group is told as a message too."""
    return bool(
        text_of(told, "text") or text_of(told, "caption") or told.get("photo") or any(told.get(one) for one in _FILES)
    )


def receipt(told: Message, name: str) -> Receipt:
    """The network's own proof that it has our words."""
    place = place_in(told)
    return Receipt(Ref(str(place), page_of(place.chat, name, place.message)), moment(told["date"]))


def moment(seconds: Any) -> datetime:
    """Seconds since 1970 as an aware time, UTC."""
    number = _number(seconds)
    if not 0 <= number < 4_102_444_800:
        raise ValueError("date")
    return datetime.fromtimestamp(number, UTC)


def text_of(written: Any, name: str) -> str:
    """A field that is a text, else ""."""
    value = written.get(name)
    return value if isinstance(value, str) else ""


def _person(user: Mapping[str, Any], where: Where) -> Author:
    number = _number(user["id"])
    name = " ".join(filter(None, (text_of(user, "first_name"), text_of(user, "last_name"))))
    is_us = number == where.bot
    return Author(
        str(number), text_of(user, "username"), name or text_of(user, "username"), is_us, user.get("is_bot") is True
    )


def _chat_as_author(chat: Mapping[str, Any], where: Where) -> Author:
    number = _number(chat["id"])
    is_us = number in (where.chat, where.discussion)
    return Author(str(number), text_of(chat, "username"), text_of(chat, "title"), is_us)


def _emoji(reaction: Mapping[str, Any]) -> str:
    """What it looks like; of those only Telegram can draw, their number."""
    written = text_of(reaction, "emoji") or text_of(reaction, "custom_emoji_id") or text_of(reaction, "type")
    if not 0 < len(written) <= 40:
        raise ValueError("reaction")
    return written


def _media(told: Message) -> list[Media]:
    """Files have an address that holds the bot's token, so none is given."""
    photo = told.get("photo")
    if isinstance(photo, list) and photo:
        return [Media("image/jpeg", width=_side(photo[-1], "width"), height=_side(photo[-1], "height"))]
    found = []
    for name, usual in _FILES.items():
        file = told.get(name)
        if isinstance(file, Mapping):
            media_type = text_of(file, "mime_type")[:100] or usual
            width, height = _side(file, "width"), _side(file, "height")
            found.append(Media(media_type, name=text_of(file, "file_name")[:200], width=width, height=height))
            break  # an animation is told as a document too
    return found


def _side(file: Mapping[str, Any], name: str) -> int:
    value = file.get(name)
    return value if isinstance(value, int) and 0 < value < 100_000 else 0


def _extra(told: Message) -> Mapping[str, Any]:
    found = {
        name: told[name]
        for name in ("media_group_id", "author_signature", "has_media_spoiler")
        if isinstance(told.get(name), str | bool) and told[name]
    }
    if told.get("is_topic_message") is True:
        found["topic"] = _number(told["message_thread_id"])
    return found or NOTHING


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise TypeError("number")
    return value
