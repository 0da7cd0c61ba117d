"""One account at a NodeBB forum."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from allmende.connectors.checking import check_draft
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency
from allmende.connectors.errors import CannotLook, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.nodebb import login, read, seek, write
from allmende.connectors.nodebb.door import Door
from allmende.connectors.nodebb.listen import Ear
from allmende.connectors.nodebb.topics import unless_gone
from allmende.connectors.secret import Secret

# What a forum allows unless its administrator changed it; nobody is told otherwise.
ASK_EVERY = timedelta(seconds=30)
LONGEST_POST, LONGEST_TITLE = 32_767, 255
# The server's clock may differ from ours by so much; older posts than that are not ours.
CLOCK_MARGIN = timedelta(minutes=2)
QUARANTINE_SECONDS = 180.0


class NodeBB(Connector):
    """Settings, as made at log-in: `server`, `network`, `account_id`, `handle`, `slug`, `url`, `is_moderator`, `category`
    (where our topics are opened), `since`.

    No pictures: the forum takes uploads from a browser's session only. Deleting hides a post from members; moderators
    can bring it back.
    """

    kind = "nodebb"
    login: ClassVar[Login] = login.LOGIN

    def __init__(self, settings: Mapping[str, Any], secret: Secret | None, client: Client) -> None:
        super().__init__(settings, secret, client)
        self._who: Author | None = None

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return login.log_in(answers, client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", LONGEST_POST, has_title=True, title_maximum=LONGEST_TITLE),
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_mention=True,
            can_thread=True,
            knows_accepted=True,
            parts=frozenset({"comment"}),
            can_edit=True,
            can_delete=True,
            history="oldest_first",
            moderation=frozenset({"remove", "lock", "unlock"} if self.settings.get("is_moderator") is True else ()),
            readings=read.COUNTERS,
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        door = self._door()
        told = door.us()
        try:
            return read.user(told, read.Us(str(told["uid"]), door.server))
        except (LookupError, TypeError) as error:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = datetime.fromisoformat(since) if isinstance(since, str) else None
        yield from Ear(self._door(), self._us(), cursor, horizon, datetime.now(UTC)).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """An answer is seen by whoever sees its topic; only what opens one must be for everybody."""
        return check_draft(self.abilities, replace(draft, visibility="public") if draft.reply_to else draft)

    def send(self, draft: Draft, key: str) -> Receipt:
        if not draft.text.strip():
            raise Refused("text_empty")
        if draft.media or (draft.reply_to is None and draft.visibility != "public"):
            raise Refused("invalid_request", "media" if draft.media else draft.visibility)
        door = self._door()
        door.us()  # whom the forum does not know it takes for a guest, and some let guests write
        if draft.reply_to is None:
            path, said = "topics", write.topic(draft, read.count_of(self.settings, "category"))
        else:
            path, said = f"topics/{quote(self._topic_of(door, draft.reply_to), safe='')}", write.reply(draft)
        answer = door.speak("POST", path, said)
        with answer.understood():
            told = answer.json()["response"]
            if answer.status == 202 or read.is_set(told, "queued"):
                raise Refused("awaits_approval", str(told.get("message") or ""))
            return read.receipt(told, door.server, "mainPid" if draft.reply_to is None else "pid")

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among our own posts. What lies in the forum's queue is Refused, so that a person waits for it: it is not said
        again."""
        door, slug = self._door(), str(self.settings.get("slug") or "")
        told = door.us()
        slug = slug or str(told.get("userslug") or "")
        topic_id = ""
        if draft.reply_to is not None:
            try:
                topic_id = self._topic_of(door, draft.reply_to)
            except Refused as error:  # an answer to what is gone may stand all the same
                raise CannotLook from error
        found = seek.among_ours(door, slug, draft, topic_id, since - CLOCK_MARGIN, claimed.__contains__)
        if found is None and seek.awaits_approval(door, draft, topic_id):
            raise Refused("awaits_approval")
        return found

    def withdraw(self, ref: Ref) -> None:
        self._remove(ref)

    def edit(self, ref: Ref, draft: Draft) -> None:
        """A forum may allow it for some time only: then it is refused."""
        if not draft.text.strip():
            raise Refused("text_empty")
        door = self._door()
        door.us()
        known = self._post(door, ref)
        if known is None:
            raise Refused("not_found", ref.native_id)
        is_root = str(known[1].get("mainPid")) == ref.native_id
        door.speak("PUT", f"posts/{quote(ref.native_id, safe='')}", write.edited(draft, is_root=is_root))

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        if measure == "remove":
            self._remove(ref)
            return
        door = self._door()
        topic_id = quote(self._topic_of(door, ref), safe="")
        door.speak("PUT" if measure == "lock" else "DELETE", f"topics/{topic_id}/lock")

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        door.us()
        found: list[Reading] = []
        for ref in refs:
            known = self._post(door, ref)
            if known is None:
                continue
            post, topic = known
            is_root = str(topic.get("mainPid")) == ref.native_id
            found += read.readings(post, max(read.count_of(topic, "postcount"), 1) if is_root else 0, ref, read_at)
        return tuple(found)

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) else ""

    def _door(self) -> Door:
        return Door(self.settings, self.secret, self.client)

    def _us(self) -> read.Us:
        known = str(self.settings.get("account_id") or "")
        if not known:
            self._who = self._who or self.whoami()
            known = self._who.native_id
        return read.Us(known, str(self.settings.get("server") or ""))

    def _topic_of(self, door: Door, ref: Ref) -> str:
        """The topic a post stands in. Refused: it is not there."""
        answer = door.read(f"v3/posts/{quote(ref.native_id, safe='')}")
        with answer.understood():
            return read.id_of(answer.json()["response"], "tid")

    def _post(self, door: Door, ref: Ref) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """A post and its topic as they stand; None if either is deleted or gone."""
        answer = unless_gone(lambda: door.read(f"v3/posts/{quote(ref.native_id, safe='')}"))
        if answer is None:
            return None
        with answer.understood():
            post = dict(answer.json()["response"])
            topic_id = read.id_of(post, "tid")
        around = unless_gone(lambda: door.read(f"v3/topics/{quote(topic_id, safe='')}"))
        if around is None:
            return None
        with around.understood():
            topic = dict(around.json()["response"])
        return None if read.is_set(post, "deleted") or read.is_set(topic, "deleted") else (post, topic)

    def _remove(self, ref: Ref) -> None:
        """Hide a post, or with its first post the topic; what is hidden or gone already counts as done."""
        door = self._door()
        door.us()
        known = self._post(door, ref)
        if known is None:
            return
        post, topic = known
        is_root = str(topic.get("mainPid")) == ref.native_id
        name = quote(read.id_of(post, "tid") if is_root else ref.native_id, safe="")
        unless_gone(lambda: door.speak("DELETE", f"{'topics' if is_root else 'posts'}/{name}/state"))
