"""One company's page at LinkedIn."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from allmende.connectors.answers import broken, pages
from allmende.connectors.checking import check_draft
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.linkedin import login, read, write
from allmende.connectors.linkedin.door import PLACE, VERSION, Door, key_of
from allmende.connectors.linkedin.listen import PageSource, comments_below, metadata, paged, standing
from allmende.connectors.linkedin.pictures import uploaded
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of
from allmende.connectors.watching import UNREADABLE, Ear

CLOCK_MARGIN = timedelta(minutes=2)
# Preparation, the client's longest answer, and how long a list may lag behind.
QUARANTINE_SECONDS = 300.0
ASK_EVERY = timedelta(minutes=2)
# How often the page is looked at, and how many calls one look may cost: LinkedIn counts them by the day.
PACE_SECONDS, CALLS_PER_LOOK = 180.0, 40
# Renewed while a token still has a week: who renews late may find nobody home.
RENEWED_BEFORE = timedelta(days=7)
# Pages of a list in which something is looked for.
MOST_PAGES = 100
# community-management/shares/images-api and multiimage-post-api.
PICTURES = MediaAbility(
    maximum=20,
    types=frozenset({"image/jpeg", "image/png"}),
    maximum_bytes=5 * 2**20,
    alt_text="optional",
    alt_maximum=write.LONGEST_ALT,
    # In a comment they would stand without their descriptions.
    in_answers=0,
)


class LinkedIn(Connector):
    """Settings, as made at log-in: `organization`, `handle`, `name`, `url`, `network`, `since`. `version`: another one of the API;
    `calls_per_look`: for whom LinkedIn granted more. For drills: `place`, `exchange`, `quarantine_seconds`, `pace_seconds`."""

    kind = "linkedin"
    login: ClassVar[Login] = login.LOGIN

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        return login.begin(answers, return_url)

    @classmethod
    def finish_login(cls, kept: Secret, code: str, client: Client) -> Granted:
        return login.finish(kept, code, client)

    @property
    def expires_at(self) -> datetime | None:
        """A week before the token ends, if a new one can be had that lasts longer; else its end."""
        session = session_of(self.secret)
        ends, for_good = session.expires_at, session.ends_for_good
        can_last = session.refresh and (for_good is None or (ends is not None and ends < for_good))
        return ends - RENEWED_BEFORE if ends and can_last else ends

    @property
    def ends_for_good(self) -> datetime | None:
        return session_of(self.secret).ends_for_good

    def renew(self) -> Secret:
        return login.WAY.at(self.settings.get("exchange")).renew(session_of(self.secret), self.client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", write.LONGEST_POST),
            media=PICTURES,
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_thread=True,
            parts=frozenset({"comment"}),
            can_edit=True,
            can_delete=True,
            history="newest_first",
            moderation=frozenset({"remove"}),
            readings=read.COUNTERS,
            cards="posts",
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        answer = self._door().read(f"organizations/{self._number}")
        with answer.understood():
            return read.organization(answer.json())

    def collect(self, cursor: str) -> Iterator[Batch]:
        since, now = self.settings.get("since"), datetime.now(UTC)
        horizon = datetime.fromisoformat(since) if isinstance(since, str) else None
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        door = self._door(int(self.settings.get("calls_per_look", CALLS_PER_LOOK)))
        yield from Ear(PageSource(door, self._us, horizon, now), cursor, horizon, now, pace).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """A comment is shorter than a post."""
        counting = replace(self.abilities.counting, maximum=write.longest(draft))
        return check_draft(replace(self.abilities, counting=counting), draft)

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        door, end = self._door(), self._prepared_by(draft)
        if draft.reply_to is not None:
            entity, parent = self._above(door, draft.reply_to)
            return self._commented(door, draft, entity, parent, end)
        images = [uploaded(door, self._us, medium, end) for medium in draft.media]
        answer, left_out = self._say_with_card(
            draft,
            end,
            lambda picture, until: uploaded(door, self._us, picture, until),
            lambda words, thumbnail: door.speak("POST", "posts", write.post(words, self._us, images, thumbnail or "")),
        )
        native_id = answer.headers.get("x-restli-id", "")
        if not read.is_post(native_id):
            raise broken("garbled", "x-restli-id", is_spoken=True)
        return Receipt(Ref(native_id, read.url_of(native_id)), datetime.now(UTC), left_out)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among the page's posts, or below what it answered. The oldest that fits."""
        earliest, door = since - CLOCK_MARGIN, self._door()
        try:
            found = self._own_comments(door, draft) if draft.reply_to else self._own_posts(door, draft, earliest)
            fitting = [one for one in found if one.ref.native_id not in claimed and one.sent_at >= earliest]
        except UNREADABLE as error:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error
        return min(fitting, key=lambda one: one.sent_at, default=None)

    def withdraw(self, ref: Ref) -> None:
        entity, number = read.place_of(ref.native_id)
        if not entity and not read.is_post(ref.native_id):
            return
        path = f"posts/{key_of(ref.native_id)}"
        if entity:
            path = f"socialActions/{key_of(entity)}/comments/{number}?actor={key_of(self._us)}"
        try:
            self._door().speak("DELETE", path, restli="DELETE")
        except Refused as refused:
            if refused.reason_code != "not_found":
                raise

    def edit(self, ref: Ref, draft: Draft) -> None:
        self._refuse_unfit(draft)
        entity, number = read.place_of(ref.native_id)
        if not entity and not read.is_post(ref.native_id):
            raise Refused("not_found", ref.native_id)
        path, said = f"posts/{key_of(ref.native_id)}", write.post_edited(draft)
        if entity:
            path = f"socialActions/{key_of(entity)}/comments/{number}?actor={key_of(self._us)}"
            said = write.comment_edited(draft)
        self._door().speak("POST", path, said, restli="PARTIAL_UPDATE")

    def moderate(self, ref: Ref, measure: Measure) -> None:
        """Comments only: a post of others belongs to them."""
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        if not read.place_of(ref.native_id)[0]:
            raise Refused("not_found", ref.native_id)
        self.withdraw(ref)

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at = datetime.now(UTC)
        asked = {ref.native_id: ref for ref in refs if read.is_post(ref.native_id) or read.place_of(ref.native_id)[0]}
        told = metadata(self._door(), [*asked])
        try:
            return tuple(
                one for urn, part in told.items() if urn in asked for one in read.readings(part, asked[urn], read_at)
            )
        except UNREADABLE as error:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) else ""

    @property
    def _us(self) -> str:
        return f"urn:li:organization:{self._number}"

    @property
    def _number(self) -> str:
        try:
            return read.number_of(str(self.settings.get("organization") or ""))
        except ValueError as error:
            raise Refused("bad_setting", "organization") from error

    def _door(self, budget: int = 10**9) -> Door:
        place, version = (
            str(self.settings.get(name) or usual) for name, usual in (("place", PLACE), ("version", VERSION))
        )
        return Door(place, session_of(self.secret), self.client, version=version, budget=budget)

    def _above(self, door: Door, ref: Ref) -> tuple[str, str]:
        """What an answer is said to, and the comment it stands below ("": the post itself): what answers an answer stands beside it.
        Refused."""
        entity, _ = read.place_of(ref.native_id)
        if not entity:
            if not read.is_post(ref.native_id):
                raise Refused("not_found", ref.native_id)
            return ref.native_id, ""
        row = standing(door, ref.native_id)
        if row is None:
            raise Refused("not_found", ref.native_id)
        return entity, read.parent_of(row) or ref.native_id

    def _commented(self, door: Door, draft: Draft, entity: str, parent: str, end: float) -> Receipt:
        """A post has several URNs, and LinkedIn takes a comment only by the one its thread bears: where it names another,
        nothing was said, and it is said by that one."""
        for is_last in (False, True):
            self._check_time(end)
            path = f"socialActions/{key_of(parent or entity)}/comments"
            try:
                answer = door.speak("POST", path, write.comment(draft, self._us, entity, parent))
                break
            except Refused as refused:
                named = read.thread_named_in(refused.detail)
                if is_last or not named or named == entity:
                    raise
                entity = named
        with answer.understood():
            return read.receipt_of({"object": entity, **answer.json()})

    def _own_posts(self, door: Door, draft: Draft, earliest: datetime) -> Iterator[Receipt]:
        path = f"posts?q=author&author={key_of(self._us)}&sortBy=CREATED"
        for rows in pages(lambda after: paged(door, path, after), MOST_PAGES):
            times = [read.moment(row["createdAt"]) for row in rows]
            for row, at in zip(rows, times, strict=True):
                if write.is_same_post(draft, row):
                    native_id = read.post_urn(row)
                    yield Receipt(Ref(native_id, read.url_of(native_id)), at)
            if times and times[-1] < earliest:
                return

    def _own_comments(self, door: Door, draft: Draft) -> Iterator[Receipt]:
        try:
            entity, parent = self._above(door, draft.reply_to or Ref(""))
        except Refused as error:
            if error.reason_code != "not_found":
                raise
            return
        for rows in pages(lambda after: comments_below(door, parent or entity, after), MOST_PAGES):
            for row in rows:
                told = {"object": entity, **row} | ({"parentComment": read.parent_of(row) or parent} if parent else {})
                if write.is_same_comment(draft, told, self._us, parent):
                    yield read.receipt_of(told)
