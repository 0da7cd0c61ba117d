"""One channel's comments at YouTube."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.answers import endless
from allmende.connectors.checking import check_draft
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency
from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of
from allmende.connectors.watching import UNREADABLE, Ear
from allmende.connectors.youtube import login, read, write
from allmende.connectors.youtube.door import PLACE, Door
from allmende.connectors.youtube.listen import ChannelSource, answers_below, standing

CLOCK_MARGIN = timedelta(minutes=2)
# The client's longest answer, and how long a list may lag behind.
QUARANTINE_SECONDS = 300.0
ASK_EVERY = timedelta(minutes=2)
# Every three minutes, with so many units each time: half of the day's quota of 10,000 at most, the rest is for speaking.
PACE_SECONDS, UNITS_PER_LOOK = 180.0, 10
# Pages of answers below one comment in which something is looked for.
MOST_PAGES = 100
_STATUS: Mapping[Measure, str] = {
    "hide": "heldForReview", "unhide": "published", "approve": "published", "remove": "rejected",
}  # fmt: skip
_ANSWERS_ONLY = "Answers only: what opens a thread there is a video, and none is uploaded from here."


class YouTube(Connector):
    """Settings, as made at log-in: `channel_id`, `handle`, `name`, `url`, `network`, `since`. `units_per_look`: for whom Google
    granted more. For drills: `place`, `exchange`, `quarantine_seconds`, `pace_seconds`."""

    kind = "youtube"
    login: ClassVar[Login] = login.LOGIN
    gaps: ClassVar[Mapping[str, str]] = {
        "send_gives_a_receipt_and_the_words_come_back_as_ours": _ANSWERS_ONLY,
        "a_reply_stands_in_its_thread": _ANSWERS_ONLY,
        "check_finds_without_network_what_send_would_refuse": _ANSWERS_ONLY,
        "find_knows_what_got_through_even_behind_many_pages": _ANSWERS_ONLY,
        "find_leaves_what_belongs_to_others": _ANSWERS_ONLY,
        "find_takes_no_older_twin": _ANSWERS_ONLY,
        "withdrawn_twice_is_withdrawn_once": _ANSWERS_ONLY,
        "edited_twice_is_edited_once_and_comes_back_with_its_new_words": _ANSWERS_ONLY,
        "measure_reads_the_declared_counters_of_what_still_stands": _ANSWERS_ONLY,
    }

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        return login.WAY.begin(answers, return_url, {})

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
            counting=Counting("characters", write.LONGEST),
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_thread=True,
            parts=frozenset({"comment"}),
            can_edit=True,
            can_delete=True,
            history="newest_first",
            moderation=frozenset(_STATUS),
            readings=read.COUNTERS,
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        answer = self._door().read("channels", {"part": "snippet", "mine": "true"})
        with answer.understood():
            return read.channel(answer.json()["items"][0])

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = read.moment(since) if isinstance(since, str) else None
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        door = self._door(int(self.settings.get("units_per_look", UNITS_PER_LOOK)))
        yield from Ear(ChannelSource(door, self._us), cursor, horizon, datetime.now(UTC), pace).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        found = check_draft(self.abilities, draft)
        return found if draft.reply_to else (Finding("cannot_send", "refuse", "channel"), *found)

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        answer = self._door().speak("POST", "comments", {"part": "snippet"}, write.answer(draft))
        with answer.understood():
            return read.receipt(answer.json())

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among the answers below the comment, in whichever order YouTube tells them. The oldest that fits."""
        if draft.reply_to is None or not read.is_id(draft.reply_to.native_id):
            return None
        earliest, fitting = since - CLOCK_MARGIN, []
        for row in self._answers(read.root_of(draft.reply_to.native_id)):
            try:
                is_ours = read.id_of(row) not in claimed and write.is_same(draft, row, self._us)
                fitting += [read.receipt(row)] if is_ours else []
            except UNREADABLE as error:
                raise TryLater(reason_code="garbled", detail=type(error).__name__) from error
        return min((one for one in fitting if one.sent_at >= earliest), key=lambda one: one.sent_at, default=None)

    def withdraw(self, ref: Ref) -> None:
        if not read.is_id(ref.native_id):
            return
        try:
            self._door().speak("DELETE", "comments", {"id": ref.native_id})
        except Refused as refused:
            if refused.reason_code != "not_found":
                raise

    def edit(self, ref: Ref, draft: Draft) -> None:
        if not read.is_id(ref.native_id):
            raise Refused("not_found", ref.native_id)
        if not draft.text.strip():
            raise Refused("text_empty")
        self._door().speak("PUT", "comments", {"part": "snippet"}, write.edited(draft, ref.native_id))

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        if not read.is_id(ref.native_id):
            raise Refused("not_found", ref.native_id)
        params = {"id": ref.native_id, "moderationStatus": _STATUS[measure]}
        try:
            self._door().speak("POST", "comments/setModerationStatus", params)
        except Refused as refused:
            if measure != "remove" or refused.reason_code != "not_found":
                raise

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        """Fifty at a time for one unit each: first comments with their answers, answers with their likes."""
        read_at, door = datetime.now(UTC), self._door()
        asked = {ref.native_id: ref for ref in refs if read.is_id(ref.native_id)}
        roots = [one for one in asked if read.root_of(one) == one]
        found = standing(door, roots, "commentThreads") | standing(door, [one for one in asked if one not in roots])
        with_words = [(asked[one], row) for one, row in found.items() if one in asked]
        return tuple(one for ref, row in with_words for one in read.readings(row, ref, read_at))

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) else ""

    @property
    def _us(self) -> str:
        known = str(self.settings.get("channel_id") or "")
        if not known:
            raise Refused("bad_setting", "channel_id")
        return known

    def _door(self, budget: int = 10**9) -> Door:
        return Door(str(self.settings.get("place") or PLACE), session_of(self.secret), self.client, budget)

    def _answers(self, root: str) -> Iterator[Mapping[str, Any]]:
        door, after = self._door(), ""
        for _ in range(MOST_PAGES):
            rows, after = answers_below(door, root, after)
            yield from rows
            if not after:
                return
        raise endless()
