"""One Instagram professional account."""

import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors import graph
from allmende.connectors.answers import pages
from allmende.connectors.bells import Bell
from allmende.connectors.containers import Workshop
from allmende.connectors.contract import Abilities, Budget, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import CannotLook, ConnectorError, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.instagram import login, read, write
from allmende.connectors.instagram.listen import AccountSource
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.sixty_days import renewed_at
from allmende.connectors.watching import Ear

ASK_EVERY = timedelta(minutes=1)
# The smallest of the limits Instagram has named (content_publishing_limit); comments are not counted.
BUDGETS = (Budget(50, timedelta(hours=24), "posts"),)
CLOCK_MARGIN = timedelta(minutes=2)
# Instagram fetches a picture itself, as JPEG.
PHOTOS = MediaAbility(
    maximum=10, types=frozenset({"image/jpeg"}), maximum_bytes=8 * 2**20, alt_text="optional", alt_maximum=1_000,
    is_fetched=True, ratios=(0.8, 1.91), in_answers=0,
)  # fmt: skip
QUARANTINE_SECONDS = 180.0
PACE_SECONDS = 60.0
_NO_TEXT_ALONE = "The network takes no post without a picture that it fetches itself at a public address."


class Instagram(Connector):
    """Settings, as made at log-in: `user_id`, `handle`, `url`, `network`, `since`. For drills: `host`,
    `quarantine_seconds`, `pace_seconds`.

    A post needs a picture at a public https address (`Media.url`), from which Instagram fetches it while we speak; without
    one `check` says so. Comments need none. Posts cannot be deleted by this API, comments can (`moderate`).
    """

    poll_seconds: ClassVar[float] = 2.0

    kind = "instagram"
    login: ClassVar[Login] = login.LOGIN
    bell: ClassVar[Bell | None] = Bell("x-hub-signature-256", is_shared=False)
    gaps: ClassVar[Mapping[str, str]] = {
        "send_gives_a_receipt_and_the_words_come_back_as_ours": _NO_TEXT_ALONE,
        "a_reply_stands_in_its_thread": _NO_TEXT_ALONE,
        "check_finds_without_network_what_send_would_refuse": _NO_TEXT_ALONE,
        "find_knows_what_got_through_even_behind_many_pages": _NO_TEXT_ALONE,
        "find_leaves_what_belongs_to_others": _NO_TEXT_ALONE,
        "find_takes_no_older_twin": _NO_TEXT_ALONE,
        "withdrawn_twice_is_withdrawn_once": _NO_TEXT_ALONE,
        "measure_reads_the_declared_counters_of_what_still_stands": _NO_TEXT_ALONE,
    }

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        return login.WAY.begin(answers, return_url)

    @classmethod
    def finish_login(cls, kept: Secret, code: str, client: Client) -> Granted:
        return login.finish(kept, code, client)

    @property
    def expires_at(self) -> datetime | None:
        """A week before the token ends: then it must be renewed."""
        return renewed_at(self.secret)

    def renew(self) -> Secret:
        return replace(login.WAY, host=self._host).renew(graph.session_of(self.secret), self.client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", write.LONGEST_CAPTION),
            media=PHOTOS,
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_mention=True,
            tells_by=frozenset({"webhook"}),
            can_thread=True,
            parts=frozenset({"comment"}),
            history="newest_first",
            moderation=frozenset({"hide", "unhide", "remove", "lock", "unlock"}),
            readings=frozenset(read.COUNTERS),
            ask_every=ASK_EVERY,
            budgets=BUDGETS,
        )

    def whoami(self) -> Author:
        answer = self._door().read("me", {"fields": login.ACCOUNT_FIELDS})
        with answer.understood():
            account = answer.json()
            handle = str(account["username"])
            name = graph.text_of(account, "name") or handle
            return Author(graph.id_of({"id": account["user_id"]}), handle, name, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = graph.moment(since) if isinstance(since, str) else None
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        yield from Ear(
            AccountSource(self._door(), self._us), cursor, horizon, datetime.now(UTC), pace, is_rung=self.is_rung
        ).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """With what Instagram alone refuses: too many hashtags, mentions, links; no picture, or none it can fetch."""
        found = super().check(draft)
        codes = {finding.code for finding in found}
        if "text_empty" in codes or "too_many_media" in codes:
            return found
        return (*found, *write.findings(draft))

    def send(self, draft: Draft, key: str) -> Receipt:
        refusal = next((finding.code for finding in self.check(draft) if finding.severity == "refuse"), "")
        if refusal:
            raise Refused("rejected", refusal)
        return self._answered(draft, draft.reply_to) if draft.reply_to else self._posted(draft)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among our posts, or among our comments below what we answered. The oldest that fits. CannotLook: not among those that
        can be read there, and there are more."""
        earliest, fitting = since - CLOCK_MARGIN, []
        with graph.legible():
            rows, is_whole = self._answers_to(draft) if draft.reply_to else (self._own(earliest), True)
            for row in rows:
                who = read.author(row, self._us)
                is_ours = not draft.reply_to or (who is not None and who.is_us)
                if is_ours and graph.id_of(row) not in claimed and write.is_same(draft, row):
                    fitting.append(read.receipt(row))
        in_time = [one for one in fitting if one.sent_at >= earliest]
        if not in_time and not is_whole:
            raise CannotLook
        return min(in_time, key=lambda one: one.sent_at, default=None)

    def moderate(self, ref: Ref, measure: Measure) -> None:
        """Hide or delete a comment; close a post of ours for comments, also by one of its comments."""
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        door, path = self._door(), graph.path_of(ref.native_id)
        if measure in ("lock", "unlock"):
            said = {"comment_enabled": "false" if measure == "lock" else "true"}
            door.speak("POST", graph.path_of(self._post_of(door, ref)), said)
        elif measure == "remove":
            graph.unless_gone(lambda: door.speak("DELETE", path))
        else:
            door.speak("POST", path, {"hide": "true" if measure == "hide" else "false"})

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        """Of posts; a comment has other counters and is left out."""
        read_at, door = datetime.now(UTC), self._door()
        found: list[Reading] = []
        for ref in refs:
            asked = {"fields": read.COUNTED_FIELDS}
            try:
                answer = door.read(graph.path_of(ref.native_id), asked)
            except Refused as error:
                if error.reason_code not in ("not_found", "rejected"):
                    raise
                continue
            with answer.understood():
                found += read.readings(answer.json(), read_at)
        return tuple(found)

    @property
    def _application_keys(self) -> tuple[str, ...]:
        return graph.session_of(self.secret).signing_keys

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) else ""

    @property
    def _host(self) -> str:
        return str(self.settings.get("host") or login.WAY.host)

    @property
    def _us(self) -> read.Us:
        user_id = str(self.settings.get("user_id") or "")
        if not user_id:
            raise Refused("bad_setting", "user_id")
        return read.Us(user_id, str(self.settings.get("handle") or ""))

    def _door(self) -> graph.Door:
        return graph.Door(f"{self._host}/{graph.VERSION}", graph.session_of(self.secret), self.client)

    def _posted(self, draft: Draft) -> Receipt:
        """Containers for the pictures, one around them if they are several, then the publishing."""
        door, end, began = self._door(), self._prepared_by(draft), datetime.now(UTC)
        shop = Workshop(door, self._us.user_id, "media", "media_publish", "status_code", "status", self.poll_seconds)
        caption = write.words(draft)
        if len(draft.media) == 1:
            container = shop.made(write.picture(draft.media[0], caption), end)
        else:
            children = [shop.made(write.picture(medium, None), end) for medium in draft.media]
            container = shop.made(write.series(children, caption), end)
        said = shop.published(container, lambda: self.find("", draft, began))
        return said if isinstance(said, Receipt) else self._told(door, said)

    def _answered(self, draft: Draft, ref: Ref) -> Receipt:
        door, end = self._door(), self._prepared_by(draft)
        above = AccountSource(door, self._us).single(ref.native_id)
        if above is None:
            raise Refused("not_found", ref.native_id)
        if time.monotonic() > end:
            raise TryLater(reason_code="not_prepared", detail="Looking at what is answered took too long.")
        edge = "comments" if "media_type" in above else "replies"
        answer = door.speak("POST", graph.path_of(ref.native_id, edge), {"message": write.words(draft)})
        with answer.understood():
            return self._told(door, graph.id_of(answer.json()))

    def _post_of(self, door: graph.Door, ref: Ref) -> str:
        """The id of the post that something is, or stands below. Refused."""
        row = AccountSource(door, self._us).single(ref.native_id)
        if row is None:
            raise Refused("not_found", ref.native_id)
        with graph.legible():
            return graph.id_of(row if "media_type" in row else graph.part_of(row, "media"))

    def _told(self, door: graph.Door, native_id: str) -> Receipt:
        """What the network says of our words. They stand there whatever it says: no answer is no loss."""
        for fields in (read.RECEIPT_FIELDS, "id,timestamp"):
            try:
                answer = door.read(graph.path_of(native_id), {"fields": fields})
                with answer.understood():
                    return read.receipt(answer.json())
            except Refused:
                continue
            except ConnectorError:
                break
        return Receipt(Ref(native_id), datetime.now(UTC))

    def _own(self, earliest: datetime) -> Iterator[Mapping[str, Any]]:
        """Our posts, newest first, until what is older."""
        source = AccountSource(self._door(), self._us)
        for rows in pages(lambda after: source.page("media", after, 0)):
            yield from rows
            if not rows or graph.moment(rows[-1]["timestamp"]) < earliest:
                return

    def _answers_to(self, draft: Draft) -> tuple[Iterable[Mapping[str, Any]], bool]:
        """All below the post; nothing if it is gone. Without the thread's root: below what was answered alone. And whether that is
        all of it."""
        source = AccountSource(self._door(), self._us)
        above = draft.reply_to.native_id if draft.reply_to else ""
        try:
            if draft.thread:
                rows, is_whole = source.told_below(draft.thread)
                is_direct = above == draft.thread
                return [row for row in rows if is_direct != bool(graph.text_of(row, "parent_id"))], is_whole
            row = source.single(above)
            if row is None:
                return [], True
            return source.told_below(above if "media_type" in row else graph.id_of(graph.part_of(row, "media")))
        except Refused as error:
            if error.reason_code != "not_found":
                raise
            return [], True
