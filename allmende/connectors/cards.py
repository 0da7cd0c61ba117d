"""What a page says of itself to whoever links to it: Open Graph (ogp.me) first, then what is written for other networks and
for everybody. Title and description are words, never HTML."""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from allmende.connectors.http import Client, Limits

# A page that takes longer, or is larger, gets no card.
LIMITS = Limits(silence_seconds=4.0, whole_seconds=8.0, bytes=5_000_000)
PAGE_TYPES = ("text/html", "application/xhtml+xml")
# Characters: of the page that is looked at, of what is taken.
LONGEST_PAGE, LONGEST_TITLE, LONGEST_DESCRIPTION = 300_000, 300, 1_000
TITLES = ("og:title", "twitter:title")
DESCRIPTIONS = ("og:description", "twitter:description", "description")
PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
# Bounded, so that quotes nobody closes cost no time; nor do tags that never end, since no other begins within one.
_META = re.compile(r"""<meta\b(?:[^<>"']|"[^"]{0,3000}"|'[^']{0,3000}'){0,200}>""", re.IGNORECASE)
_FIELD = re.compile(r"""([\w:.-]{1,60})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TITLE = re.compile(r"<title\b[^>]{0,300}>([^<]{0,3000})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# What pages are written in, as Python calls it. It knows others that no page is, and takes hours to read a long one as Punycode.
_ALPHABETS = re.compile(r"ascii|utf-(?:8|16|32)\b.*|(?:iso|cp|koi8|mac|gb|big5|euc|shift)[\w-]*|hz|tis-620|johab")


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page says of itself; `picture` is a whole address. "" where it says nothing."""

    title: str
    description: str = ""
    picture: str = ""


def read_page(url: str, client: Client) -> PageWords:
    """Ask a page what it says of itself. Raises what `Client.read` raises."""
    answer = client.read(url, types=PAGE_TYPES)
    return page_words(_decoded(answer.body, answer.headers.get("content-type", "")), answer.url)


def page_words(written: str, url: str) -> PageWords:
    """What the HTML of the page at `url` says of itself."""
    told: dict[str, str] = {}
    for name, content in _metas(written[:LONGEST_PAGE]):
        told.setdefault(name, content)
    title = _first(told, TITLES) or next((found[1] for found in _TITLE.finditer(written[:LONGEST_PAGE])), "")
    picture = _first(told, PICTURES)
    return PageWords(
        _line(title, LONGEST_TITLE), _line(_first(told, DESCRIPTIONS), LONGEST_DESCRIPTION), _absolute(url, picture)
    )


def _metas(written: str) -> Iterator[tuple[str, str]]:
    for found in _META.finditer(written):
        fields = {name.lower(): "".join(values) for name, *values in _FIELD.findall(found[0])}
        name = fields.get("property") or fields.get("name") or ""
        if name and fields.get("content", "").strip():
            yield name.strip().lower(), fields["content"]


def _first(told: dict[str, str], names: tuple[str, ...]) -> str:
    return next((told[name] for name in names if name in told), "")


def _line(written: str, longest: int) -> str:
    """As one line of text, cut between words where it is too long."""
    words = html.unescape(written).replace("\0", "").split()
    line = " ".join("".join(sign for sign in word if sign.isprintable()) for word in words).strip()
    if len(line) <= longest:
        return line
    return f"{line[: longest - 1].rpartition(' ')[0] or line[: longest - 1]}…"


def _absolute(url: str, picture: str) -> str:
    try:
        return urljoin(url, html.unescape(picture).strip()) if picture else ""
    except ValueError:
        return ""


def _decoded(body: bytes, content_type: str) -> str:
    """By what the server says of its letters, else the page, else UTF-8."""
    head = body[:2_000].decode("ascii", "replace")
    named = _CHARSET.search(content_type) or _CHARSET.search(head)
    return body.decode(_alphabet(named[1]) if named else "utf-8", "replace")


def _alphabet(named: str) -> str:
    try:
        known = codecs.lookup(named).name
    except LookupError:
        return "utf-8"
    return known if _ALPHABETS.fullmatch(known) else "utf-8"
