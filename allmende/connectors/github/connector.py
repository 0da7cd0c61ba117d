"""GitHub's discussions as a connector."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.answers import pages
from allmende.connectors.bells import Bell
from allmende.connectors.checking import check_where_it_stands
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.fields import moment, part_of, text_of
from allmende.connectors.github import login as entry
from allmende.connectors.github import read, words, write
from allmende.connectors.github.door import Door, unless_gone
from allmende.connectors.github.listen import RepositorySource, node_at, told_as_gesture
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.watching import UNREADABLE, Ear

LONGEST, LONGEST_TITLE = 65_536, 256
CLOCK_MARGIN = timedelta(minutes=2)
QUARANTINE_SECONDS, PACE_SECONDS = 120.0, 60.0
ASK_EVERY = timedelta(seconds=30)
_MEASURES: frozenset[Measure] = frozenset({"hide", "unhide", "lock", "unlock", "remove"})


class GitHub(Connector):
    """Settings, as made at log-in: `network`, `user_id`, `handle`, `repository` (owner/name), `repository_id`, `category_id`,
    `category`, `url`, `is_private`, `can_moderate`, `since`, `token_ends`. For drills: `server`, `quarantine_seconds`, `pace_seconds`."""

    kind = "github"
    login: ClassVar[Login] = entry.LOGIN
    bell: ClassVar[Bell | None] = Bell("x-hub-signature-256", is_shared=True)

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return entry.log_in(answers, client)

    @property
    def expires_at(self) -> datetime | None:
        ends = self.settings.get("token_ends")
        return moment(ends) if isinstance(ends, str) else None

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", LONGEST, has_title=True, title_maximum=LONGEST_TITLE),
            media=MediaAbility(has_no_upload=True),
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_mention=True,
            tells_by=frozenset({"webhook"}),
            can_thread=True,
            parts=frozenset({"comment"}),
            can_edit=True,
            can_accept=True,
            knows_accepted=True,
            can_delete=True,
            visibilities=frozenset({"public", self._where.visibility}),
            history="newest_first",
            moderation=_MEASURES if self.settings.get("can_moderate") else frozenset(),
            readings=read.COUNTERS,
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        told = part_of(self._door().read(words.VIEWER), "viewer")
        try:
            return Author(read.id_of(told), str(told["login"]), text_of(told, "name") or str(told["login"]), is_us=True)
        except UNREADABLE as error:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = moment(since) if isinstance(since, str) else None
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        for batch in Ear(self._source(), cursor, horizon, datetime.now(UTC), pace, is_rung=self.is_rung).batches():
            yield replace(batch, items=[told_as_gesture(item) for item in batch.items])

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """An answer is seen by whoever sees what it answers, so there its visibility is no question."""
        return check_where_it_stands(self.abilities, draft)

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        door = self._door()
        if draft.reply_to:
            place = self._place(door, draft.reply_to)
            if place is None:
                raise Refused("not_found", draft.reply_to.native_id)
            told = door.speak(words.ANSWER, **write.comment(draft, *place))
        else:
            kept = (str(self.settings.get(name) or "") for name in ("repository_id", "category_id"))
            told = door.speak(words.CREATE, **write.discussion(draft, *kept))
        try:
            (said,) = told.values()
            return read.receipt(said["said"])
        except UNREADABLE as error:
            raise Unclear("garbled", type(error).__name__) from error

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among the discussions opened since then, or among all that stands below the one it answers. The oldest that fits."""
        earliest, above = since - CLOCK_MARGIN, ""
        fitting: list[Receipt] = []
        if draft.reply_to:
            place = self._place(self._door(), draft.reply_to)
            if place is None:
                return None
            root, above = place
            rows = self._below(root)
        else:
            rows = self._opened(earliest)
        for row in rows:
            is_ours = text_of(part_of(row, "author"), "id") == self._where.user_id
            if is_ours and write.is_same(draft, row, above):
                fitting.append(self._receipt(row))
        free = [one for one in fitting if one.sent_at >= earliest and one.ref.native_id not in claimed]
        return min(free, key=lambda one: one.sent_at, default=None)

    def withdraw(self, ref: Ref) -> None:
        self._delete(ref)

    def edit(self, ref: Ref, draft: Draft) -> None:
        self._refuse_unfit_words(ref, draft)
        door = self._door()
        row = node_at(door, ref.native_id)
        if row is None:
            raise Refused("not_found", ref.native_id)
        if row["__typename"] == "Discussion":
            self._refuse_unfit(draft)
            door.speak(words.EDIT, id=ref.native_id, title=draft.title.strip(), body=write.written(draft.text))
        else:
            door.speak(words.EDIT_COMMENT, id=ref.native_id, body=write.written(draft.text))

    def accept(self, ref: Ref, *, is_accepted: bool = True) -> None:
        """Whoever opened the discussion may, and who may moderate; only comments on the discussion itself can be answers."""
        door = self._door()
        row = node_at(door, ref.native_id)
        if row is None or row["__typename"] != "DiscussionComment":
            raise Refused("not_found", ref.native_id)
        if (row.get("isAnswer") is True) != is_accepted:
            door.speak(words.ACCEPT if is_accepted else words.UNACCEPT, id=ref.native_id)

    def moderate(self, ref: Ref, measure: Measure) -> None:
        """Hide a comment, close a discussion for answers (also by one of its comments), or take something away."""
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        if measure == "remove":
            self._delete(ref)
            return
        door, native_id = self._door(), ref.native_id
        if measure in ("lock", "unlock"):
            place = self._place(door, ref)
            if place is None:
                raise Refused("not_found", native_id)
            native_id = place[0]
        door.speak(words.MEASURES[measure], id=native_id)

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        rows = ((ref, node_at(door, ref.native_id)) for ref in refs)
        return tuple(one for ref, row in rows if row is not None for one in read.readings(row, ref, read_at))

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) and not self.settings.get("is_private") else ""

    @property
    def _where(self) -> read.Where:
        is_private = bool(self.settings.get("is_private"))
        return read.Where(str(self.settings.get("user_id") or ""), "members" if is_private else "public")

    def _door(self) -> Door:
        return Door(str(self.settings.get("server") or ""), self.secret, self.client)

    def _source(self) -> RepositorySource:
        return RepositorySource(self._door(), self._where, str(self.settings.get("repository") or ""))

    def _place(self, door: Door, ref: Ref) -> tuple[str, str] | None:
        """Where an answer to something stands: its discussion, and the comment it is below; there is one floor only."""
        row = node_at(door, ref.native_id)
        if row is None:
            return None
        if row["__typename"] == "Discussion":
            return ref.native_id, ""
        root = text_of(part_of(row, "discussion"), "id")
        return (root, text_of(part_of(row, "replyTo"), "id") or ref.native_id) if root else None

    def _opened(self, earliest: datetime) -> Iterator[Mapping[str, Any]]:
        source = self._source()
        for rows in pages(lambda after: source.page("", after, 0)):
            yield from rows
            if rows and self._receipt(rows[-1]).sent_at < earliest:
                return

    def _below(self, root: str) -> Iterator[Mapping[str, Any]]:
        source = self._source()
        for rows in pages(lambda after: source.answers(root, after)):
            yield from (row for row in rows if "accepted" not in row)

    def _receipt(self, row: Mapping[str, Any]) -> Receipt:
        try:
            return read.receipt(row)
        except UNREADABLE as error:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error

    def _delete(self, ref: Ref) -> None:
        """Take something away; what is gone counts as done. A discussion goes with all that stands below it."""
        door = self._door()
        row = node_at(door, ref.native_id)
        if row is not None:
            mutation = words.DELETE if row["__typename"] == "Discussion" else words.DELETE_COMMENT
            unless_gone(lambda: door.speak(mutation, id=ref.native_id))
