"""HTML -> words and pictures, and words -> HTML that says nothing else: for networks whose texts are pages.

The HTML itself is kept beside them; whoever shows it cleans it.
"""

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser

import nh3

# So much of a page is read. Whoever nests without end would keep a parser busy for as long as he likes.
LONGEST, MOST_TAGS = 200_000, 6_000
_TAGS = set(
    "a aside blockquote br code div dd dl dt em figcaption figure h1 h2 h3 h4 h5 h6 img li ol p pre span strong td th tr table ul".split()
)
_ATTRIBUTES = {"a": {"href", "class"}, "img": {"src", "alt", "title", "class"}}
_APART = set("blockquote div dl figcaption figure h1 h2 h3 h4 h5 h6 ol p pre table ul".split())
_LINE = re.compile(r"[ \t]*\n\s*|\r")
_BREAKS = re.compile(r"\n{3,}")
_LINK = re.compile(r"https?://[^\s<>\"„“”»«]+")
_NO_PICTURES = frozenset({"emoji", "avatar", "site-icon", "emoji-android", "not-responsive"})
STOPS = ".,;:!?'’"
BRACKETS = {")": "(", "]": "[", "}": "{"}


def words(written: str) -> str:
    """The text of a page's HTML: paragraphs apart, lists with dashes, links so that they can be followed, emoji as signs.

    Scripts, styles and comments are gone with their contents; at most LONGEST characters and MOST_TAGS tags are read.
    """
    reader = _read(written)
    lines = "".join(reader.parts).split("\n")
    return _BREAKS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def pictures(written: str) -> list[tuple[str, str]]:
    """Address and alternative text of every picture, in order; emoji and portraits are none. Bounded as `words` is."""
    return _read(written).pictures


def absolute(written: str, base: str) -> str:
    """A page's HTML with whole addresses instead of relative ones; without scripts and styles. ValueError: a bad `base`."""
    return nh3.clean(_bounded(written), url_relative=("rewrite_with_base", base), link_rel=None)


def one_line(written: str) -> str:
    """A heading's HTML as one line of text."""
    return " ".join(words(written).split())


def paragraphs(text: str) -> list[str]:
    """A plain text's paragraphs, each as HTML inside of a `<p>`: escaped, lines kept, addresses made links."""
    parts = re.split(r"\n[ \t]*\n\s*", text.replace("\r\n", "\n").strip("\n"))
    return ["<br>".join(_linked(line) for line in part.split("\n")) for part in parts if part.strip()]


def _read(written: str) -> "_Reader":
    reader = _Reader()
    # Clean first: what is parsed then is well formed.
    reader.feed(nh3.clean(_bounded(written), tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None))
    reader.close()
    return reader


def _bounded(written: str) -> str:
    whole = written[:LONGEST].encode("utf-8", "replace").decode()
    parts = whole.split("<", MOST_TAGS + 1)
    return "<".join(parts[: MOST_TAGS + 1])


def _linked(line: str) -> str:
    said, end = [], 0
    for found in _LINK.finditer(line):
        address = without_stops(found[0])
        marked = html.escape(address)
        said += [html.escape(line[end : found.start()], quote=False), f'<a href="{marked}">{marked}</a>']
        end = found.start() + len(address)
    return "".join([*said, html.escape(line[end:], quote=False)])


def without_stops(address: str, stops: str = STOPS, brackets: Mapping[str, str] = BRACKETS) -> str:
    """An address without the sentence around it: stops at its end, and a bracket that it did not open."""
    while address:
        last = address[-1]
        is_alien = last in brackets and address.count(last) > address.count(brackets[last])
        if not is_alien and last not in stops:
            break
        address = address[:-1]
    return address


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.pictures: list[tuple[str, str]] = []
        self._link: tuple[str, int] | None = None
        self._kept_lines = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self._picture({name: value or "" for name, value in attrs})
        elif tag in ("br", "tr", "dt", "dd"):
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _APART:
            self.parts.append("\n\n")
        if tag == "pre":
            self._kept_lines += 1
        if tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            href, start = self._link
            self._link = None
            self.parts[start:] = [_shown("".join(self.parts[start:]), href)]
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in _APART:
            self.parts.append("\n\n")
        if tag == "pre":
            self._kept_lines -= 1

    def handle_data(self, data: str) -> None:
        self.parts.append(data if self._kept_lines > 0 else _LINE.sub(" ", data))

    def _picture(self, given: dict[str, str]) -> None:
        if set(given.get("class", "").split()) & _NO_PICTURES:
            self.parts.append(given.get("alt") or given.get("title", ""))
        elif given.get("src"):
            self.pictures.append((given["src"], given.get("alt", "")))


def _shown(shown: str, href: str) -> str:
    if not href.startswith(("https://", "http://")) or shown.startswith(("@", "#")):
        return shown
    bare = shown.strip().removesuffix("…").removesuffix("...")
    without_scheme = href.split("://", 1)[1]
    is_cut = bool(bare) and (href.startswith(bare) or without_scheme.startswith((bare, f"www.{bare}")))
    return href if is_cut or not bare else f"{shown} ({href})"
