"""One Facebook page."""

import time
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors import graph
from allmende.connectors.answers import Answer, pages
from allmende.connectors.bells import Bell
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.facebook import login, read, write
from allmende.connectors.facebook.listen import LIMIT, PageSource
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Media, Reading, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.watching import Ear

# Our clock and theirs; older posts than that are not ours.
ASK_EVERY = timedelta(minutes=1)
CLOCK_MARGIN = timedelta(minutes=2)
LONGEST_POST, LONGEST_COMMENT = 63_206, 8_000
# pages-api/posts and graph-api/reference/page/photos.
PHOTOS = MediaAbility(
    maximum=10,
    types=frozenset({"image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff"}),
    maximum_bytes=4 * 2**20,
    alt_text="optional",
    in_answers=1,
)
# Preparation, the client's longest answer, and a late acceptance.
QUARANTINE_SECONDS = 180.0
# A small page may ask some two hundred times an hour (graph-api/overview/rate-limiting).
PACE_SECONDS = 60.0


class Facebook(Connector):
    """Settings, as made at log-in: `page_id`, `name`, `url`, `network`, `since`. For drills: `place` (another address of
    the API), `quarantine_seconds`, `pace_seconds` (how often the page is looked at)."""

    kind = "facebook"
    login: ClassVar[Login] = login.LOGIN
    bell: ClassVar[Bell | None] = Bell("x-hub-signature-256", is_shared=False)

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        return login.begin(answers, return_url)

    @classmethod
    def finish_login(cls, kept: Secret, code: str, client: Client) -> Granted:
        return login.finish(kept, code, client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", LONGEST_POST),
            media=PHOTOS,
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            tells_by=frozenset({"webhook"}),
            can_thread=True,
            parts=frozenset({"comment"}),
            can_edit=True,
            can_delete=True,
            history="newest_first",
            moderation=frozenset({"hide", "unhide", "remove"}),
            readings=frozenset(read.COUNTERS),
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        answer = self._door().read("me", {"fields": "id,name"})
        with answer.understood():
            page = answer.json()
            name = graph.text_of(page, "name")
            return Author(graph.id_of(page), name, name, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = graph.moment(since) if isinstance(since, str) else None
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        source = PageSource(self._door(), self._page_id)
        yield from Ear(source, cursor, horizon, datetime.now(UTC), pace, is_rung=self.is_rung).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """A comment is shorter than a post."""
        found = super().check(draft)
        if draft.reply_to is None:
            return found
        codes = {finding.code for finding in found}
        length = len(draft.text)
        if length > LONGEST_COMMENT and "text_too_long" not in codes:
            values: dict[str, Any] = {"length": length, "maximum": LONGEST_COMMENT}
            found = (*found, Finding("text_too_long", "refuse", "text", values))
        return found

    def send(self, draft: Draft, key: str) -> Receipt:
        refusal = next((finding.code for finding in self.check(draft) if finding.severity == "refuse"), "")
        if refusal:
            raise Refused("rejected", refusal)
        door, end = self._door(), self._prepared_by(draft)
        if draft.reply_to is not None:
            self._look_for(door, draft.reply_to)
        photos = [self._uploaded(door, medium, end) for medium in draft.media]
        self._check_time(end)
        if draft.reply_to is None:
            answer = self._posted(door, write.post(draft, photos))
        else:
            path = graph.path_of(draft.reply_to.native_id, "comments")
            answer = door.speak("POST", path, write.comment(draft, photos))
        with answer.understood():
            return read.receipt(answer.json(), datetime.now(UTC))

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among what the page itself said: on its feed, or below what it answered. The oldest that fits."""
        fitting: list[Receipt] = []
        with graph.legible():
            for row in self._said_since(draft, since - CLOCK_MARGIN):
                who = read.author(row, self._page_id)
                is_ours = who is not None and who.is_us and graph.id_of(row) not in claimed
                if is_ours and write.is_same(draft, row) and self._is_below(draft, row):
                    fitting.append(read.receipt(row, since))
        return min(fitting, key=lambda one: one.sent_at, default=None)

    def withdraw(self, ref: Ref) -> None:
        graph.unless_gone(lambda: self._door().speak("DELETE", graph.path_of(ref.native_id)))

    def edit(self, ref: Ref, draft: Draft) -> None:
        """Of what this application said: Facebook lets none change what others did (graph-api/reference/page-post, Updating)."""
        self._refuse_unfit(Draft(draft.text))
        self._door().speak("POST", graph.path_of(ref.native_id), {"message": write.words(draft)})

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        if measure == "remove":
            self.withdraw(ref)
        else:
            said = {"is_hidden": "true" if measure == "hide" else "false"}
            self._door().speak("POST", graph.path_of(ref.native_id), said)

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        """Posts of the page only: comments have other counters."""
        read_at, door = datetime.now(UTC), self._door()
        found: list[Reading] = []
        for ref in refs:
            if not ref.native_id.startswith(f"{self._page_id}_"):
                continue
            path, asked = graph.path_of(ref.native_id), {"fields": read.COUNTED_FIELDS}
            answer = graph.unless_gone(lambda path=path, asked=asked: door.read(path, asked))
            if answer is not None:
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
    def _page_id(self) -> str:
        page_id = str(self.settings.get("page_id") or "")
        if not page_id:
            raise Refused("bad_setting", "page_id")
        return page_id

    def _door(self) -> graph.Door:
        place = str(self.settings.get("place") or login.PLACE)
        return graph.Door(place, graph.session_of(self.secret), self.client)

    def _posted(self, door: graph.Door, said: Mapping[str, str]) -> Answer:
        """A post whose link Facebook cannot show goes out without its preview: refused, nothing was said."""
        path = graph.path_of(self._page_id, "feed")
        try:
            return door.speak("POST", path, said)
        except Refused as refused:
            if refused.reason_code != "rejected" or "link" not in said:
                raise
        return door.speak("POST", path, {name: value for name, value in said.items() if name != "link"})

    def _look_for(self, door: graph.Door, ref: Ref) -> None:
        """What is answered must stand there. Refused."""
        door.read(graph.path_of(ref.native_id), {"fields": "id"})

    def _uploaded(self, door: graph.Door, medium: Media, end: float) -> str:
        """The id of a picture nobody sees yet, so whatever stays unclear here can be done again."""
        if time.monotonic() > end:
            raise TryLater(reason_code="not_prepared", detail="The pictures took too long.")
        form = {"published": "false"} | ({"alt_text_custom": medium.alt} if medium.alt.strip() else {})
        files = {"source": (medium.name or "picture", medium.content, medium.media_type)}
        with graph.nothing_lost():
            answer = door.speak("POST", graph.path_of(self._page_id, "photos"), form, files)
            with answer.understood():
                return graph.id_of(answer.json())

    def _said_since(self, draft: Draft, since: datetime) -> Iterator[Mapping[str, Any]]:
        """A feed from its newest post back to `since`; of comments all, since Facebook ranks them or puts a stream of them in
        order of time, whatever order is asked for. Nothing if what was answered is gone."""
        if draft.reply_to is None:
            path, asked = graph.path_of(self._page_id, "feed"), {"fields": read.POST_FIELDS}
        else:
            # An answer to an answer is moved up to what that one answers: only the whole thread shows it for certain.
            path = graph.path_of(draft.thread or draft.reply_to.native_id, "comments")
            asked = {"fields": read.COMMENT_FIELDS, "filter": "stream"}
        door = self._door()

        def page(after: str) -> tuple[Sequence[Mapping[str, Any]], str]:
            params = asked | {"limit": LIMIT} | ({"after": after} if after else {})
            answer = graph.unless_gone(lambda: door.read(path, params))
            if answer is None:
                return [], ""
            with answer.understood():
                return graph.rows_of(answer)

        for rows in pages(page):
            times = [graph.moment(row["created_time"]) for row in rows]
            yield from (row for row, at in zip(rows, times, strict=True) if at >= since)
            if draft.reply_to is None and (not rows or times[-1] < since):
                return

    def _is_below(self, draft: Draft, row: Mapping[str, Any]) -> bool:
        """A comment on the post has no parent, an answer to a comment has one."""
        if draft.reply_to is None or not draft.thread:
            return True
        has_parent = bool(graph.text_of(graph.part_of(row, "parent"), "id"))
        return has_parent == (draft.reply_to.native_id != draft.thread)
