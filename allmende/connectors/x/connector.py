"""One account at X."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from allmende.connectors.answers import broken, endless
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency
from allmende.connectors.errors import Refused
from allmende.connectors.fields import moment, part_of, rows_of, text_of
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Measure, Reading, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.watching import UNREADABLE, Ear
from allmende.connectors.x import login, pictures, read, write
from allmende.connectors.x.door import SERVER, Door, unless_gone
from allmende.connectors.x.listen import AccountSource, written
from allmende.connectors.x.session import session_of

CLOCK_MARGIN = timedelta(minutes=2)
# Timelines show a post some seconds after it was said. Each look is paid for by the post.
QUARANTINE_SECONDS, PACE_SECONDS = 180.0, 300.0
ASK_EVERY = timedelta(minutes=1)
MOST_PAGES, MOST_COUNTED = 70, 100


class X(Connector):
    """Settings, as made at log-in: `network`, `user_id`, `handle`, `url`, `since`. For drills: `server`,
    `quarantine_seconds`, `pace_seconds`."""

    kind = "x"
    login: ClassVar[Login] = login.LOGIN
    gaps: ClassVar[Mapping[str, str]] = {
        "find_leaves_what_belongs_to_others": "X itself refuses equal words of one account.",
    }

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        return login.Way().begin(answers, return_url)

    @classmethod
    def finish_login(cls, kept: Secret, code: str, client: Client) -> Granted:
        return login.Way().finish(kept, code, client)

    @property
    def expires_at(self) -> datetime | None:
        return session_of(self.secret).expires_at

    @property
    def lacking(self) -> tuple[str, ...]:
        return () if pictures.SCOPE in session_of(self.secret).scopes.split() else (pictures.SCOPE,)

    def renew(self) -> Secret:
        return login.Way(self._server).renew(session_of(self.secret), self.client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("weighted", write.LONGEST),
            media=pictures.PHOTOS,
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_mention=True,
            can_thread=True,
            parts=frozenset({"thread", "comment"}),
            can_delete=True,
            history="newest_first",
            moderation=frozenset({"hide", "unhide"}),
            readings=frozenset(read.COUNTERS),
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        answer = self._door().read("users/me")
        with answer.understood():
            us = answer.json()["data"]
            handle = str(us["username"])
            return Author(read.id_of(us["id"]), handle, text_of(us, "name") or handle, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = moment(since) if isinstance(since, str) else None
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        yield from Ear(AccountSource(self._door(), self._us), cursor, horizon, datetime.now(UTC), pace).batches()

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        if draft.reply_to:
            _ = _number(draft.reply_to)
        door, end = self._door(), self._prepared_by(draft)
        numbers = [pictures.uploaded(door, medium, end) for medium in draft.media]
        answer = door.speak("POST", "tweets", write.post(draft, numbers))
        with answer.understood():
            return read.receipt(read.id_of(answer.json()["data"]["id"]), self._us.handle)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among our posts and answers since then. The oldest that fits."""
        source, us = AccountSource(self._door(), self._us), self._us
        asked, after = {"start_time": written((since - CLOCK_MARGIN).timestamp()), "exclude": "retweets"}, ""
        fitting: list[Receipt] = []
        for _ in range(MOST_PAGES):
            rows, after = source.rows(f"users/{us.user_id}/tweets", asked, after)
            try:
                same = [read.receipt(read.id_of(row["id"]), us.handle) for row in rows if write.is_same(draft, row)]
            except UNREADABLE as error:
                raise broken("garbled", type(error).__name__, is_spoken=False) from error
            fitting += [one for one in same if one.ref.native_id not in claimed]
            if not after:
                recent = [one for one in fitting if one.sent_at >= since - CLOCK_MARGIN]
                return min(recent, key=lambda one: one.sent_at, default=None)
        raise endless()

    def withdraw(self, ref: Ref) -> None:
        unless_gone(lambda: self._door().speak("DELETE", f"tweets/{_number(ref)}"))

    def moderate(self, ref: Ref, measure: Measure) -> None:
        """Hide an answer in a conversation that we opened. Others are refused."""
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        self._door().speak("PUT", f"tweets/{_number(ref)}/hidden", {"hidden": measure == "hide"})

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        known = {ref.native_id: ref for ref in refs if read.is_id(ref.native_id)}
        found: list[Reading] = []
        for start in range(0, len(known), MOST_COUNTED):
            ids = ",".join([*known][start : start + MOST_COUNTED])
            answer = door.read("tweets", {"ids": ids, "tweet.fields": "public_metrics"})
            with answer.understood():
                rows = [row for row in rows_of(answer.json(), "data") if part_of(row, "public_metrics")]
                found += [one for row in rows for one in read.readings(row, known[row["id"]], read_at)]
        return tuple(found)

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) else ""

    @property
    def _server(self) -> str:
        return str(self.settings.get("server") or SERVER)

    @property
    def _us(self) -> read.Us:
        user_id = str(self.settings.get("user_id") or "")
        if not read.is_id(user_id):
            raise Refused("bad_setting", "user_id")
        return read.Us(user_id, str(self.settings.get("handle") or ""))

    def _door(self) -> Door:
        return Door(self._server, session_of(self.secret), self.client)


def _number(ref: Ref) -> str:
    if not read.is_id(ref.native_id):
        raise Refused("not_found", ref.native_id)
    return ref.native_id
