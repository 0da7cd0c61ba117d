"""Matrix as a connector."""

import hashlib
import json
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import uuid4

from allmende.connectors.answers import MOST_PAGES, endless
from allmende.connectors.checking import check_draft
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import Refused
from allmende.connectors.http import Answer, Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.matrix import login as entry
from allmende.connectors.matrix import places, read, write
from allmende.connectors.matrix.door import Door, in_room, nothing_seen, unless_gone
from allmende.connectors.matrix.listen import Ear
from allmende.connectors.matrix.names import Place, handle_of, id_of, page_of, place_of, server_of
from allmende.connectors.matrix.session import session_of
from allmende.connectors.matrix.wait import place_now, wait_from
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref, Visibility
from allmende.connectors.secret import Secret

# Synapse, the server most use, forgets a transaction's id half an hour after it; the specification names no time. It
# holds for one log-in: after another one only looking helps, and `find` knows the key in the words themselves.
KEY_LIFE = timedelta(minutes=30)
# The server's clock may differ from ours by so much; older events than that are not ours.
CLOCK_MARGIN = timedelta(minutes=2)
QUARANTINE_SECONDS = 120.0
PAGE = 100

# An event may have 65,536 bytes in all (spec, Size limits); in JSON a line break or quotation mark takes two.
_COUNTING = Counting("utf8_bytes", 30_000)
_MEDIA = MediaAbility(
    maximum=1,
    types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
    maximum_bytes=9_000_000,
    alt_text="optional",
)


