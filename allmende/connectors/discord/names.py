"""How messages are named: channel (or thread) and message, "1180000000000000001/1180000000000000002". The number of a message
tells when it was said (reference, Snowflakes)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_NUMBER = re.compile(r"\d{1,20}")
_EPOCH = 1_420_070_400_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands. A forum's post is a thread with the number of the message that opens it."""

    channel: str
    message: str

    def __str__(self) -> str:
        return f"{self.channel}/{self.message}"

    @property
    def is_forum_post(self) -> bool:
        return self.channel == self.message


def place_of(native_id: str) -> Place:
    """The place in an id of ours. ValueError if it is none."""
    channel, _, message = native_id.partition("/")
    return Place(number(channel), number(message))


def number(written: Any) -> str:
    """An id as Discord writes it. TypeError, ValueError."""
    if not isinstance(written, str):
        raise TypeError("id")
    if not _NUMBER.fullmatch(written) or int(written) >= 1 << 63:
        raise ValueError("id")
    return written


def id_of(channel: Any, message: Any) -> str:
    """The id of a message. TypeError, ValueError."""
    return f"{number(channel)}/{number(message)}"


def moment_of(written: str) -> datetime:
    """When a number was given, aware UTC."""
    return datetime.fromtimestamp(((int(written) >> 22) + _EPOCH) / 1000, UTC)


def number_at(seconds: float) -> int:
    """The lowest number that can be given at a time."""
    return max(int(seconds * 1000) - _EPOCH, 0) << 22
