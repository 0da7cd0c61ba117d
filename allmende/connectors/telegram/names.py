"""Names at Telegram: a message of a chat as one native id, and where people read it."""

import re
from dataclasses import dataclass

# A bot's token (Bot API, Authorizing your bot). Whatever else would reach an address is none.
TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{20,80}", re.ASCII)
_NATIVE = re.compile(r"(-?\d{1,19})/(\d{1,19})", re.ASCII)
_NAME = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,19}", re.ASCII)
_PAGE = re.compile(r"^(?:https?://)?(?:www\.)?(?:t|telegram)\.me/(?:s/)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A message in its chat: its number holds there only."""

    chat: int
    message: int

    def __str__(self) -> str:
        return f"{self.chat}/{self.message}"


def place_of(native_id: str) -> Place:
    """The place a native id names. ValueError if it names none."""
    found = _NATIVE.fullmatch(native_id)
    if not found:
        raise ValueError("native_id")
    return Place(int(found[1]), int(found[2]))


def chat_in(written: str) -> str:
    """A chat as a person writes it: @name, name, its address at t.me, or its number. ValueError if it is none."""
    typed = _PAGE.sub("", written.strip()).split("?")[0].strip("/")
    name = typed.removeprefix("@").split("/")[0]
    if _NUMBER.fullmatch(typed):
        return typed
    if not _NAME.fullmatch(name):
        raise ValueError("chat")
    return f"@{name}"


def page_of(chat: int, name: str, message: int = 0) -> str:
    """Where a person reads it: anybody, if the chat has a name; else its members, in a supergroup or channel; else "" ."""
    number = f"/{message}" if message else ""
    if _NAME.fullmatch(name):
        return f"https://t.me/{name}{number}"
    written = str(chat)
    return f"https://t.me/c/{written.removeprefix('-100')}{number}" if written.startswith("-100") and message else ""
