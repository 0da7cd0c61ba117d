"""A status's HTML -> its words: line breaks, lists, whole links, whole mentions. The HTML itself is kept beside it."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import nh3

LONGEST = 200_000
_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "ul",
}
_ATTRIBUTES = {"a": {"href", "class"}}
_APART = {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "ul"}
_LINE = re.compile(r"[ \t]*\n\s*|\r")
_BREAKS = re.compile(r"\n{3,}")


def words(html: str, mentions: Mapping[str, str]) -> str:
    """The text of a status. `mentions`: address of a profile -> its account name as this server writes it."""
    reader = _Words(mentions)
    # Clean first: what is parsed then is well formed, and scripts are gone with their contents.
    whole = html[:LONGEST].encode("utf-8", "replace").decode()
    reader.feed(nh3.clean(whole, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None))
    reader.close()
    lines = "".join(reader.parts).split("\n")
    return _BREAKS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


class _Words(HTMLParser):
    def __init__(self, mentions: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._mentions = mentions
        self._link: tuple[str, str, int] | None = None
        self._kept_lines = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _APART:
            self.parts.append("\n\n")
        if tag == "pre":
            self._kept_lines += 1
        if tag == "a":
            given = {name: value or "" for name, value in attrs}
            self._link = (given.get("href", ""), given.get("class", ""), len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            href, classes, start = self._link
            self._link = None
            self.parts[start:] = [self._linked("".join(self.parts[start:]), href, classes.split())]
        elif tag in _APART:
            self.parts.append("\n\n")
        if tag == "pre":
            self._kept_lines -= 1

    def handle_data(self, data: str) -> None:
        self.parts.append(data if self._kept_lines > 0 else _LINE.sub(" ", data))

    def _linked(self, shown: str, href: str, classes: list[str]) -> str:
        """A mention with its server, a tag as it stands, a link so that it can be followed."""
        if href in self._mentions and shown.startswith("@"):
            return f"@{self._mentions[href]}"
        if "mention" in classes or "hashtag" in classes or shown.startswith(("@", "#")):
            return shown
        if not href.startswith(("https://", "http://")):
            return shown
        bare = shown.strip().removesuffix("…").removesuffix("...")
        without_scheme = href.split("://", 1)[1]
        is_cut = bool(bare) and (href.startswith(bare) or without_scheme.startswith((bare, f"www.{bare}")))
        return href if is_cut or not bare else f"{shown} ({href})"
