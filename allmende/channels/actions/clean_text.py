"""Foreign words made safe to keep: what no database takes is replaced, HTML goes through an allow-list.

The sanitiser's version is stored with each row; when it or the list changes, rows of older versions are cleaned again
from the raw text.
"""

import re
from html import unescape
from importlib.metadata import version

import nh3

VERSION = f"nh3-{version('nh3')}/1"
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "del", "em", "h3", "h4", "i", "li", "ol", "p", "pre", "s", "span",
    "strong", "sub", "sup", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "abbr": {"title"}}
SCHEMES = {"http", "https", "mailto"}
_BREAK = re.compile(r"<(?:br|/p|/li|/h[1-6]|/blockquote|/pre|/div|/tr)\b[^>]*>", re.IGNORECASE)
# Embeddings, overrides and isolates: names in any script read well without, and an open one turns the line around it.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_MANY_BREAKS = re.compile(r"\n{3,}")


def storable(text: str) -> str:
    """The text without NUL and with halves of surrogate pairs replaced: what SQLite and PostgreSQL both keep."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\x00", "") if "\x00" in text else text


def one_line(text: str) -> str:
    """A name or title: storable, and without marks that turn the direction of whatever is written after it."""
    text = storable(text)
    return text if text.isascii() else text.translate(_TURNING)


def clean_html(html: str) -> str:
    """Only what the allow-list names; links open without telling where they were found."""
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    )


def text_of(html: str) -> str:
    """The words of a piece of HTML with its paragraphs as lines; scripts and styles are no words."""
    broken = _BREAK.sub(lambda found: found.group() + "\n", html)
    words = unescape(nh3.clean(broken, tags=set()))
    return _MANY_BREAKS.sub("\n\n", words).strip()
