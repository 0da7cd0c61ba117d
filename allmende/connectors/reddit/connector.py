"""One account in one subreddit."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.answers import MOST_PAGES, broken, endless
from allmende.connectors.checking import check_draft
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency
from allmende.connectors.errors import CannotLook, ConnectorError, Refused
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.reddit import login, read, write
from allmende.connectors.reddit.door import PLACE, Door
from allmende.connectors.reddit.listen import SubredditSource, things
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of
from allmende.connectors.watching import UNREADABLE, Ear

# Reddit's clock may differ from ours by so much; older words than that are not ours.
CLOCK_MARGIN = timedelta(minutes=2)
# The client's longest answer, and how long a listing may lag behind.
QUARANTINE_SECONDS = 240.0
ASK_EVERY = timedelta(seconds=30)
PACE_SECONDS = 60.0
# Where a listing ends, whatever stands behind it.
LISTING_END = 900
# At Reddit the mark of a moderator's measure is a verb of its own.
_VERBS: Mapping[Measure, str] = {
    "remove": "api/remove", "approve": "api/approve", "lock": "api/lock", "unlock": "api/unlock",
}  # fmt: skip


class Reddit(Connector):
    """Settings, as made at log-in: `subreddit`, `account_id`, `handle`, `is_moderator`, `url`, `network`, `since`. For drills:
    `place`, `exchange`, `quarantine_seconds`, `pace_seconds`."""

    kind = "reddit"
    login: ClassVar[Login] = login.LOGIN

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        return login.begin(answers, return_url)

    @classmethod
    def finish_login(cls, kept: Secret, code: str, client: Client) -> Granted:
        return login.finish(kept, code, client)

    @property
    def expires_at(self) -> datetime | None:
        return session_of(self.secret).expires_at

    def renew(self) -> Secret:
        return login.WAY.at(self.settings.get("exchange")).renew(session_of(self.secret), self.client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", write.LONGEST_POST, has_title=True, title_maximum=write.LONGEST_TITLE),
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_thread=True,
            parts=frozenset({"comment"}),
            can_edit=True,
            can_delete=True,
            history="newest_first",
            moderation=frozenset(_VERBS if self._is_moderator else ()),
            readings=read.COUNTERS,
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        answer = self._door().read("api/v1/me")
        with answer.understood():
            return read.account(answer.json())

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = datetime.fromisoformat(since) if isinstance(since, str) else None
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        source = SubredditSource(self._door(), self._us, is_moderator=self._is_moderator)
        yield from Ear(source, cursor, horizon, datetime.now(UTC), pace).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """A comment is shorter than a post; an answer is seen by whoever sees what it answers."""
        counting = replace(self.abilities.counting, maximum=write.longest(draft))
        said = replace(draft, text=write.words(draft.text))
        said = replace(said, visibility="public") if draft.reply_to else said
        return check_draft(replace(self.abilities, counting=counting), said)

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        door = self._door()
        if draft.reply_to is None:
            name = _understood(read.name_of, door.speak("api/submit", write.post(draft, self._us.subreddit)))
            return self._told(door, name)
        if not read.is_name(draft.reply_to.native_id):
            raise Refused("not_found", draft.reply_to.native_id)
        told = door.speak("api/comment", write.comment(draft))
        return _understood(lambda told: read.receipt(told["things"][0]["data"]), told)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among our posts, our comments or our messages. The oldest that fits. CannotLook: more was said since than a
        listing holds."""
        earliest, fitting = since - CLOCK_MARGIN, []
        for row in self._own(draft, earliest):
            is_free = read.name_of(row) not in claimed and read.moment(row["created_utc"]) >= earliest
            if is_free and write.is_same(draft, row):
                fitting.append(read.receipt(row))
        return min(fitting, key=lambda one: one.sent_at, default=None)

    def withdraw(self, ref: Ref) -> None:
        """Reddit says of what is gone already that it deleted it."""
        if ref.native_id.startswith(read.MESSAGE):
            raise Refused("rejected", "A private message cannot be taken back.")
        if read.is_name(ref.native_id):
            self._door().speak("api/del", {"id": ref.native_id})

    def edit(self, ref: Ref, draft: Draft) -> None:
        """The words of a post or comment. A title stays at Reddit for ever: Refused ("title_stays") where it should be another."""
        if not draft.text.strip():
            raise Refused("text_empty")
        door, name = self._door(), ref.native_id
        row = things(door, [name]).get(name) if read.is_name(name) and not name.startswith(read.MESSAGE) else None
        if row is None or read.is_gone(row):
            raise Refused("not_found", name)
        if name.startswith(read.POST) and write.likeness(read.text_of(row, "title")) != write.likeness(draft.title):
            raise Refused("title_stays")
        door.speak("api/editusertext", {"thing_id": name, "text": write.words(draft.text)})

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        if not read.is_name(ref.native_id):
            raise Refused("not_found", ref.native_id)
        spam = {"spam": "false"} if measure == "remove" else {}
        self._door().speak(_VERBS[measure], {"id": ref.native_id} | spam)

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at = datetime.now(UTC)
        asked = {ref.native_id: ref for ref in refs if read.is_name(ref.native_id)}
        found = things(self._door(), [*asked])
        standing = [(asked[name], row) for name, row in found.items() if name in asked and not read.is_gone(row)]
        return tuple(one for ref, row in standing for one in read.readings(row, ref, read_at))

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) else ""

    @property
    def _is_moderator(self) -> bool:
        return self.settings.get("is_moderator") is True

    @property
    def _us(self) -> read.Us:
        known, subreddit = str(self.settings.get("account_id") or ""), str(self.settings.get("subreddit") or "")
        if not known or not subreddit:
            raise Refused("bad_setting", "subreddit")
        return read.Us(known, str(self.settings.get("handle") or ""), subreddit)

    def _door(self) -> Door:
        place, handle = str(self.settings.get("place") or PLACE), str(self.settings.get("handle") or "")
        return Door(place, handle, session_of(self.secret), self.client)

    def _own(self, draft: Draft, earliest: datetime) -> Iterator[Mapping[str, Any]]:
        """What we said, newest first, until what is older than `earliest`."""
        user = f"user/{self._us.handle}"
        is_letter = draft.reply_to is not None and draft.reply_to.native_id.startswith(read.MESSAGE)
        path = "message/sent" if is_letter else f"{user}/comments" if draft.reply_to else f"{user}/submitted"
        door, after, number = self._door(), "", 0
        for _ in range(MOST_PAGES):
            params = {"limit": "100", "sort": "new"} | ({"after": after} if after else {})
            answer = door.read(path, params)
            with answer.understood():
                rows, after = read.rows_of(answer.json())
                times = [(read.moment(row["created_utc"]), read.name_of(row)) for row in rows]
            yield from rows
            number += len(rows)
            if times and times[-1][0] < earliest:
                return
            if not after or not rows:
                break
        else:
            raise endless()
        if number >= LISTING_END:
            raise CannotLook("cannot_look", f"{number} since then, and the listing ends")

    def _told(self, door: Door, name: str) -> Receipt:
        """What Reddit says of our post. It stands there whatever it says: no answer is no loss."""
        try:
            return read.receipt(things(door, [name])[name])
        except (ConnectorError, *UNREADABLE):
            return Receipt(Ref(name), datetime.now(UTC))


def _understood(take: Any, told: Any) -> Any:
    """What is in an answer to our words; nonsense leaves open whether they arrived."""
    try:
        return take(told)
    except UNREADABLE as error:
        raise broken("garbled", type(error).__name__, is_spoken=True) from error
