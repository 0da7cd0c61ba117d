"""One Threads account."""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors import graph
from allmende.connectors.answers import pages
from allmende.connectors.bells import Bell
from allmende.connectors.containers import Workshop
from allmende.connectors.contract import Abilities, Budget, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.sixty_days import renewed_at
from allmende.connectors.threads import login, read, write
from allmende.connectors.threads.listen import AccountSource
from allmende.connectors.watching import UNREADABLE, Ear

ASK_EVERY = timedelta(minutes=1)
BUDGETS = (Budget(250, timedelta(hours=24), "posts"), Budget(1_000, timedelta(hours=24), "answers"))
# threads/overview, Media specifications: Threads fetches a picture itself.
PHOTOS = MediaAbility(
    20, frozenset({"image/jpeg", "image/png"}), 8 * 2**20, alt_text="optional", alt_maximum=1_000, is_fetched=True,
    ratios=(0.1, 10.0),
)  # fmt: skip
CLOCK_MARGIN = timedelta(minutes=2)
# Preparation, the client's longest answer, two looks, and a late acceptance.
QUARANTINE_SECONDS = 240.0
PACE_SECONDS = 60.0
# The day's quota counts the last 24 hours at every moment: some of it comes back soon.
QUOTA_WAIT = timedelta(minutes=30)
QUOTA_FIELDS = "quota_usage,config,reply_quota_usage,reply_config"


class Threads(Connector):
    """Settings, as made at log-in: `user_id`, `handle`, `url`, `network`, `since`. For drills: `host`,
    `quarantine_seconds`, `pace_seconds`.

    Threads fetches a picture at its public https address (`Media.url`) while we speak; without one `check` says so.
    """

    poll_seconds: ClassVar[float] = 1.0

    kind = "threads"
    login: ClassVar[Login] = login.LOGIN
    bell: ClassVar[Bell | None] = Bell("x-hub-signature-256", is_shared=False)

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
            counting=Counting("characters", write.LONGEST),
            media=PHOTOS,
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_mention=True,
            tells_by=frozenset({"webhook"}),
            can_thread=True,
            parts=frozenset({"thread", "comment"}),
            can_delete=True,
            history="newest_first",
            moderation=frozenset({"hide", "unhide"}),
            readings=frozenset(read.COUNTERS),
            ask_every=ASK_EVERY,
            budgets=BUDGETS,
        )

    def whoami(self) -> Author:
        answer = self._door().read("me", {"fields": login.ACCOUNT_FIELDS})
        with answer.understood():
            account = answer.json()
            handle = str(account["username"])
            return Author(graph.id_of(account), handle, graph.text_of(account, "name") or handle, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = graph.moment(since) if isinstance(since, str) else None
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        yield from Ear(
            AccountSource(self._door(), self._us), cursor, horizon, datetime.now(UTC), pace, is_rung=self.is_rung
        ).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """An emoji counts as many as it has bytes; five links are the most."""
        found = super().check(draft)
        length, links = write.length(draft.text), write.links(draft.text)
        if length > write.LONGEST and not any(finding.code == "text_too_long" for finding in found):
            values: dict[str, Any] = {"length": length, "maximum": write.LONGEST}
            found = (*found, Finding("text_too_long", "refuse", "text", values))
        if links > write.MOST_LINKS:
            values = {"number": links, "maximum": write.MOST_LINKS}
            found = (*found, Finding("too_many_links", "refuse", "text", values))
        return found

    def send(self, draft: Draft, key: str) -> Receipt:
        refusal = next((finding.code for finding in self.check(draft) if finding.severity == "refuse"), "")
        if refusal:
            raise Refused("rejected", refusal)
        door, end, began = self._door(), self._prepared_by(draft), datetime.now(UTC)
        self._check_quota(door, is_reply=draft.reply_to is not None)
        account = self._us.user_id
        shop = Workshop(door, account, "threads", "threads_publish", "status", "error_message", self.poll_seconds)
        children = [shop.made(write.child(one), end) for one in draft.media] if len(draft.media) > 1 else []
        said = shop.published(shop.made(write.container(draft, children), end), lambda: self.find("", draft, began))
        return said if isinstance(said, Receipt) else self._told(door, said)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among our posts, or among our answers. The oldest that fits."""
        earliest, fitting = since - CLOCK_MARGIN, []
        source, name = AccountSource(self._door(), self._us), "replies" if draft.reply_to else "threads"
        with graph.legible():
            for rows in pages(lambda after: source.page(name, after, 0)):
                free = [row for row in rows if graph.id_of(row) not in claimed]
                fitting += [read.receipt(row) for row in free if write.is_same(draft, row)]
                if rows and graph.moment(rows[-1]["timestamp"]) < earliest:
                    break
        return min((one for one in fitting if one.sent_at >= earliest), key=lambda one: one.sent_at, default=None)

    def withdraw(self, ref: Ref) -> None:
        graph.unless_gone(lambda: self._door().speak("DELETE", graph.path_of(ref.native_id)))

    def moderate(self, ref: Ref, measure: Measure) -> None:
        """Hide an answer that stands directly below a post of ours, with all below it. Others are refused."""
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        said = {"hide": "true" if measure == "hide" else "false"}
        self._door().speak("POST", graph.path_of(ref.native_id, "manage_reply"), said)

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door, asked = datetime.now(UTC), self._door(), {"metric": ",".join(read.COUNTERS.values())}
        found: list[Reading] = []
        for ref in refs:
            path = graph.path_of(ref.native_id, "insights")
            answer = graph.unless_gone(lambda path=path: door.read(path, asked))
            if answer is not None:
                with answer.understood():
                    found += read.readings(answer.json(), ref, read_at)
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
        return graph.Door(f"{self._host}/{graph.THREADS_VERSION}", graph.session_of(self.secret), self.client)

    def _check_quota(self, door: graph.Door, *, is_reply: bool) -> None:
        """TryLater where the day's posts or answers are used up (threads_publishing_limit). What it does not tell
        readably, publishing itself will."""
        with suppress(Refused):
            answer = door.read(graph.path_of(self._us.user_id, "threads_publishing_limit"), {"fields": QUOTA_FIELDS})
            with suppress(*UNREADABLE):
                told = json.loads(answer.body)["data"][0]
                used = told["reply_quota_usage" if is_reply else "quota_usage"]
                total = told["reply_config" if is_reply else "config"]["quota_total"]
                if used >= total:
                    raise TryLater(QUOTA_WAIT, "too_many", f"{used} of {total} in 24 hours")

    def _told(self, door: graph.Door, native_id: str) -> Receipt:
        """What the network says of our words. They stand there whatever it says: no answer is no loss."""
        try:
            answer = door.read(graph.path_of(native_id), {"fields": read.RECEIPT_FIELDS})
            with answer.understood():
                return read.receipt(answer.json())
        except ConnectorError:
            return Receipt(Ref(native_id), datetime.now(UTC))
