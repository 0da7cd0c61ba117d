"""A feed's bytes -> its entries, whichever of the formats it is written in; nothing is fetched, nothing is expanded."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.feed.guard import guard
from allmende.connectors.markup import absolute

XML_TYPES = (
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml", "text/plain", "text/rss+xml",
)  # fmt: skip
JSON_TYPES = ("application/feed+json", "application/json")
TYPES = XML_TYPES + JSON_TYPES
MOST_BYTES, MOST_MEDIA, MOST_TAGS = 4_000_000, 10, 20
LONGEST_ID = 200
_JSON_FEED = "https://jsonfeed.org/version/"


@dataclass(frozen=True, slots=True)
class Picture:
    """A file an entry names."""

    url: str
    media_type: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `html`, or `text` if it is no markup; times are aware UTC or None."""

    native_id: str
    url: str = ""
    title: str = ""
    html: str = ""
    text: str = ""
    by: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    pictures: tuple[Picture, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes when the words do."""
        seen = f"{self.title}\0{self.html}\0{self.text}\0{self.url}"
        return hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Document:
    """A feed: its title, its page, its entries in the order in which they stand there, those that could not be read."""

    title: str = ""
    url: str = ""
    entries: Sequence[Entry] = ()
    unread: Sequence[tuple[str, str]] = field(default=())


def document_of(body: bytes, media_type: str, url: str) -> Document:
    """The feed in an answer from `url`. Refused: too large, or it declares entities; TryLater: it is no feed just now."""
    if len(body) > MOST_BYTES:
        raise Refused("too_large", str(len(body)))
    try:
        if media_type in JSON_TYPES or body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            return _of_json(json.loads(body), url)
        return _of_xml(body, media_type, url)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise TryLater(reason_code="garbled", detail=type(error).__name__) from error


def id_of(*candidates: str) -> str:
    """The first that says anything, cut to what can be kept without two becoming one."""
    chosen = next((one.strip() for one in candidates if one.strip()), "")
    if len(chosen) <= LONGEST_ID:
        return chosen
    return f"{chosen[:100]}…{hashlib.sha256(chosen.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _of_xml(body: bytes, media_type: str, url: str) -> Document:
    guard(body)
    # A stream: bytes or words would be taken for a file's name or an address.
    told = feedparser.parse(
        BytesIO(body),
        response_headers={"content-type": media_type, "content-location": url},
        sanitize_html=False,  # whoever shows it does that, after us
        resolve_relative_uris=False,  # only of what is kept, and from where it lies
    )
    if not told.get("version"):
        raise TryLater(reason_code="garbled", detail="no feed")
    feed = told.get("feed", {})
    entries, unread = _each(told.entries, lambda entry: _entry_of_xml(entry, url))
    return Document(str(feed.get("title") or ""), str(feed.get("link") or ""), entries, unread)


def _entry_of_xml(entry: dict[str, Any], base: str) -> Entry:
    contents = [one for one in entry.get("content") or [] if one.get("value")]
    best = next((one for one in contents if "html" in str(one.get("type"))), contents[0] if contents else None)
    if best is None:
        best = entry.get("summary_detail") or {"value": str(entry.get("summary") or ""), "type": "text/html"}
    words, is_html = str(best.get("value") or ""), "html" in str(best.get("type") or "html")
    title, base = str(entry.get("title") or ""), _address(base, str(best.get("base") or "")) or base
    link = _address(base, str(entry.get("link") or ""))
    return Entry(
        id_of(str(entry.get("id") or ""), link, _digest(title, words)),
        link,
        title,
        absolute(words, base) if is_html and words else "",
        "" if is_html else words,
        str(entry.get("author") or ""),
        _moment(entry.get("published_parsed")),
        _moment(dict.get(entry, "updated_parsed")),  # without its stand-in, the time of publication
        tuple(_pictures(entry, base)),
        tuple(str(tag.get("term") or "") for tag in (entry.get("tags") or [])[:MOST_TAGS] if tag.get("term")),
    )


def _pictures(entry: Mapping[str, Any], base: str) -> Iterable[Picture]:
    found: dict[str, Picture] = {}
    for one in [*(entry.get("enclosures") or []), *(entry.get("media_content") or [])][:MOST_MEDIA]:
        url = _address(base, str(one.get("href") or one.get("url") or ""))
        media_type = str(one.get("type") or ("image/jpeg" if one.get("medium") == "image" else ""))
        if url and "/" in media_type:
            found.setdefault(url, Picture(url, media_type))
    return found.values()


def _of_json(told: Any, url: str) -> Document:
    if not str(told.get("version") or "").startswith(_JSON_FEED):
        raise TryLater(reason_code="garbled", detail="no feed")
    entries, unread = _each(list(told["items"]), lambda entry: _entry_of_json(entry, url))
    return Document(str(told.get("title") or ""), str(told.get("home_page_url") or ""), entries, unread)


def _entry_of_json(entry: Mapping[str, Any], base: str) -> Entry:
    link = _address(base, str(entry.get("url") or entry.get("external_url") or ""))
    html, text = (str(entry.get(name) or "") for name in ("content_html", "content_text"))
    authors = entry.get("authors") or [entry.get("author") or {}]
    title = str(entry.get("title") or "")
    number = entry.get("id")
    files = [one for one in entry.get("attachments") or [] if isinstance(one, Mapping)][:MOST_MEDIA]
    pictures = [Picture(_address(base, str(one.get("url") or "")), str(one.get("mime_type") or "")) for one in files]
    if image := entry.get("image"):
        pictures.insert(0, Picture(_address(base, str(image)), "image/jpeg"))
    return Entry(
        id_of("" if number is None else str(number), link, _digest(title, html + text)),
        link,
        title,
        absolute(html, base) if html else "",
        text if not html else "",
        ", ".join(str(one["name"]) for one in authors if isinstance(one, Mapping) and one.get("name")) or "",
        _written(entry.get("date_published")),
        _written(entry.get("date_modified")),
        tuple(one for one in pictures if one.url and "/" in one.media_type),
        tuple(str(tag) for tag in (entry.get("tags") or [])[:MOST_TAGS]),
    )


def _each(rows: Sequence[Any], taken: Any) -> tuple[list[Entry], list[tuple[str, str]]]:
    """Entries, and of those nobody can read why and how they begin: they must not hide the others."""
    entries, unread = [], []
    for row in rows:
        try:
            entry = taken(row)
            if not (entry.title or entry.html or entry.text or entry.url):
                continue
            entries.append(entry)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            unread.append((type(error).__name__, repr(row)[:500]))
    return entries, unread


def _address(base: str, written: str) -> str:
    """An address a person can follow, "" if it is none."""
    try:
        whole = urljoin(base, written.strip()) if written.strip() else ""
    except ValueError:
        return ""
    return whole if whole.startswith(("https://", "http://")) else ""


def _moment(parsed: Any) -> datetime | None:
    """feedparser gives UTC; a year nobody lives in is no time."""
    if not isinstance(parsed, struct_time):
        return None
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except ValueError:
        return None


def _written(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _digest(title: str, words: str) -> str:
    if not (title or words):
        return ""
    return hashlib.sha256(f"{title}\0{words}".encode("utf-8", "replace")).hexdigest()[:40]
