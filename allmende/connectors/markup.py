"""HTML as forums write it -> its words and its pictures. The HTML itself is kept beside them; whoever shows it cleans it."""

import re
from html.parser import HTMLParser

import nh3

LONGEST = 200_000
_APART = frozenset({"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_TAGS = {*_APART, "a", "aside", "br", "code", "em", "img", "li", "span", "strong", "td", "th", "tr"}
_ATTRIBUTES = {"a": {"href", "class"}, "img": {"src", "alt", "title", "class", "width", "height"}}
_LINE = re.compile(r"[ \t]*\n\s*|\r")
_BREAKS = re.compile(r"\n{3,}")
_NO_PICTURES = frozenset({"emoji", "avatar", "site-icon", "emoji-android", "not-responsive"})


def words(html: str) -> str:
    """The text: paragraphs apart, lists as lines, links that can be followed, a picture as its alternative text."""
    return _parsed(html).text()


def pictures(html: str) -> list[tuple[str, str]]:
    """Address and alternative text of every picture, in order; emoji and portraits are none."""
    return _parsed(html).pictures


def _parsed(html: str) -> "_Reader":
    reader = _Reader()
    # Clean first: what is parsed then is well formed, and scripts are gone with their contents.
    whole = html[:LONGEST].encode("utf-8", "replace").decode()
    reader.feed(nh3.clean(whole, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None))
    reader.close()
    return reader


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures: list[tuple[str, str]] = []
        self._parts: list[str] = []
        self._link: tuple[str, int] | None = None
        self._kept_lines = 0

    def text(self) -> str:
        lines = "".join(self._parts).split("\n")
        return _BREAKS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self._picture(given)
        elif tag in ("br", "tr"):
            self._parts.append("\n")
        elif tag == "li":
            self._parts.append("\n- ")
        elif tag in _APART:
            self._parts.append("\n\n")
        if tag == "pre":
            self._kept_lines += 1
        if tag == "a":
            self._link = (given.get("href", ""), len(self._parts))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            href, start = self._link
            self._link = None
            self._parts[start:] = [_linked("".join(self._parts[start:]), href)]
        elif tag in _APART:
            self._parts.append("\n\n")
        if tag == "pre":
            self._kept_lines -= 1

    def handle_data(self, data: str) -> None:
        self._parts.append(data if self._kept_lines > 0 else _LINE.sub(" ", data))

    def _picture(self, given: dict[str, str]) -> None:
        classes = set(given.get("class", "").split())
        if classes & _NO_PICTURES:
            self._parts.append(given.get("alt") or given.get("title", ""))
        elif given.get("src"):
            self.pictures.append((given["src"], given.get("alt", "")))


def _linked(shown: str, href: str) -> str:
    if not href.startswith(("https://", "http://")) or shown.startswith(("@", "#")):
        return shown
    bare = shown.strip().removesuffix("…").removesuffix("...")
    without_scheme = href.split("://", 1)[1]
    is_cut = bool(bare) and (href.startswith(bare) or without_scheme.startswith((bare, f"www.{bare}")))
    return href if is_cut or not bare else f"{shown} ({href})"
