"""Text made comparable: case, umlauts and composed characters folded, with the way back to the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "œ": "oe"})
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `origins[i]` is the place in the original from which the i-th folded character came."""

    text: str
    original: str
    origins: tuple[int, ...]

    def quote(self, start: int, end: int) -> str:
        """What stands in the original where the folded text has [start, end)."""
        first, last = self.place(start, end)
        return self.original[first:last]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the original of the folded text's [start, end). The stretch must not be empty."""
        return self.origins[start], self.origins[end - 1] + 1


def fold_text(text: str) -> str:
    """Case and umlauts folded: "Kündigen", "KÜNDIGEN" and "kuendigen" are one, and "groß" is "gross"."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)


def fold(text: str) -> Folded:
    """The same, with the way back. The original is kept in its composed form (NFC)."""
    original = unicodedata.normalize("NFC", text)
    pieces = [fold_text(character) for character in original]
    origins = tuple(place for place, piece in enumerate(pieces) for _ in piece)
    return Folded("".join(pieces), original, origins)


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text, without punctuation."""
    return tuple(_WORD.findall(fold_text(text)))
