"""What must not reach the parser: entities, which stand for other words without end, and shapes that cost without end.

The parser itself (feedparser) reads also what is not well formed, by another and slower way; there much less is let through.
"""

from xml.parsers import expat

from allmende.connectors.errors import Refused, TryLater

# Whole feeds of a thousand entries have some forty thousand tags, entries some twenty elements.
MOST_TAGS, MOST_TAGS_IN_TATTERS, DEEPEST, MOST_IN_ENTRY = 200_000, 10_000, 60, 3_000
_ENTRIES = frozenset({"item", "entry"})


def guard(body: bytes) -> None:
    """Refused: `has_entities`, `too_large`. TryLater: too broken to be worth the effort."""
    if b"<!ENTITY" in body.replace(b"\0", b"").upper():
        raise Refused("has_entities")
    tags = body.count(b"<")
    if tags > MOST_TAGS:
        raise Refused("too_large", f"{tags} tags")
    watcher = _Watcher()
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = watcher.entity
    parser.StartElementHandler, parser.EndElementHandler = watcher.start, watcher.end
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if tags > MOST_TAGS_IN_TATTERS:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error


class _Watcher:
    def __init__(self) -> None:
        self._depth = 0
        self._in_entry = 0

    def entity(self, *_: object) -> None:
        raise Refused("has_entities")

    def start(self, name: str, _: object) -> None:
        self._depth += 1
        self._in_entry = 0 if name.rpartition(":")[2] in _ENTRIES else self._in_entry + 1
        if self._depth > DEEPEST or self._in_entry > MOST_IN_ENTRY:
            raise Refused("too_large", f"element {name[:60]}")

    def end(self, _: str) -> None:
        self._depth -= 1
