"""Socket Mode, by which Slack tells at once that something happened (apis/events-api/using-socket-mode). What, is read by `listen`."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.fields import part_of, text_of
from allmende.connectors.http import Client, Socket
from allmende.connectors.slack.door import Door

# Slack refreshes its lines every few hours; who is sent away more often within one stream, rests first.
MOST_LINES = 3
PAUSE = 5.0
_SAID = frozenset({"message", "app_mention", "reaction_added", "reaction_removed", "member_joined_channel"})


def listen(door: Door, client: Client, us: str, heard: Callable[[bool], bool]) -> None:
    """Ring until nobody wants it any more or its time is over. Raises TryLater, LoggedOut, Refused."""
    end = time.monotonic() + client.limits.whole_seconds
    for _ in range(MOST_LINES):
        with client.dial(door.socket_address()) as line:
            if not _follow(line, us, heard) or time.monotonic() >= end:
                return
    raise TryLater(reason_code="hung_up", detail="Slack asked us to come back too often.")


def _follow(line: Socket, us: str, heard: Callable[[bool], bool]) -> bool:
    """One line until it is over; whether it shall be followed by another."""
    while not line.is_over:
        written = line.hear(PAUSE)
        if written is None:
            continue
        told = _told(written)
        envelope, kind = text_of(told, "envelope_id"), text_of(told, "type")
        if envelope:
            # At once, or Slack tells it again; what it was is read from Slack itself.
            line.say(json.dumps({"envelope_id": envelope}))
        if kind == "disconnect":
            if text_of(told, "reason") == "link_disabled":
                raise Refused("rejected", "link_disabled")
            return True
        if not heard(kind == "hello" or _is_news(told, us)):
            return False
    return False


def _is_news(told: Mapping[str, Any], us: str) -> bool:
    """Whether somebody else said or did something."""
    event = part_of(part_of(told, "payload"), "event")
    return text_of(event, "type") in _SAID and text_of(event, "user") != us


def _told(written: str) -> Mapping[str, Any]:
    """What Slack said; nothing in a sign of life or in nonsense."""
    try:
        told = json.loads(written or "{}")
    except (RecursionError, ValueError):
        return {}
    return told if isinstance(told, Mapping) else {}
