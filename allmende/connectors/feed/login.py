"""No password: an address, of the feed itself or of a page that names one (RSS autodiscovery)."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

from allmende.connectors.answers import Answer
from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.feed.document import JSON_TYPES, TYPES, XML_TYPES, Document, document_of
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.secret import Secret

LOGIN = Login("password", (Question("address", "https://example.org/news"),))
PAGE_TYPES = ("text/html", "application/xhtml+xml")
# Older entries are history.
HISTORY = timedelta(days=90)
MOST_CANDIDATES = 5
_SCHEME = re.compile(r"(?:feed:)?(?://)?(?=https?://)|feed://", re.IGNORECASE)
_LINK = re.compile(r"<(?:link|a)\b[^>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(rel|type|href)\s*=\s*(?:"([^"]{0,1500})"|'([^']{0,1500})'|([^\s"'>]{1,1500}))""", re.IGNORECASE
)
_NO_FEED = frozenset(
    "not_found unexpected_type garbled rejected forbidden redirected too_many_redirects logged_out".split()
)


def log_in(answers: Mapping[str, str], client: Client) -> Granted:
    """Find the feed and read it once. Refused with detail "address", TryLater."""
    url, document = found_at(address_of(answers.get("address", "")), client)
    settings = {
        "url": url,
        "network": (urlsplit(url).hostname or "")[-70:],
        "title": " ".join(document.title.split())[:200],
        "page": document.url[:500],
        "since": (datetime.now(UTC) - HISTORY).isoformat(timespec="seconds"),
    }
    return Granted(settings, Secret(""))


def address_of(written: str) -> str:
    """The address in what a person typed, with or without https. Refused."""
    typed = (
        _SCHEME.sub("", written.strip(), count=1) if written.strip().lower().startswith("feed:") else written.strip()
    )
    if not re.match(r"https?://", typed, re.IGNORECASE):
        typed = f"https://{typed.lstrip('/')}"
    try:
        parts = urlsplit(typed)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("bad_address", "address") from error
    if parts.username or parts.password:
        raise Refused("credentials_in_address", "address")
    if not host or " " in typed or not ("." in host or ":" in host):
        raise Refused("bad_address", "address")
    return typed


def found_at(address: str, client: Client) -> tuple[str, Document]:
    """The feed at this address, or the first of those the page there names; and where it lies. Refused "address"."""
    with _at_the_address():
        answer = client.read(address, types=(*TYPES, *PAGE_TYPES))
    kind = media_type_of(answer)
    try:
        return answer.url, document_of(answer.body, kind, answer.url)
    except TryLater as error:
        candidates = named_in(answer) if kind in PAGE_TYPES else []
        if not candidates:
            raise Refused("no_feed", "address") from error
    except Refused as error:
        raise Refused(error.reason_code, "address") from error
    for candidate in candidates[:MOST_CANDIDATES]:
        try:
            answer = client.read(candidate, types=TYPES)
            return answer.url, document_of(answer.body, media_type_of(answer), answer.url)
        except ConnectorError as error:
            if error.reason_code not in _NO_FEED:
                with _at_the_address():
                    raise
    raise Refused("no_feed", "address")


def named_in(answer: Answer) -> list[str]:
    """The feeds a page names in its head, in its order; those of comments last."""
    found: list[str] = []
    for tag in _LINK.findall(answer.body[:500_000].decode("utf-8", "replace")):
        given = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}
        is_feed = given.get("type", "").lower().partition(";")[0].strip() in (*XML_TYPES, *JSON_TYPES)
        if "alternate" in given.get("rel", "").lower().split() and is_feed and given.get("href"):
            found.append(urljoin(answer.url, given["href"]))
    # Some sites offer their API's answers as an alternative of the page.
    found = [one for one in dict.fromkeys(found) if "/wp-json/" not in one and one.startswith(("https://", "http://"))]
    return sorted(found, key=lambda one: "comment" in one.lower())


def media_type_of(answer: Answer) -> str:
    """The media type without its parameters."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


@contextmanager
def _at_the_address() -> Iterator[None]:
    """What cannot be right at this address is told as the fault of the answer `address`."""
    try:
        yield
    except ConnectorError as error:
        if error.reason_code in _NO_FEED:
            raise Refused("no_feed", "address") from error
        if isinstance(error, Refused):
            raise Refused(error.reason_code, "address") from error
        raise
