"""Let in by a bot's token, into one chat: what the bot may do there is looked at before anything is kept."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.secret import Secret
from allmende.connectors.telegram.door import SERVER, Door
from allmende.connectors.telegram.names import TOKEN, chat_in, page_of

LOGIN = Login(
    "password",
    (
        Question("token", "123456789:AAE…", is_secret=True),
        Question("chat", "@unser_haus"),
        Question("server", SERVER, is_required=False),
    ),
)
GROUPS, CHANNEL = ("group", "supergroup"), "channel"
_ABSENT = ("left", "kicked")


def log_in(answers: Mapping[str, str], client: Client) -> Granted:
    """Look who the bot is and what it may do in its chat. LoggedOut, Refused (`detail` names the question), TryLater."""
    token = answers.get("token", "").strip()
    if not TOKEN.fullmatch(token):
        raise Refused("bad_answer", "token")
    try:
        chat = chat_in(answers.get("chat", ""))
    except ValueError:
        raise Refused("bad_answer", "chat") from None
    server, secret = _server(answers.get("server", "")), Secret(token)
    door = Door(server, secret, client)
    with _understood():
        bot = dict(door.read("getMe"))
        bot_id = int(bot["id"])
    if _text(door.read("getWebhookInfo"), "url"):
        raise Refused("webhook_set", "token")
    settings = {
        "server": server,
        "network": "telegram",
        "bot_id": bot_id,
        "username": _text(bot, "username"),
        "name": _text(bot, "first_name"),
        **_looked_at(door, chat, bot_id, hears_all=bot.get("can_read_all_group_messages") is True),
    }
    return Granted(settings, secret)


def _looked_at(door: Door, name: str, bot_id: int, *, hears_all: bool) -> dict[str, Any]:
    """The chat and its discussion group as they are kept. Refused with detail "chat"."""
    with _understood():
        chat = _chat(door, name)
        number, kind = int(chat["id"]), _text(chat, "type")
        if kind not in (*GROUPS, CHANNEL):
            raise Refused("no_such_chat", "chat")
        member = _member(door, number, bot_id)
        linked = chat.get("linked_chat_id") if kind == CHANNEL else None
        group = int(linked) if isinstance(linked, int) else 0
        beside = _member(door, group, bot_id) if group else member
        if not _may_speak(member, kind):
            raise Refused("bot_silent", "chat")
        if (group or kind != CHANNEL) and not (hears_all or _text(beside, "status") in ("administrator", "creator")):
            raise Refused("bot_deaf", "chat")
        return {
            "chat": {"id": number, "type": kind, "title": _text(chat, "title")[:200], "name": _text(chat, "username")},
            "discussion": {"id": group, "name": _text(_chat(door, str(group)), "username")} if group else None,
            "can_remove": any(one.get("can_delete_messages") is True for one in (member, beside)),
            "url": page_of(number, _text(chat, "username")),
        }


def _may_speak(member: Mapping[str, Any], kind: str) -> bool:
    """Whether somebody may say something in a chat (Bot API, ChatMember)."""
    status = _text(member, "status")
    if kind == CHANNEL:
        return status == "administrator" and member.get("can_post_messages") is True
    if status == "restricted":
        return member.get("is_member") is True and member.get("can_send_messages") is True
    return status in ("administrator", "creator", "member")


def _chat(door: Door, name: str) -> Mapping[str, Any]:
    try:
        return dict(door.read("getChat", {"chat_id": name}))
    except Refused as error:
        raise Refused("no_such_chat", "chat") from error


def _member(door: Door, chat: int, bot_id: int) -> Mapping[str, Any]:
    """What the bot is in a chat. Where it may not even ask, it is nothing."""
    try:
        member = dict(door.read("getChatMember", {"chat_id": str(chat), "user_id": str(bot_id)}))
    except Refused:
        return {"status": "left"}
    return {"status": "left"} if _text(member, "status") in _ABSENT else member


def _server(written: str) -> str:
    """The origin of the Bot API; a bare name is one with https."""
    typed = written.strip() or SERVER
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        port = parts.port
    except ValueError:
        raise Refused("bad_address", "server") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.path.strip("/"):
        raise Refused("bad_address", "server")
    return f"{parts.scheme}://{parts.hostname}{f':{port}' if port else ''}"


def _text(written: Any, name: str) -> str:
    value = written.get(name) if isinstance(written, Mapping) else None
    return value if isinstance(value, str) else ""


@contextmanager
def _understood() -> Iterator[None]:
    """Words nobody can read come from no Bot API; what cannot be right at its address is told as that."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError):
        raise TryLater(reason_code="garbled") from None
    except LoggedOut:
        raise
    except Refused as error:
        if error.detail in ("token", "chat", "server"):
            raise
        known = ("forbidden_address", "not_https", "no_host")
        raise Refused(error.reason_code if error.reason_code in known else "not_this_network", "server") from None
