"""One account at a Discourse forum."""

import time
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.bells import Bell
from allmende.connectors.checking import check_where_it_stands
from allmende.connectors.contract import Abilities, Budget, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.discourse import login, read, seek, write
from allmende.connectors.discourse.door import Door
from allmende.connectors.discourse.listen import Ear
from allmende.connectors.discourse.topics import unless_gone
from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Media, Reading, Receipt, Ref
from allmende.connectors.secret import Secret

# What a forum allows unless its administrator changed it; nobody is told otherwise.
ASK_EVERY = timedelta(seconds=30)
# Half of the sixty questions a minute that an API key has; the other half listens.
API_BUDGET = Budget(30, timedelta(minutes=1))
LONGEST_POST, LONGEST_TITLE = 32_000, 255
MOST_PICTURES, LARGEST_PICTURE = 10, 4_194_304
TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# The server's clock may differ from ours by so much; older posts than that are not ours.
CLOCK_MARGIN = timedelta(minutes=2)
QUARANTINE_SECONDS = 180.0


class Discourse(Connector):
    """Settings, as made at log-in: `server`, `network`, `account_id`, `handle`, `url`, `is_moderator`, `category` (where our
    topics are opened; 0: the forum's own choice), `closed` (categories not everybody may see), `since`.

    A forum has no key for a repeated answer. A topic bears our key as its `external_id`, which the forum takes only once.
    """

    kind = "discourse"
    login: ClassVar[Login] = login.LOGIN
    bell: ClassVar[Bell | None] = Bell("x-discourse-event-signature", is_shared=True)

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
            media=MediaAbility(MOST_PICTURES, TYPES, LARGEST_PICTURE, "optional"),
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
            history="oldest_first",
            moderation=frozenset({"remove", "lock", "unlock"} if self.settings.get("is_moderator") is True else ()),
            readings=read.COUNTERS,
            ask_every=ASK_EVERY,
            budgets=(API_BUDGET,),
        )

    def whoami(self) -> Author:
        answer = self._door().us()
        with answer.understood():
            user = answer.json()["user"]
            return read.user(user, str(read.number_of(user, "id")))

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = read.moment(since) if isinstance(since, str) else None
        yield from Ear(self._door(), self._us(), cursor, horizon, datetime.now(UTC)).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """An answer is seen by whoever sees its topic; only what opens one must be for everybody."""
        return check_where_it_stands(self.abilities, draft)

    def send(self, draft: Draft, key: str) -> Receipt:
        if not draft.text.strip() and not draft.media:
            raise Refused("text_empty")
        if draft.reply_to is None and draft.visibility != "public":
            raise Refused("invalid_request", draft.visibility)
        door, category = self._door(), read.number_or(self.settings, "category")
        write.post(draft, category, key, ())
        self._refuse_unfit(draft)
        end = self._prepared_by(draft)
        pictures = [self._uploaded(door, medium, end) for medium in draft.media]
        answer = door.speak("POST", "posts.json", json=write.post(draft, category, key, pictures))
        with answer.understood():
            told = answer.json()
            if told.get("action") == "enqueued":
                raise Refused("awaits_approval", f"pending {told.get('pending_count', '')}".strip())
            return read.receipt(told.get("post") or told, door.server)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """In the topic that is answered, or among the topics we opened. What lies with the moderators is Refused, so that
        a person waits for them: it is not said again."""
        door, us, earliest = self._door(), self._us().user_id, since - CLOCK_MARGIN

        def matches(post: Mapping[str, Any]) -> bool:
            at = read.name_of(read.number_of(post, "topic_id"), read.number_of(post, "post_number"))
            is_ours = str(post.get("user_id")) == us and not post.get("deleted_at")
            return is_ours and at not in claimed and write.is_same(draft, post)

        place = read.place_of(draft.reply_to.native_id) if draft.reply_to else None
        if draft.reply_to is None:
            found = seek.among_topics(door, draft, matches, earliest)
        else:
            found = seek.in_topic(door, place[0], matches, earliest) if place else None
        if found is None and seek.awaits_approval(door, draft):
            raise Refused("awaits_approval")
        return found

    def withdraw(self, ref: Ref) -> None:
        self._remove(ref)

    def edit(self, ref: Ref, draft: Draft) -> None:
        if not draft.text.strip():
            raise Refused("text_empty")
        door = self._door()
        post = self._post(door, ref)
        if post is None:
            raise Refused("not_found", ref.native_id)
        if read.number_or(post, "post_number") == 1 and draft.title.strip():
            title = {"title": write.title(draft)}
            door.speak("PUT", f"t/-/{read.number_or(post, 'topic_id')}.json", json=title)
        door.speak("PUT", f"posts/{read.number_or(post, 'id')}.json", json=write.edited(draft, post))

    def accept(self, ref: Ref, *, is_accepted: bool = True) -> None:
        """By the forum's Solved plugin. Refused, where it has none."""
        door = self._door()
        post = self._post(door, ref)
        if post is None:
            raise Refused("not_found", ref.native_id)
        if (post.get("accepted_answer") is True) == is_accepted:
            return
        path = "solution/accept.json" if is_accepted else "solution/unaccept.json"
        try:
            door.speak("POST", path, json={"id": read.number_or(post, "id")})
        except Refused as refused:
            if refused.reason_code != "not_found":
                raise
            raise Refused("not_supported", "solved") from refused

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        if measure == "remove":
            self._remove(ref)
            return
        place = read.place_of(ref.native_id)
        if place is None:
            raise Refused("not_found", ref.native_id)
        said = {"status": "closed", "enabled": "true" if measure == "lock" else "false"}
        self._door().speak("PUT", f"t/{place[0]}/status.json", json=said)

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        found: list[Reading] = []
        for ref in refs:
            post = self._post(door, ref)
            if post is None:
                continue
            count = 0
            if read.number_or(post, "post_number") == 1:
                answer = door.read(f"t/{read.number_or(post, 'topic_id')}.json")
                with answer.understood():
                    count = max(read.topic(answer.json()).count, 1)
            found += read.readings(post, count, ref, read_at)
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
        closed = self.settings.get("closed")
        return read.Us(
            known, str(self.settings.get("server") or ""), frozenset(closed if isinstance(closed, list | tuple) else ())
        )

    def _post(self, door: Door, ref: Ref) -> Mapping[str, Any] | None:
        """The post as it stands; None if it is gone, or taken back by its author."""
        place = read.place_of(ref.native_id)
        if place is None:
            return None
        answer = unless_gone(lambda: door.read(f"posts/by_number/{place[0]}/{place[1]}.json"))
        if answer is None:
            return None
        with answer.understood():
            post = dict(answer.json())
            _ = read.number_of(post, "id"), read.number_of(post, "topic_id")
            return None if read.fingerprint(post).endswith("-") else post

    def _remove(self, ref: Ref) -> None:
        """A post, or with its first post the topic; one that is gone already counts as done."""
        door = self._door()
        post = self._post(door, ref)
        if post is None:
            return
        is_root = read.number_or(post, "post_number") == 1
        path = f"t/{read.number_or(post, 'topic_id')}.json" if is_root else f"posts/{read.number_or(post, 'id')}.json"
        unless_gone(lambda: door.speak("DELETE", path))

    def _uploaded(self, door: Door, medium: Media, end: float) -> str:
        """The line that shows a picture. Nobody sees one without words, so whatever stays unclear here is done again."""
        files = {"file": (medium.name or "picture", medium.content, medium.media_type)}
        try:
            if time.monotonic() > end:
                raise TryLater(reason_code="not_prepared", detail="The pictures took too long.")
            answer = door.speak("POST", "uploads.json", form={"type": "composer", "synchronous": "true"}, files=files)
            with answer.understood():
                return write.picture(answer.json(), medium.alt)
        except Unclear as error:
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
