"""A feed, read for its new entries. It has no ears: nothing is said here."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from allmende.connectors.contract import Abilities, Connector
from allmende.connectors.errors import Refused
from allmende.connectors.feed import login as entry_door
from allmende.connectors.feed import read
from allmende.connectors.feed.document import TYPES, Document, Entry, document_of
from allmende.connectors.feed.position import Position, position_of
from allmende.connectors.http import Answer, Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.neutral import Author, Batch, Item, RefusedRow

PAGE = 100
# A feed is somebody's web page: a visit each quarter of an hour is what its owner expects.
POLL_SECONDS = 900.0
# How often the cursor is asked whether a feed is due, which needs no network.
ASK_EVERY = timedelta(minutes=1)


class Feed(Connector):
    """Settings, as made at log-in: `url`, `network` (its host), `title`, `page`, `since`; `poll_seconds`: the pause between two
    visits. There is no secret.

    An entry is known by its id; other words under the same id are an edit. That an entry was taken back a feed cannot
    say: it lists the newest, and whatever is older disappears from it.
    """

    kind = "feed"
    login: ClassVar[Login] = entry_door.LOGIN

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return entry_door.log_in(answers, client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(history="newest_first", ask_every=ASK_EVERY)

    def whoami(self) -> Author:
        document = self._document(self.client.read(self._url, types=TYPES))
        return read.us(self._url, urlsplit(self._url).netloc, " ".join(document.title.split())[:200])

    def collect(self, cursor: str) -> Iterator[Batch]:
        now, position = datetime.now(UTC), position_of(cursor)
        pause = float(self.settings.get("poll_seconds", POLL_SECONDS))
        # A clock that was wrong once must not silence a feed for long.
        if pause and int(now.timestamp()) < position.next_at <= int(now.timestamp() + pause):
            return
        position.next_at = int(now.timestamp() + pause) if pause else 0
        answer = self._answer(position)
        if answer is None:
            if pause:
                yield Batch((), position.written())
            return
        document = self._document(answer)
        yield from self._told(document, position, answer, now, is_paced=bool(pause))

    def _told(
        self, document: Document, position: Position, answer: Answer, now: datetime, *, is_paced: bool
    ) -> Iterator[Batch]:
        """What is new or changed, oldest first. Only the last batch knows the answer's marks: whoever stops before is sent
        the whole feed again, and finds in it what was not handed out yet."""
        before = (position.etag, position.modified)
        marks = (answer.headers.get("etag", "")[:500], answer.headers.get("last-modified", "")[:100])
        position.etag = position.modified = ""
        horizon = self._horizon()
        entries = read.oldest_first(document.entries)
        fresh = [entry for entry in entries if self._is_new(entry, position, horizon)]
        names = {entry.native_id for entry in fresh}
        for entry in entries:
            if entry.native_id not in names:
                position.note(entry.native_id, entry.fingerprint)
        refused = tuple(RefusedRow(0, "bad_value", {"field": why}, raw) for why, raw in document.unread)
        for first in range(0, len(fresh), PAGE):
            some = fresh[first : first + PAGE]
            items = [self._item(entry, document, position, now) for entry in some]
            for entry in some:
                position.note(entry.native_id, entry.fingerprint)
            is_last = first + PAGE >= len(fresh)
            if is_last:
                position.etag, position.modified = marks
            yield Batch(items, position.written(), refused if is_last else ())
        if not fresh and (is_paced or marks != before):
            position.etag, position.modified = marks
            yield Batch((), position.written(), refused)

    def _is_new(self, entry: Entry, position: Position, horizon: datetime | None) -> bool:
        known = position.seen(entry.native_id)
        if known:
            return known != entry.fingerprint
        at = entry.published or entry.updated
        return horizon is None or at is None or at >= horizon

    def _item(self, entry: Entry, document: Document, position: Position, now: datetime) -> Item:
        was_known, edited_at = bool(position.seen(entry.native_id)), None
        if was_known:
            is_told = entry.updated is not None and entry.published != entry.updated and entry.updated <= now
            edited_at = entry.updated if is_told else now
        return read.item(entry, self._url, document.title or str(self.settings.get("title") or ""), now, edited_at)

    def _answer(self, position: Position) -> Answer | None:
        """The feed, or None if it is as it was."""
        headers = {"If-None-Match": position.etag} if position.etag else {}
        headers |= {"If-Modified-Since": position.modified} if position.modified else {}
        try:
            return self.client.read(self._url, headers=headers, types=TYPES)
        except Refused as error:
            if headers and error.reason_code == "redirected" and error.detail.startswith("304"):
                return None
            raise

    def _document(self, answer: Answer) -> Document:
        return document_of(answer.body, entry_door.media_type_of(answer), answer.url)

    def _horizon(self) -> datetime | None:
        since = self.settings.get("since")
        moment = datetime.fromisoformat(since) if isinstance(since, str) else None
        return moment.astimezone(UTC) if moment else None

    @property
    def public_url(self) -> str:
        page = str(self.settings.get("page") or "")
        return page if page.startswith(("https://", "http://")) else str(self.settings.get("url") or "")

    @property
    def _url(self) -> str:
        url = str(self.settings.get("url") or "")
        if not url:
            raise Refused("bad_setting", "url")
        return url
