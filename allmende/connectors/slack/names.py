"""How messages are named: conversation and time stamp, "C0123/1732871045.123456"."""

import re
from dataclasses import dataclass

_CHANNEL = re.compile(r"[CDG][A-Z0-9]{1,30}")
_TS = re.compile(r"\d{1,12}\.\d{1,8}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands; both as Slack writes them."""

    channel: str
    ts: str

    def __str__(self) -> str:
        return f"{self.channel}/{self.ts}"


def place_of(native_id: str) -> Place:
    """The place in an id of ours. ValueError if it is none."""
    channel, _, ts = native_id.partition("/")
    if not _CHANNEL.fullmatch(channel) or not _TS.fullmatch(ts):
        raise ValueError("native_id")
    return Place(channel, ts)


def id_of(channel: str, ts: object) -> str:
    """The id of a message. TypeError, ValueError."""
    if not isinstance(ts, str):
        raise TypeError("ts")
    return str(place_of(f"{channel}/{ts}"))
