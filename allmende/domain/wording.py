"""Checks of a draft before it leaves: length as the network counts it, alt text, unedited patterns (S2-24, domain 3.11)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import takewhile
from typing import Literal

from allmende.domain.weighing import weighted_length

Unit = Literal["graphemes", "characters", "utf16", "bytes", "weighted"]
Severity = Literal["refuse", "warn"]

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'»“”]")
# Bounded, so that a long run of letters costs no more than its length.
_FAR_MENTION = re.compile(r"(?<![=/\w])@([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})@[\w-][\w.:-]{0,251}\w")
_PLACEHOLDERS = re.compile(
    r"\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}|(?<!\w)\{[A-Za-zÄÖÜäöüß_ ]{2,40}\}|<<[^<>\n]{1,60}>>"
    r"|\[[A-ZÄÖÜ][^\[\]\n]{1,40}\](?!\()|(?<!\w)(?:X{3,}|x{4,}|TODO|TBD|FIXME|lorem ipsum)(?!\w)|_{4,}"
)

LONGEST_COMPARED = 600


@dataclass(frozen=True, slots=True)
class CountingRule:
    """How a network counts: the unit, the maximum (None: none), and what an address counts when it counts a fixed n.

    `short_mentions`: of @name@server only @name counts (Mastodon).
    """

    unit: Unit = "characters"
    maximum: int | None = None
    link_counts: int | None = None
    short_mentions: bool = False


@dataclass(frozen=True, slots=True)
class DraftMedia:
    """One picture, film or sound of a draft: the digest of its bytes, its alt text, whether it only decorates."""

    digest: str
    alt_text: str = ""
    is_decorative: bool = False


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft for one channel. `pattern` is the text block it began with, empty when written freely."""

    text: str
    media: tuple[DraftMedia, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class WordingFinding:
    """One finding: code, weight, where in the text (start, end) if it has a place, and the values of its sentence."""

    code: str
    severity: Severity
    place: tuple[int, int] | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)


def check_draft(draft: DraftText, rule: CountingRule) -> tuple[WordingFinding, ...]:
    """What speaks against sending this draft to this network.

    Codes: empty, too_long, placeholder_left (refuse); alt_text_missing, pattern_unedited (warn).
    """
    return (*_length(draft, rule), *_placeholders(draft.text), *_alt_texts(draft), *_unedited(draft))


def text_length(text: str, rule: CountingRule) -> int:
    """Length in the network's unit, of the composed form (NFC), as it is sent."""
    if rule.unit == "weighted":  # Its addresses have a weight of their own.
        return weighted_length(text)
    composed = unicodedata.normalize("NFC", text)
    links = 0
    if rule.link_counts is not None:
        # First the addresses: what looks like a mention inside one is none.
        composed, links = _ADDRESS.subn("\0", composed)
        links *= rule.link_counts - 1
    if rule.short_mentions:
        composed = _FAR_MENTION.sub(r"@\1", composed)
    return _COUNTERS[rule.unit](composed) + links


def address_places(text: str) -> tuple[tuple[int, int], ...]:
    """Where addresses stand, each with start and end; a bracket opened within one belongs to it."""
    return tuple((found.start(), _end_of(text, found)) for found in _ADDRESS.finditer(text))


def _end_of(text: str, found: re.Match[str]) -> int:
    is_open = found.group().count("(") > found.group().count(")")
    return found.end() + (is_open and text.startswith(")", found.end()))


def text_hash(text: str, media: Iterable[DraftMedia] = ()) -> str:
    """What an approval is bound to: sha256 (hex) over text and media with their alt texts, in order.

    Line ends and the two ways to write an umlaut make no difference; everything a reader would notice does.
    """
    digest = sha256()
    for part in (text, *(part for each in media for part in (each.digest, each.alt_text))):
        content = _as_read(part).encode()
        # The length in front keeps "ab" + "c" apart from "a" + "bc".
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def _as_read(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def _graphemes(text: str) -> int:
    from wcwidth import iter_graphemes

    return sum(1 for _ in iter_graphemes(text))


_COUNTERS: Mapping[Unit, Callable[[str], int]] = {
    "graphemes": _graphemes,
    "characters": len,
    "utf16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
    "weighted": weighted_length,
}


def _length(draft: DraftText, rule: CountingRule) -> Iterator[WordingFinding]:
    if not draft.text.strip() and not draft.media:
        yield WordingFinding("empty", "refuse")
    length = text_length(draft.text, rule)
    if rule.maximum is not None and length > rule.maximum:
        values: dict[str, str | int] = {"length": length, "maximum": rule.maximum, "unit": rule.unit}
        yield WordingFinding("too_long", "refuse", values=values)


def _placeholders(text: str) -> Iterator[WordingFinding]:
    for match in _PLACEHOLDERS.finditer(text):
        yield WordingFinding("placeholder_left", "refuse", match.span(), {"text": match.group()})


def _alt_texts(draft: DraftText) -> Iterator[WordingFinding]:
    for number, each in enumerate(draft.media, start=1):
        if not each.alt_text.strip() and not each.is_decorative:
            yield WordingFinding("alt_text_missing", "warn", values={"number": number})


def _unedited(draft: DraftText) -> Iterator[WordingFinding]:
    """A text block is a pattern that must be edited (S2-24): the same words are the same text."""
    if draft.pattern.strip() and _spoken(draft.text) == _spoken(draft.pattern):
        yield WordingFinding("pattern_unedited", "warn")


def words_changed(pattern: str, text: str) -> int:
    """How many words were put in, taken out or replaced to make `text` of `pattern`; case and punctuation do not count.

    Where more than LONGEST_COMPARED words differ, they are counted whole.
    """
    old, new = _spoken(pattern), _spoken(text)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    old, new = old[same:], new[same:]
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(reversed(old), reversed(new), strict=False)))
    old, new = old[: len(old) - same], new[: len(new) - same]
    if not old or not new or max(len(old), len(new)) > LONGEST_COMPARED:
        return max(len(old), len(new))
    row = list(range(len(new) + 1))
    for at, word in enumerate(old, 1):
        before, row[0] = row[0], at
        for place, other in enumerate(new, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


def _spoken(text: str) -> Sequence[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def words_hash(title: str, text: str, media: Iterable[DraftMedia] = ()) -> str:
    """What an approval and a dispatch bind to: title, text and media together, normalised as in `text_hash`."""
    return text_hash(f"{title}\n{text}", media)


def thread_hash(head: str, parts: Sequence[tuple[str, str, Sequence[DraftMedia]]]) -> str:
    """What an approval of a post with parts binds to: its head's hash and, in order, each part's kind, text and media.

    Without parts it is the head's own.
    """
    said = (f"{kind} {text_hash(text, media)}" for kind, text, media in parts)
    return text_hash("\n".join((head, *said))) if parts else head
