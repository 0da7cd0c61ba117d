"""The sandbox as a connector: it speaks to the face over HTTP, like to any other network."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import quote

from allmende.connectors.contract import Abilities, Budget, Connector, Counting, FilmAbility, Idempotency, MediaAbility
from allmende.connectors.errors import CannotLook, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client
from allmende.connectors.neutral import Author, Batch, Draft, Measure, Media, Reading, Receipt, Ref
from allmende.connectors.sandbox import read, write
from allmende.connectors.sandbox.login import face_port, headers_of, mode_of
from allmende.connectors.sandbox.pictures import (
    FILM_TYPES,
    LARGEST,
    LARGEST_FILM,
    LONGEST_ALT,
    LONGEST_FILM_SECONDS,
    MOST,
    TYPES,
)

PAGE = 100
# The network's clock may differ from ours by so much; older posts than that are not ours.
CLOCK_MARGIN = timedelta(minutes=2)

_FILMS = FilmAbility(FILM_TYPES, LARGEST_FILM, LONGEST_FILM_SECONDS)
_IDEMPOTENCY = {
    "key": Idempotency("key", timedelta(hours=1), can_list_own=True),
    "chosen_id": Idempotency("chosen_id"),
    "list": Idempotency("none", can_list_own=True),
    "blind": Idempotency("none"),
}


class Sandbox(Connector):
    """Settings: `file` (path of the network), `mode` (key, chosen_id, list, blind), `place` (forum, social),
    `quarantine_seconds` (for drills; the default outlasts the client's limits), `ask_every_seconds`, `budgets` (pairs of
    times and seconds), `streams` (whether it tells at once that something is new)."""

    kind = "sandbox"

    @property
    def abilities(self) -> Abilities:
        is_forum = self._place == "forum"
        return Abilities(
            counting=Counting("characters", 5_000, has_title=is_forum, title_maximum=200 if is_forum else None),
            media=MediaAbility(MOST, TYPES, LARGEST, "optional", LONGEST_ALT, films=_FILMS),
            idempotency=_IDEMPOTENCY[mode_of(self.settings)],
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", 90))),
            can_send=True,
            can_mention=True,
            can_thread=True,
            parts=frozenset({"thread", "comment"}),
            can_delete=True,
            tells_by=frozenset({"events"} if self.settings.get("streams") else ()),
            can_test_unseen=True,
            visibilities=frozenset({"public", "members"}),
            history="oldest_first",
            moderation=frozenset({"hide", "unhide", "remove", "lock", "unlock"}),
            readings=frozenset({"replies", "likes", "thanks"}),
            ask_every=timedelta(seconds=float(self.settings.get("ask_every_seconds", 10))),
            budgets=tuple(Budget(times, timedelta(seconds=span)) for times, span in self.settings.get("budgets", ())),
        )

    def whoami(self) -> Author:
        answer = self._read("me")
        with answer.understood():
            me = answer.json()
            return Author(str(me["id"]), str(me["handle"]), str(me["name"]), is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        has_more = True
        while has_more:
            answer = self._read("changes", {"after": cursor or "0", "limit": str(PAGE)})
            with answer.understood():
                page = answer.json()
                batch = self._batch(page)
                has_more = page["more"] is True and batch.cursor != cursor
            cursor = batch.cursor
            if batch.items:
                yield batch

    def stream(self, heard: Callable[[bool], bool]) -> None:
        client, url = self._door()
        client.follow(
            f"{url}stream",
            lambda line: heard(not line or line.startswith(b"event:")),
            headers=headers_of(self.secret),
        )

    def send(self, draft: Draft, key: str) -> Receipt:
        mode = mode_of(self.settings)
        said: dict[str, Any] = write.post(draft)
        if draft.media:
            end = self._prepared_by(draft)
            said["media"] = [{"id": self._kept(medium, end), "alt": medium.alt} for medium in draft.media]
            self._refuse_stopped(draft)
        if mode == "chosen_id":
            said["id"] = write.chosen_id(self._account, key)
        answer = self._speak("POST", "posts", said, {"Idempotency-Key": key} if mode == "key" else {})
        with answer.understood():
            return read.receipt(answer.json(), answer.url.partition(f"/{mode}/")[0])

    def _kept(self, medium: Media, end: float) -> str:
        """Send a picture or film; nobody sees it before the post, so what is unclear is sent again."""
        client, url = self._door()
        headers = headers_of(self.secret) | {"Content-Type": medium.media_type}
        try:
            limits = self._upload_limits(medium, end)
            with self._body(medium) as body:
                answer = client.speak("POST", f"{url}media", content=body, headers=headers, limits=limits)
            with answer.understood():
                return str(answer.json()["id"])
        except Unclear as error:
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        mode = mode_of(self.settings)
        if mode == "blind":
            raise CannotLook
        if mode == "chosen_id":
            return self._find_record(write.chosen_id(self._account, key), draft)
        return self._find_listed(draft, since - CLOCK_MARGIN, claimed)

    def withdraw(self, ref: Ref) -> None:
        self._unless_gone(lambda: self._speak("DELETE", _path(ref)))

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        self._speak("POST", f"{_path(ref)}/moderation", {"measure": measure})

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at = datetime.now(UTC)
        found: list[Reading] = []
        for ref in refs:
            answer = self._unless_gone(lambda ref=ref: self._read(f"{_path(ref)}/counters"))  # type: ignore[misc]
            if answer is None:
                continue
            with answer.understood():
                found += read.readings(ref.native_id, answer.json(), read_at)
        return tuple(found)

    @property
    def public_url(self) -> str:
        try:
            return self._url
        except TryLater:
            return ""

    @property
    def _place(self) -> Any:
        place = self.settings.get("place", "forum")
        if place not in ("forum", "social"):
            raise Refused("bad_setting", "place")
        return place

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @cached_property
    def _port(self) -> int:
        return face_port(self.settings)

    @property
    def _account(self) -> str:
        return self.whoami().native_id

    def _batch(self, page: Mapping[str, Any]) -> Batch:
        url, me, place = str(page["url"]), str(page["me"]), self._place
        items = [read.item(change, url=url, me=me, place=place) for change in page["changes"]]
        return Batch(items, str(int(page["next"])))

    def _find_record(self, native_id: str, draft: Draft) -> Receipt | None:
        answer = self._unless_gone(lambda: self._read(_path(Ref(native_id))))
        if answer is None:
            return None
        with answer.understood():
            post = answer.json()
            if post["deleted_at"] is None and not write.is_same(draft, post):
                raise Refused("text_differs", native_id)
            return read.receipt(post, self._url)

    def _find_listed(self, draft: Draft, since: datetime, claimed: Container[str]) -> Receipt | None:
        """The oldest match not older than `since`; None only after a page that reaches back beyond it, or the end."""
        found, before = None, 0
        while True:
            answer = self._read("own", {"before": str(before)})
            with answer.understood():
                posts = answer.json()["posts"]
                for post in posts:
                    if read.moment(post["created_at"]) < since:
                        return found
                    if post["id"] not in claimed and write.is_same(draft, post):
                        found = read.receipt(post, self._url)
                if not posts:
                    return found
                before = int(posts[-1]["place"])

    def _unless_gone(self, ask: Callable[[], Answer]) -> Answer | None:
        try:
            return ask()
        except Refused as refused:
            if refused.reason_code != "not_found":
                raise
            return None

    def _door(self) -> tuple[Client, str]:
        return self.client.beside("127.0.0.1", self._port), f"{self._url}/{mode_of(self.settings)}/api/"

    def _read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        client, url = self._door()
        return client.read(url + path, params=params, headers=headers_of(self.secret))

    def _speak(self, method: str, path: str, said: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        client, url = self._door()
        return client.speak(method, url + path, json=said, headers=headers_of(self.secret) | dict(headers or {}))


def _path(ref: Ref) -> str:
    return f"posts/{quote(ref.native_id, safe='')}"
