"""The gateway, by which Discord tells at once that something was said (events/gateway). What it was is read by `listen`.

One intent, that of messages in servers, without their words; a session that is cut goes on where it was.
"""

import json
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from allmende.connectors.discord.door import Door
from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.fields import number_of, part_of, text_of
from allmende.connectors.http import Client, Socket

# topics/opcodes-and-status-codes
_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _HELLO, _HEARD = 0, 1, 2, 6, 7, 9, 10, 11
_UNKNOWN_TOKEN, _NEVER, _NEW_SESSION = 4004, frozenset({4010, 4011, 4012, 4013, 4014}), frozenset({4007, 4009})
_GUILD_MESSAGES = 1 << 9
_SAID = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"})
_HOSTS = ".discord.gg"
# A token may begin a thousand sessions a day, all its programs together; some are left to others.
RESERVE = 100
# Within one stream; then whoever holds it rests first.
MOST_RESUMES = 3
PATIENCE, LONGEST_BEAT = 10.0, 120.0
MOST_PLACES = 1_000


class Gateway:
    """One stream: a session, and the lines that carry it."""

    def __init__(
        self, door: Door, client: Client, us: str, guild: str, channels: frozenset[str], pause: float = 1.0
    ) -> None:
        self._door, self._client = door, client
        self._us, self._guild, self._channels, self._pause = us, guild, channels, pause
        self._places: dict[str, bool] = {}
        self._session, self._resume_url = "", ""
        self._last: int | None = None
        self._goes_on = True

    def listen(self, heard: Callable[[bool], bool]) -> None:
        """Ring until nobody wants it any more or its time is over. Raises TryLater, LoggedOut, Refused."""
        end = time.monotonic() + self._client.limits.whole_seconds
        for turn in range(MOST_RESUMES + 1):
            try:
                self._carry(heard)
            except TryLater as error:
                if error.reason_code == "too_many" or turn == MOST_RESUMES or time.monotonic() >= end:
                    raise
                time.sleep(self._pause * random.uniform(1, 5))  # noqa: S311 - as the documents ask
            if not self._goes_on or time.monotonic() >= end:
                return

    def _carry(self, heard: Callable[[bool], bool]) -> None:
        """One line, from its greeting to its end. What Discord says as it hangs up is read as an error."""
        with self._client.dial(self._address()) as line:
            try:
                self._talk(line, heard)
            except TryLater as error:
                raise self._meant(line.close_code, error) from error

    def _talk(self, line: Socket, heard: Callable[[bool], bool]) -> None:
        every = _beat_in(_told(line.hear(PATIENCE)))
        line.say(json.dumps(self._resumption() if self._session else self._identity()))
        beats_at, is_heard = time.monotonic() + every * random.random(), True  # noqa: S311 - as the documents ask
        while self._goes_on and not line.is_over:
            if time.monotonic() >= beats_at:
                if not is_heard:
                    raise TryLater(reason_code="cut_off", detail="No answer to a heartbeat.")
                self._beat(line)
                beats_at, is_heard = time.monotonic() + every, False
            written = line.hear(max(beats_at - time.monotonic(), 0))
            if written is None:
                continue
            told = _told(written)
            is_heard = is_heard or told.get("op") == _HEARD
            if told.get("op") == _RECONNECT:
                raise TryLater(reason_code="hung_up", detail="Discord asked us to come back.")
            if told.get("op") == _INVALID:
                self._forget(is_kept=told.get("d") is True)
                raise TryLater(reason_code="hung_up", detail="The session ended.")
            if told.get("op") == _HEARTBEAT:
                self._beat(line)
            self._goes_on = heard(self._is_news(told))

    def _beat(self, line: Socket) -> None:
        line.say(json.dumps({"op": _HEARTBEAT, "d": self._last}))

    def _is_news(self, told: Mapping[str, Any]) -> bool:
        """Whether a message from Discord means that something is to be read: a new session, or others' words in our channels."""
        if told.get("op") != _DISPATCH:
            return False
        self._last = number_of(told, "s") or self._last
        kind, about = text_of(told, "t"), part_of(told, "d")
        if kind == "READY":
            self._session, self._resume_url = text_of(about, "session_id"), text_of(about, "resume_gateway_url")
            return True
        is_ours = text_of(part_of(about, "author"), "id") == self._us
        is_here = text_of(about, "guild_id") == self._guild
        return kind in _SAID and is_here and not is_ours and self._is_heard_at(text_of(about, "channel_id"))

    def _is_heard_at(self, channel: str) -> bool:
        """Whether a channel is one of ours or a thread in one; who that is, is asked for once."""
        if channel in self._channels:
            return True
        if channel not in self._places and len(self._places) < MOST_PLACES:
            parent = ""
            with suppress(Refused, TryLater):
                answer = self._door.read(f"channels/{quote(channel, safe='')}")
                with answer.understood():
                    parent = text_of(answer.json(), "parent_id")
            self._places[channel] = parent in self._channels
        return self._places.get(channel, True)

    def _address(self) -> str:
        """Where the session goes on, or where a new one may begin."""
        url = self._resume_url if self._session else self._new_place()
        parts = urlsplit(url)
        if not (parts.hostname or "").endswith(_HOSTS) and not self._door.is_at(parts.hostname or ""):
            raise Refused("bad_address", url[:100])
        return f"{parts.scheme}://{parts.netloc}/?v=10&encoding=json"

    def _new_place(self) -> str:
        answer = self._door.read("gateway/bot")
        with answer.understood():
            told = answer.json()
            limit, url = part_of(told, "session_start_limit"), str(told["url"])
            if limit and number_of(limit, "remaining") < min(RESERVE, number_of(limit, "total") // 10):
                wait = timedelta(milliseconds=min(number_of(limit, "reset_after"), 86_400_000))
                raise TryLater(wait, "too_many", "session_start_limit")
        return url

    def _identity(self) -> dict[str, Any]:
        named = {"os": "linux", "browser": "Allmende", "device": "Allmende"}
        return {"op": _IDENTIFY, "d": {"token": self._door.token(), "intents": _GUILD_MESSAGES, "properties": named}}

    def _resumption(self) -> dict[str, Any]:
        return {"op": _RESUME, "d": {"token": self._door.token(), "session_id": self._session, "seq": self._last}}

    def _forget(self, *, is_kept: bool) -> None:
        if not is_kept:
            self._session, self._resume_url, self._last = "", "", None

    def _meant(self, code: int, error: TryLater) -> TryLater | LoggedOut | Refused:
        self._forget(is_kept=code not in _NEW_SESSION)
        if code == _UNKNOWN_TOKEN:
            return LoggedOut("logged_out", error.detail)
        return Refused("rejected", error.detail) if code in _NEVER else error


def _told(written: str | None) -> Mapping[str, Any]:
    """What the gateway said; nothing in a sign of life or in nonsense."""
    try:
        told = json.loads(written or "{}")
    except (RecursionError, ValueError):
        return {}
    return told if isinstance(told, Mapping) else {}


def _beat_in(hello: Mapping[str, Any]) -> float:
    """Seconds between two heartbeats, as the greeting says. TryLater where it is none."""
    every = number_of(part_of(hello, "d"), "heartbeat_interval") / 1000
    if hello.get("op") != _HELLO or every <= 0:
        raise TryLater(reason_code="garbled", detail="no greeting")
    return min(every, LONGEST_BEAT)
