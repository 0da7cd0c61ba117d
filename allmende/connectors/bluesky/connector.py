"""Bluesky as a connector."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from allmende.connectors.bluesky import film, read, write
from allmende.connectors.bluesky import login as entry
from allmende.connectors.bluesky.door import Door, name_of
from allmende.connectors.bluesky.listen import Listener
from allmende.connectors.bluesky.names import POST, THREADGATE, Address, address_of, is_did, record_key
from allmende.connectors.contract import Abilities, Budget, Connector, Counting, FilmAbility, Idempotency, MediaAbility
from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.http import Answer, Client
from allmende.connectors.logins import Granted
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Media, Reading, Receipt, Ref
from allmende.connectors.secret import Secret

# 5,000 points an hour and 35,000 a day for whoever writes records; a new one costs three.
# No stream tells what others answer us (decision 25). Two questions every four seconds are a twentieth of the 3,000 that a server
# takes from one address in five minutes, and an answer is here within five seconds all the same.
ASK_EVERY = timedelta(seconds=4)
BUDGETS = (Budget(1_666, timedelta(hours=1)), Budget(11_666, timedelta(hours=24)))
LONGEST_TEXT_BYTES = 3000
POSTS_AT_A_TIME = 25
HIDDEN_MAXIMUM = 300
SWAPS = 3

_COUNTING = Counting("graphemes", 300)
_MEDIA = MediaAbility(
    maximum=4,
    types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
    maximum_bytes=2_000_000,
    alt_text="optional",
    alt_maximum=2000,
    films=FilmAbility(film.TYPES, film.LARGEST, film.LONGEST_SECONDS),
)


class Bluesky(Connector):
    """Settings: `server` (origin of the account's own server), `did`, `handle`, `languages` (optional, of what we say),
    `revisit_seconds` (shortest pause between two looks at a thread), `quarantine_seconds` (for drills; the default
    outlasts the client's limits), `film_server` (origin of what works on films, for drills)."""

    kind = "bluesky"
    login = entry.LOGIN
    gaps = {
        "each_moderation_verb_works_and_twice_is_once": (
            "Replies can be hidden in threads of our own only; a mention in a stranger's thread cannot."
        ),
    }

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return entry.log_in(answers, client)

    @property
    def expires_at(self) -> datetime | None:
        return entry.ends_at(self._session.access) if self.secret else None

    def renew(self) -> Secret:
        return entry.renewed(self._session, self._server, self.client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=_COUNTING,
            media=_MEDIA,
            idempotency=Idempotency("chosen_id"),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", 90))),
            can_send=True,
            can_mention=True,
            can_thread=True,
            parts=frozenset({"thread", "comment"}),
            can_delete=True,
            history="newest_first",
            moderation=frozenset({"hide", "unhide"}),
            readings=frozenset(read.COUNTERS),
            cards="everywhere",
            ask_every=ASK_EVERY,
            budgets=BUDGETS,
        )

    def whoami(self) -> Author:
        answer = self._door().read("com.atproto.server.getSession")
        with answer.understood():
            me = answer.json()
            return Author(str(me["did"]), str(me["handle"]), self._shown_name(str(me["did"])), is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        pace = float(self.settings.get("revisit_seconds", 60))
        return Listener(self._door(), self._session.did, self._web, pace).batches(cursor)

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        found = super().check(draft)
        length = len(write.plain(draft.text).encode())
        if length <= LONGEST_TEXT_BYTES or any(finding.code == "text_too_long" for finding in found):
            return found
        values = {"length": length, "maximum": LONGEST_TEXT_BYTES, "unit": "bytes"}
        return (*found, Finding("text_too_long", "refuse", "text", values))

    def send(self, draft: Draft, key: str) -> Receipt:
        refusal = next((finding.code for finding in self.check(draft) if finding.severity == "refuse"), "")
        if refusal:
            raise Refused("rejected", refusal)
        door, did, end = self._door(), self._session.did, self._prepared_by(draft)
        record = write.post(
            draft,
            at=datetime.now(UTC),
            resolve=lambda handle: self._resolved(door, handle),
            reply=self._reply(door, draft) if draft.reply_to else None,
            blobs=[self._uploaded(door, medium, end) for medium in draft.media],
            languages=self.settings.get("languages") or (),
        )
        self._refuse_stopped(draft)

        def said(words: Draft, thumb: Any) -> Answer:
            # Never put: a record of this key that is there already must stay as it is, and the network says so.
            whole = record | ({"embed": write.external(words.shown_card, thumb)} if words.shown_card else {})
            told = {"repo": did, "collection": POST, "rkey": record_key(did, key), "record": whole}
            return door.speak("com.atproto.repo.createRecord", told)

        answer, left_out = self._say_with_card(draft, end, partial(self._thumb, door), said)
        with answer.understood():
            receipt = read.receipt(str(answer.json()["uri"]), record, self._web)
            return replace(receipt, left_out=left_out)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        did = self._session.did
        place = Address(did, POST, record_key(did, key))
        answer = self._record(self._door(), place)
        if answer is None:
            return None
        with answer.understood():
            record = answer.json()["value"]
            if not write.is_same(draft, record):
                raise Refused("text_differs", str(place))
            return read.receipt(str(place), record, self._web)

    def withdraw(self, ref: Ref) -> None:
        place, did = _place(ref), self._session.did
        if place.did != did:
            raise Refused("forbidden", ref.native_id)
        said = {"repo": did, "collection": place.collection, "rkey": place.key}
        self._door().speak("com.atproto.repo.deleteRecord", said)

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        door = self._door()
        root = self._root_of(door, _place(ref))
        if root.did != self._session.did or str(root) == ref.native_id:
            raise Refused("forbidden", ref.native_id)
        for _ in range(SWAPS):
            if self._is_gate_set(door, root, ref.native_id, is_hidden=measure == "hide"):
                return
        raise TryLater(reason_code="busy", detail="The thread's gate was changed by others meanwhile.")

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        addresses = [ref.native_id for ref in refs if _is_post(ref)]
        found: list[Reading] = []
        for first in range(0, len(addresses), POSTS_AT_A_TIME):
            asked = {"uris": addresses[first : first + POSTS_AT_A_TIME]}
            answer = door.read("app.bsky.feed.getPosts", asked)
            with answer.understood():
                for view in answer.json()["posts"]:
                    found += read.readings(view, self._web, read_at)
        return tuple(found)

    @property
    def public_url(self) -> str:
        return f"{self._web}/profile/{self.settings.get('handle') or self.settings.get('did', '')}" if self._web else ""

    @property
    def _server(self) -> str:
        return str(self.settings.get("server") or entry.DEFAULT_SERVER)

    @property
    def _web(self) -> str:
        return "" if entry.is_loopback_server(self._server) else read.PAGE_OF_ANYBODY

    @property
    def _session(self) -> entry.Session:
        return entry.session_of(self.secret)

    def _door(self) -> Door:
        return Door(self.client, self._server, self._session.access)

    def _shown_name(self, did: str) -> str:
        try:
            answer = self._door().read("app.bsky.actor.getProfile", {"actor": did})
        except Refused:  # an account made just now has no profile yet
            return ""
        with answer.understood():
            return str(answer.json().get("displayName") or "")

    def _resolved(self, door: Door, handle: str) -> str:
        try:
            answer = door.read("com.atproto.identity.resolveHandle", {"handle": handle})
        except Refused:  # nobody has this handle: it stays mere text
            return ""
        with answer.understood():
            did = str(answer.json()["did"])
            return did if is_did(did) else ""

    def _uploaded(self, door: Door, medium: Media, end: float) -> Any:
        if medium.is_film:
            service = str(self.settings.get("film_server") or film.SERVICE)
            workshop = film.FilmDoor(door, self.client, self._server, self._session.did, service)
            wait = partial(self._wait_for, medium, end, self.film_poll_seconds)
            with self._body(medium) as body:
                return workshop.uploaded(medium, body, self._upload_limits(medium, end), wait)
        return door.upload(medium.content, medium.media_type, self.client.limits.until(end))

    def _thumb(self, door: Door, medium: Media, end: float) -> Any:
        """The picture of a card as its record names it. Refused: it is too heavy for one; TryLater."""
        if medium.weight > write.LARGEST_THUMB:
            raise Refused("too_large", str(medium.weight))
        return self._uploaded(door, medium, end)

    def _reply(self, door: Door, draft: Draft) -> dict[str, Any]:
        """Strong references to the message answered and to its thread's root. Raises Refused if it is gone."""
        answer = self._record(door, _place(draft.reply_to)) if draft.reply_to else None
        if answer is None:
            raise Refused("not_found", draft.reply_to.native_id if draft.reply_to else "")
        with answer.understood():
            told = answer.json()
            parent = {"uri": str(told["uri"]), "cid": str(told["cid"])}
            root = (told["value"].get("reply") or {}).get("root") or parent
            return {"root": {"uri": str(root["uri"]), "cid": str(root["cid"])}, "parent": parent}

    def _root_of(self, door: Door, place: Address) -> Address:
        answer = self._record(door, place)
        if answer is None:
            raise Refused("not_found", str(place))
        with answer.understood():
            root = (answer.json()["value"].get("reply") or {}).get("root") or {"uri": str(place)}
            return address_of(str(root["uri"]))

    def _is_gate_set(self, door: Door, root: Address, uri: str, *, is_hidden: bool) -> bool:
        """Write the thread's gate unless it says so already. False: somebody else changed it at the same time."""
        gate = Address(root.did, THREADGATE, root.key)
        answer = self._record(door, gate)
        told = {} if answer is None else answer.json()
        record = told.get("value") or {
            "$type": THREADGATE,
            "post": str(root),
            "createdAt": write.stamp(datetime.now(UTC)),
        }
        hidden = [one for one in record.get("hiddenReplies") or [] if one != uri] + ([uri] if is_hidden else [])
        if set(hidden) == set(record.get("hiddenReplies") or []):
            return True
        if len(hidden) > HIDDEN_MAXIMUM:
            raise Refused("too_many_hidden", str(HIDDEN_MAXIMUM))
        said = {
            "repo": gate.did, "collection": gate.collection, "rkey": gate.key,
            "record": {**record, "hiddenReplies": hidden}, "swapRecord": told.get("cid"),
        }  # fmt: skip
        try:
            door.speak("com.atproto.repo.putRecord", said)
        except Refused as error:
            if name_of(error) == "InvalidSwap":
                return False
            raise
        return True

    def _record(self, door: Door, place: Address) -> Answer | None:
        """A record as its own server has it; None if it is not there."""
        asked = {"repo": place.did, "collection": place.collection, "rkey": place.key}
        try:
            return door.read("com.atproto.repo.getRecord", asked)
        except Refused as error:
            if error.reason_code == "not_found":
                return None
            raise


def _place(ref: Ref) -> Address:
    try:
        return address_of(ref.native_id)
    except ValueError:
        raise Refused("not_found", ref.native_id) from None


def _is_post(ref: Ref) -> bool:
    try:
        return address_of(ref.native_id).collection == POST
    except ValueError:
        return False
