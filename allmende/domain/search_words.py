"""The words by which a text is found: folded, as people type umlauts, and their base forms in German and English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LANGUAGES = ("de", "en")
# So much of a text is read, so many of its words get base forms, and so long are the words kept for it at most.
MOST_READ, MOST_BASES, MOST_KEPT = 100_000, 2_000, 150_000
LONGEST_WORD, FEWEST_LETTERS = 64, 3
MOST_SOUGHT = 20
SIGNS = "#@"
# What Unicode does not take apart: as those write it who spell it out, and as those who drop the mark.
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"}
)
_BARE = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
# Classes of marks that are left out in writing: accents, and the vowel points of Hebrew and Arabic. Others are letters.
_LEFT_OUT = (*range(10, 37), *range(200, 241))
_ENCLOSING, _SKIN_TONES = "Me", range(0x1F3FB, 0x1F400)


@dataclass(frozen=True, slots=True)
class Sought:
    """One word somebody looks for: a text holds it if one of its words begins with one of `beginnings` or is one of `bases`."""

    beginnings: tuple[str, ...]
    bases: tuple[str, ...] = ()


def search_words(text: str) -> str:
    """Every word once, with one blank between, in the order in which they come: case, umlauts and accents folded.

    "Müller" is found as mueller and muller, "Anmeldungen" also as anmeldung, "#Frist" as frist and #frist. Words hold
    a to z, digits, letters of other scripts, a leading "#" or "@", or are one sign such as an emoji; never a quote.
    """
    written = list(dict.fromkeys(_written(text[:MOST_READ])))
    found: dict[str, None] = {}
    for word in written[:MOST_BASES]:
        found.update(_found_by(word))
    for word in written[MOST_BASES:]:
        found.update(dict.fromkeys(_forms(word)))
    kept = " ".join(found)
    return kept if len(kept) <= MOST_KEPT else kept[: kept.rindex(" ", 0, MOST_KEPT + 1)]


def sought_words(asked: str) -> tuple[Sought, ...]:
    """What somebody typed, word by word, read as `search_words` reads a text; a text holds it if it holds each. () for no word."""
    found: dict[Sought, None] = {}
    for written in _written(asked[:MOST_READ]):
        body = written.lstrip(SIGNS)
        spelled = _spellings(body)
        if spelled and body != written:
            found[Sought(tuple(f"{written[0]}{one}" for one in spelled))] = None
        elif spelled:
            found[Sought(spelled, tuple(one for one in _bases(body) if one not in spelled))] = None
        if len(found) == MOST_SOUGHT:
            break
    return tuple(found)


def read_base_forms() -> None:
    """Read what base forms are looked up in, which takes about a second once in a process."""
    _lemmatizer()
    for language in LANGUAGES:
        _dictionary(language)


def _written(text: str) -> Iterator[str]:
    """The words as they stand there, none longer than LONGEST_WORD."""
    composed = unicodedata.normalize("NFKC", text)[:MOST_READ]
    return (word[:LONGEST_WORD] for word in composed.translate(_APART).split())


def _apart(character: str) -> str:
    """What a character becomes when words are taken apart: itself, nothing, or a gap."""
    kind = unicodedata.category(character)
    if character in SIGNS:
        return f" {character}"
    if kind[0] in "LN" or (kind[0] == "M" and kind != _ENCLOSING and not _is_selector(character)):
        return character
    if kind == "So":
        return f" {character} "
    return "" if kind == "Cf" or kind[0] == "M" or ord(character) in _SKIN_TONES else " "


def _is_selector(character: str) -> bool:
    """Says how the sign before it is drawn."""
    return "\ufe00" <= character <= "\ufe0f" or character >= "\U000e0100"


class _Apart(dict[int, str]):
    def __missing__(self, code: int) -> str:
        found = self[code] = _apart(chr(code))
        return found


_APART = _Apart()


@lru_cache(maxsize=50_000)
def _found_by(written: str) -> dict[str, None]:
    return dict.fromkeys(_forms(written) + _bases(written.lstrip(SIGNS)))


def _forms(written: str) -> tuple[str, ...]:
    spelled = _spellings(written.lstrip(SIGNS))
    return spelled + tuple(f"{written[0]}{one}" for one in spelled) if written[0] in SIGNS else spelled


def _spellings(body: str) -> tuple[str, ...]:
    """A word folded, once as those write it who spell umlauts out, once as those who leave their dots out."""
    if body.isascii():
        return (body.lower(),) if body else ()
    folded = unicodedata.normalize("NFC", body.casefold())
    both = (_without_accents(folded.translate(way)) for way in (_SPELLED, _BARE))
    return tuple(dict.fromkeys(one for one in both if one))


def _without_accents(word: str) -> str:
    taken_apart = unicodedata.normalize("NFD", word)
    kept = [one for one in taken_apart if unicodedata.combining(one) not in _LEFT_OUT]
    return unicodedata.normalize("NFC", "".join(kept))


def _bases(body: str) -> tuple[str, ...]:
    """The base forms of a word in each language; of one that spells its umlauts out, those of the word it stands for."""
    if len(body) < FEWEST_LETTERS or not body.isalpha():
        return ()
    lemmatizer = _lemmatizer()
    found = [lemmatizer.lemmatize(body, lang=language) for language in LANGUAGES]
    found += [base for base in [_base_of_restored(body)] if base]
    return tuple(dict.fromkeys(form for base in found for form in _spellings("".join(base.split()))))


def _base_of_restored(body: str) -> str | None:
    """ "haeuser" is the "Häuser" that the dictionary knows, "neue" is nothing it knows."""
    lower = body.lower()
    restored = lower
    for pair, umlaut in _UMLAUTS.items():
        restored = restored.replace(pair, umlaut)
    if restored == lower:
        return None
    known = _dictionary("de")
    return known.get(restored) or known.get(restored.capitalize())


@lru_cache(maxsize=1)
def _lemmatizer() -> Any:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(cache_max_size=1, lemmatization_strategy=DefaultStrategy(dictionary_factory=_dictionaries()))


@lru_cache(maxsize=1)
def _dictionaries() -> Any:
    """Read in place: as Python's own tables they would hold six times the memory in every process."""
    from simplemma.strategies.dictionaries import StreamDictionaryFactory

    return StreamDictionaryFactory()


def _dictionary(language: str) -> Mapping[str, str]:
    found: Mapping[str, str] = _dictionaries().get_dictionary(language)
    return found
