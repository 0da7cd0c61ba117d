"""Slack as a connector."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.answers import endless
from allmende.connectors.bells import Bell
from allmende.connectors.checking import check_where_it_stands
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency
from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.fields import moment, number_of, part_of, rows_of, text_of
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, opened
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Reading, Receipt, Ref
from allmende.connectors.slack import login as entry
from allmende.connectors.slack import pictures, read, write
from allmende.connectors.slack.door import Door, unless_gone
from allmende.connectors.slack.listen import BotSource, Directory, Row, conversations, message_at, rows_in
from allmende.connectors.slack.names import Place, id_of, place_of
from allmende.connectors.slack.session import Session
from allmende.connectors.slack.socket import listen
from allmende.connectors.watching import UNREADABLE, Ear

# Slack takes more, and shows what is longer in pieces or not at all (api.slack.com/methods/chat.postMessage, Truncating).
LONGEST = 4_000
CLOCK_MARGIN = timedelta(minutes=2)
QUARANTINE_SECONDS, PACE_SECONDS = 120.0, 60.0
# Of a list in which something is looked for.
MOST_PAGES = 100


class Slack(Connector):
    """Settings, as made at log-in: `network`, `url`, `team`, `user_id`, `bot_id`, `handle`, `channel` (`id`, `name`; where we
    begin to speak), `since`, `has_app_token`, `scopes`. For drills: `server`, `quarantine_seconds`, `pace_seconds`.

    Slack notices no repetition; each message bears our key, so looking tells for certain.
    """

    poll_seconds: ClassVar[float] = 1.0

    kind = "slack"
    login: ClassVar[Login] = entry.LOGIN
    bell: ClassVar[Bell | None] = Bell("x-slack-signature", is_shared=False, stamp="x-slack-request-timestamp")

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return entry.log_in(answers, client)

    @property
    def lacking(self) -> tuple[str, ...]:
        granted = self.settings.get("scopes")
        return tuple(scope for scope in pictures.SCOPES if not isinstance(granted, list) or scope not in granted)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", LONGEST),
            media=pictures.PHOTOS,
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            # An application tells in one way only: by socket, once it has a token for that.
            tells_by=frozenset({"socket" if self.settings.get("has_app_token") else "webhook"}),
            can_thread=True,
            can_edit=True,
            can_delete=True,
            # Whoever is in the conversation reads it: nobody can say something there to fewer.
            visibilities=frozenset({"public", "members"}),
            history="newest_first",
            readings=frozenset({"replies", "reactions"}),
        )

    def whoami(self) -> Author:
        told = self._door().read("auth.test")
        try:
            return Author(str(told["user_id"]), str(told["user"]), str(told["user"]), is_us=True, is_bot=True)
        except UNREADABLE as error:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = moment(since) if isinstance(since, str) else None
        door, pace = self._door(), float(self.settings.get("pace_seconds", PACE_SECONDS))
        source = BotSource(door, self._where, [one["id"] for one in conversations(door)])
        directory = Directory(door)
        for batch in Ear(source, cursor, horizon, datetime.now(UTC), pace, is_rung=self.is_rung).batches():
            yield replace(batch, items=[directory.named(item) for item in batch.items])

    def stream(self, heard: Callable[[bool], bool]) -> None:
        if not self.abilities.can_stream:
            raise self._unable("stream")
        listen(self._door(), self.client, str(self.settings.get("user_id") or ""), heard)

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """An answer is seen by whoever sees what it answers, so there its visibility is no question."""
        return (*check_where_it_stands(self.abilities, draft), *self._check_permissions(draft))

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        door, channel, thread, end = self._door(), self._home, "", self._prepared_by(draft)
        if draft.reply_to:
            channel, thread = self._thread(door, _place(draft.reply_to))
        shown = [pictures.uploaded(door, medium, end, self.poll_seconds) for medium in draft.media]
        told = door.speak("chat.postMessage", write.message(draft, key, channel, thread, shown))
        try:
            return read.receipt(place_of(id_of(told["channel"], told["ts"])), self._where.server, thread)
        except UNREADABLE as error:
            raise Unclear("garbled", type(error).__name__) from error

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """In its conversation, or in its thread, back to `since`: whatever we said bears its key."""
        earliest = since - CLOCK_MARGIN
        asked = {"oldest": f"{earliest.timestamp():.6f}", "limit": "200", "include_all_metadata": "true"}
        door, channel, thread, method = self._door(), self._home, "", "conversations.history"
        if draft.reply_to:
            place = _place(draft.reply_to)
            row = message_at(door, place)
            if row is None:
                return None
            channel, thread = place.channel, _root_of(row)
            if thread or not channel.startswith("D"):
                method, asked = "conversations.replies", asked | {"ts": thread or place.ts}
        for row in self._pages(door, method, asked | {"channel": channel}, channel):
            is_ours = write.is_said_by(key, row) and read.moment(row["ts"]) >= earliest
            if is_ours and id_of(channel, row["ts"]) not in claimed:
                return read.receipt(Place(channel, row["ts"]), self._where.server, _root_of(row))
        return None

    def withdraw(self, ref: Ref) -> None:
        place = _place(ref)
        unless_gone(lambda: self._door().speak("chat.delete", {"channel": place.channel, "ts": place.ts}))

    def edit(self, ref: Ref, draft: Draft) -> None:
        """A workspace may allow it for some minutes only, or never: then it is refused."""
        self._refuse_unfit_words(ref, draft)
        place = _place(ref)
        self._door().speak("chat.update", write.edited(draft, place.channel, place.ts))

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        found: list[Reading] = []
        for ref in refs:
            try:
                row = message_at(door, place_of(ref.native_id))
            except ValueError:
                continue
            if row is not None:
                reactions = sum(number_of(one, "count") for one in rows_of(row, "reactions"))
                found.append(Reading(ref, "replies", number_of(row, "reply_count"), read_at))
                found.append(Reading(ref, "reactions", reactions, read_at))
        return tuple(found)

    @property
    def _session(self) -> Session:
        return opened(Session, self.secret)

    @property
    def _application_keys(self) -> tuple[str, ...]:
        return (self._session.signing_secret,)

    @property
    def _where(self) -> read.Where:
        names = ("user_id", "bot_id", "url")
        return read.Where(*(str(self.settings.get(name) or "") for name in names))

    @property
    def _home(self) -> str:
        channel = text_of(part_of(self.settings, "channel"), "id")
        if not channel:
            raise Refused("bad_setting", "channel")
        return channel

    def _door(self) -> Door:
        return Door(str(self.settings.get("server") or ""), self._session, self.client)

    def _thread(self, door: Door, place: Place) -> tuple[str, str]:
        """Where an answer is said: its conversation, and the time stamp of its thread's root; between two people there is
        no thread unless somebody began one. Slack itself would take an answer to nothing for a new message."""
        row = message_at(door, place)
        if row is None:
            raise Refused("not_found", str(place))
        root = _root_of(row)
        return place.channel, root if root or place.channel.startswith("D") else place.ts

    def _pages(self, door: Door, method: str, asked: Mapping[str, str], channel: str) -> Iterator[Row]:
        """The messages of all pages. TryLater if they do not end: what was not seen is not known to be absent."""
        after = ""
        for _ in range(MOST_PAGES):
            page: Any = dict(asked) | ({"cursor": after} if after else {})
            told = unless_gone(lambda page=page: door.read(method, page))
            if told is None:
                return
            rows, after = rows_in(told, channel)
            yield from rows
            if not after:
                return
        raise endless()


def _root_of(row: Row) -> str:
    return text_of(row, "thread_ts")


def _place(ref: Ref) -> Place:
    try:
        return place_of(ref.native_id)
    except ValueError:
        raise Refused("not_found", ref.native_id) from None
