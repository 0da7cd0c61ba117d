"""The "little" text format of posts (community-management/shares/little-text-format): signs that could mean something bear a
stroke, hashtags and mentions are templates. Comments are written as they are."""

import re

# A post is cut off, without a word, at the first of these that bears no stroke.
_RESERVED = re.compile(r"[|{}@\[\]()<>#\\*_~]")
# Digits alone are no hashtag there, nor is a fragment of an address.
_TAG = re.compile(r"(?<![\w#&/])#((?=\w*[^\W\d_])\w+)")
_WRITTEN = re.compile(
    r"\{hashtag\|\\?#\|(?P<tag>(?:\\.|[^}\\])*)\}|@\[(?P<name>(?:\\.|[^\]\\])*)\]\([^)]*\)|\\(?P<sign>.)", re.DOTALL
)


def little(text: str) -> str:
    """A text as a post's commentary: every word as it was written, hashtags that work."""
    parts, end = [], 0
    for found in _TAG.finditer(text):
        parts += [_with_strokes(text[end : found.start()]), f"{{hashtag|\\#|{_with_strokes(found[1])}}}"]
        end = found.end()
    return "".join([*parts, _with_strokes(text[end:])])


def plain(commentary: str) -> str:
    """A commentary as people read it."""
    return _WRITTEN.sub(_as_read, commentary)


def _with_strokes(text: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", text)


def _as_read(found: re.Match[str]) -> str:
    if found["tag"] is not None:
        return f"#{plain(found['tag'])}"
    return plain(found["name"]) if found["name"] is not None else found["sign"]