class Matrix(Connector):
    """Settings, as made at log-in: `server`, `network` (the name behind the accounts), `user_id`, `device_id`, `rooms`
    (each `id`, `name`, `alias`, `visibility`, `can_remove`; the first is where we begin to speak), `url`, `since`.
    `quarantine_seconds` is for drills; the default outlasts the client's limits."""

    kind = "matrix"
    login: ClassVar[Login] = entry.LOGIN

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return entry.log_in(answers, client)

    @property
    def expires_at(self) -> datetime | None:
        return session_of(self.secret).expires_at

    def renew(self) -> Secret:
        return entry.renewed(self._server, session_of(self.secret), self.client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=_COUNTING,
            media=_MEDIA,
            idempotency=Idempotency("key", KEY_LIFE, can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_thread=True,
            can_edit=True,
            can_delete=True,
            # Whoever can read the room reads it: nobody can say something there to fewer.
            visibilities=frozenset({"public", self._home_visibility}),
            tells_by=frozenset({"held_question"}),
            history="newest_first",
            moderation=frozenset({"remove"}) if any(room.get("can_remove") for room in self._rooms) else frozenset(),
            readings=frozenset(read.COUNTERS),
        )

    def whoami(self) -> Author:
        door = self._door()
        answer = door.read("account/whoami")
        with answer.understood():
            user = str(answer.json()["user_id"])
        profile = unless_gone(lambda: door.read(f"profile/{quote(user, safe='')}"))
        name = ""
        if profile is not None:
            with profile.understood():
                name = read.text_of(profile.json(), "displayname")
        return Author(user, handle_of(user), name or handle_of(user), is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = datetime.fromisoformat(since) if isinstance(since, str) else None
        rooms: dict[str, Visibility] = {
            str(room["id"]): "members" if room.get("visibility") == "members" else "public" for room in self._rooms
        }
        yield from Ear(self._door(), self._us, rooms, cursor, horizon).batches()

    def stream(self, heard: Callable[[bool], bool]) -> None:
        """/sync held open by the server (its long polling); messages only, and none of our own."""
        end = time.monotonic() + self.client.limits.whole_seconds
        since = place_now(self._door(), self._us)
        goes_on = heard(True)
        while goes_on and time.monotonic() < end:
            since, is_new = wait_from(self._door(), self._us, since)
            goes_on = heard(is_new)

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """An answer is seen by whoever sees what it answers, so there its visibility is no question."""
        return check_draft(self.abilities, replace(draft, visibility="public") if draft.reply_to else draft)

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        door, end = self._door(), self._prepared_by(draft)
        room, answered = self._home, None
        if draft.reply_to:
            place = _place(draft.reply_to)
            room, answered = place.room, self._answered(door, place)
        is_chosen = self._refuse_sealed(door, room)
        mxc = self._uploaded(door, draft) if draft.media else ""
        said = write.content(draft, key, answered, us=self._us, is_direct=not is_chosen, mxc=mxc)
        self._check_time(end)
        answer = door.speak("PUT", in_room(room, "send", "m.room.message", key), said)
        with answer.understood():
            return self._receipt(Place(room, str(answer.json()["event_id"])), _clock_of(answer))

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """In its room, back to `since`; what opens a thread, in each of our rooms, since another may be the first by now.

        Every message of ours bears its key, so equal words are no matter. Refused where we were thrown out: then nobody
        here can know, and a repetition under a new log-in would not be noticed, so a person decides.
        """
        rooms = [_place(draft.reply_to).room] if draft.reply_to else [str(room["id"]) for room in self._rooms]
        found = (self._said_in(room, key, since - CLOCK_MARGIN, claimed) for room in rooms)
        return next((receipt for receipt in found if receipt is not None), None)

    def withdraw(self, ref: Ref) -> None:
        self._redact(_place(ref), is_ours=True)

    def edit(self, ref: Ref, draft: Draft) -> None:
        """A replacement of the event (spec, Event replacements). Said twice it replaces twice, by the same words."""
        self._refuse_unfit_words(ref, draft)
        place, door = _place(ref), self._door()
        event = self._answered(door, place)
        if event["sender"] != self._us:
            raise Refused("forbidden", str(place))
        self._refuse_sealed(door, place.room)
        said = write.edited(draft, event, self._us)
        door.speak("PUT", in_room(place.room, "send", "m.room.message", uuid4().hex), said)

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        self._redact(_place(ref), is_ours=False)

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        found: list[Reading] = []
        for ref in refs:
            try:
                place = place_of(ref.native_id)
            except ValueError:
                continue
            event = self._event(door, place)
            if event is not None and not read.redacted_at(event):
                found += [
                    Reading(ref, name, self._counted(door, place, kind), read_at)
                    for name, kind in read.COUNTERS.items()
                ]
        return tuple(found)

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) and self._home_visibility == "public" else ""

    @property
    def _server(self) -> str:
        return str(self.settings.get("server") or "")

    @property
    def _us(self) -> str:
        return str(self.settings.get("user_id") or "")

    @property
    def _rooms(self) -> Sequence[Mapping[str, Any]]:
        rooms = self.settings.get("rooms")
        return [room for room in rooms if isinstance(room, Mapping)] if isinstance(rooms, list) else []

    @property
    def _home(self) -> str:
        if not self._rooms:
            raise Refused("bad_setting", "rooms")
        return str(self._rooms[0]["id"])

    @property
    def _home_visibility(self) -> Visibility:
        return "members" if self._rooms and self._rooms[0].get("visibility") == "members" else "public"

    def _door(self) -> Door:
        return Door(self._server, session_of(self.secret), self.client)

    def _receipt(self, place: Place, at: datetime) -> Receipt:
        url = page_of(place.room, place.event, [server_of(place.room) or server_of(self._us)])
        return Receipt(Ref(id_of(place.room, place.event), url), at)

    def _refuse_sealed(self, door: Door, room: str) -> bool:
        """Refused where words are sealed, for ours would stand there in the clear; else whether it is a room that was chosen."""
        is_chosen = any(one.get("id") == room for one in self._rooms)
        if not is_chosen and places.state(door, room, "m.room.encryption"):
            raise Refused("room_encrypted", room)
        return is_chosen

    def _answered(self, door: Door, place: Place) -> read.Event:
        event = self._event(door, place)
        if event is None or read.redacted_at(event):
            raise Refused("not_found", str(place))
        return event

    def _event(self, door: Door, place: Place) -> dict[str, Any] | None:
        answer = unless_gone(lambda: door.read(in_room(place.room, "event", place.event)))
        if answer is None:
            return None
        with answer.understood():
            event = dict(answer.json())
            _ = event["sender"], event["event_id"]
            return event

    def _said_in(self, room: str, key: str, earliest: datetime, claimed: Container[str]) -> Receipt | None:
        start = ""
        for _ in range(MOST_PAGES):
            answer = self._own_page(room, start)
            with answer.understood():
                told = answer.json()
                for event in told["chunk"]:
                    if read.moment(event) < earliest:
                        return None
                    is_ours = event["sender"] == self._us and write.is_said_by(key, event)
                    if is_ours and id_of(room, event["event_id"]) not in claimed:
                        return self._receipt(Place(room, event["event_id"]), read.moment(event))
                following = told.get("end")
            if not following or following == start:
                return None
            start = str(following)
        raise endless()

    def _own_page(self, room: str, start: str) -> Answer:
        """A page of our own messages in a room, newest first. Refused where we were thrown out."""
        wanted = json.dumps({"senders": [self._us], "types": ["m.room.message"]}, separators=(",", ":"))
        params = {"dir": "b", "limit": str(PAGE), "filter": wanted} | ({"from": start} if start else {})
        answer = unless_gone(lambda: self._door().read(in_room(room, "messages"), params))
        if answer is None:
            raise Refused("not_in_room", room)
        return answer

    def _uploaded(self, door: Door, draft: Draft) -> str:
        medium = draft.media[0]
        headers = {"Content-Type": medium.media_type}
        answer = nothing_seen(lambda: door.speak("POST", "/_matrix/media/v3/upload", medium.content, headers))
        with answer.understood():
            return str(answer.json()["content_uri"])

    def _redact(self, place: Place, *, is_ours: bool) -> None:
        """Take an event away once; one that is gone counts as done."""
        door = self._door()
        event = self._event(door, place)
        if event is None or read.redacted_at(event):
            return
        if is_ours and event["sender"] != self._us:
            raise Refused("forbidden", str(place))
        transaction = hashlib.sha256(f"redact {place}".encode()).hexdigest()[:32]
        unless_none(lambda: door.speak("PUT", in_room(place.room, "redact", place.event, transaction), {}))

    def _counted(self, door: Door, place: Place, kind: str) -> int:
        """How many events hang on one; beyond ten pages it is "so many at least"."""
        total, start = 0, ""
        path = f"/_matrix/client/v1/{in_room(place.room, 'relations', place.event, kind)}"
        for _ in range(10):
            answer = door.read(path, {"limit": str(PAGE)} | ({"from": start} if start else {}))
            with answer.understood():
                told = answer.json()
                total += len(told["chunk"])
                start = str(told.get("next_batch") or "")
            if not start:
                break
        return total


def unless_none(ask: Any) -> None:
    """Do it; that there is no such thing any more is as good."""
    try:
        ask()
    except Refused as error:
        if error.reason_code != "not_found":
            raise


def _place(ref: Ref) -> Place:
    try:
        return place_of(ref.native_id)
    except ValueError:
        raise Refused("not_found", ref.native_id) from None


def _clock_of(answer: Answer) -> datetime:
    """The server's own time of its answer, to the second; ours where it does not say."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return datetime.now(UTC)
