"""Activity counts in free text, German and English (domain 5.5, nos. 1 to 4, 8 and 11; S1-17)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from allmende.domain.folding import fold, fold_text


@dataclass(frozen=True, slots=True)
class TextFinding:
    """What must not stand in a report: the reason's code, start and end in the text (composed form), and the words."""

    code: str
    place: tuple[int, int]
    text: str


# All patterns read folded text (allmende.domain.folding): lower case, ae for ä, ss for ß.
# Atomic and possessive: a report full of figures must not be read over and over.
_NUMBER = (
    r"(?:(?>\d{1,3}(?:[.,'’ ]\d{3}(?!\d))++|\d++)(?:[.,]\d{1,2}(?!\d))?+"
    r"(?:\s?(?:%|(?:k|m|tsd|mio|mrd|tausend|million(?:en)?|thousand|prozent|percent)\b\.?))?"
    r"|(?:(?:zehn)?tausende?n?|hunderte?n?|million(?:en|s)|thousands|hundreds|dutzende?|dozens)\b)"
)
_BETWEEN = r"\s?(?:\s?(?:of|\w{1,12}e[nrs]?|new|mehr|more|fewer)\s){0,2}"
_LEADS_TO = r"(?:\s?[:=]\s?|\s(?:\w{1,20}\s){0,2}(?:von|of|bei|at|auf|to|um|by)\s(?:\w{1,20}\s){0,2})"

_SIZE = r"(?:follower(?:n|s|innen)?|fans?|abonnent(?:en|innen|\*innen)?|abos?|subscribers?|mitgliederzahl(?:en)?)"
_COUNTS = (
    r"(?:posts?|postings?|beitraegen?|kommentaren?|comments?|likes?|reaktionen|reactions|shares|retweets|reposts"
    r"|impressions?|impressionen|views?|aufrufen?|seitenaufrufen?|page\s?views?|pageimpressions?|besuchen?|visits?"
    r"|besucher(?:n|innen)?|visitors|sitzungen|sessions|interaktionen|interactions|erwaehnungen|mentions|logins)"
)
_CLICKS = r"(?:klicks?|clicks?|link\W?klicks?)"
_STANDING = r"(?:reichweite|reach|sichtbarkeit|verweildauer|session time|time on site|share of voice|impressions?)"
_MEMBERS = r"(?:mitgliedern?|members|nutzern?|users)"

_ENGAGEMENT_RATE = re.compile(
    r"\b(?:engagement|interaktions|interaction|like|klick|click(?:\W?through)?)[\W_]?(?:raten?|rates?|quoten?)\b|\bctr\b"
)
_PATTERNS = (
    ("engagement_rate", _ENGAGEMENT_RATE),
    ("size_total", re.compile(rf"(?<![\w.,]){_NUMBER}{_BETWEEN}{_SIZE}\b")),
    ("size_total", re.compile(rf"\b{_SIZE}\b{_LEADS_TO}{_NUMBER}")),
    (
        "size_total",
        re.compile(rf"\b(?:insgesamt|mittlerweile|inzwischen|total of|now have|zaehlen)\s+{_NUMBER}\s*{_MEMBERS}\b"),
    ),
    (
        "size_total",
        re.compile(rf"(?<![\w.,]){_NUMBER}\s*{_MEMBERS}(?=\s*(?:[.!,;]|$|insgesamt|in total|gewonnen|erreicht))"),
    ),
    ("activity_count", re.compile(rf"(?<![\w.,]){_NUMBER}{_BETWEEN}{_COUNTS}\b")),
    ("activity_count", re.compile(rf"\b{_COUNTS}\b\s?[:=]\s?{_NUMBER}")),
    ("activity_count", re.compile(rf"\b{_STANDING}\b{_LEADS_TO}{_NUMBER}")),
    ("activity_count", re.compile(rf"(?<![\w.,]){_NUMBER}{_BETWEEN}{_STANDING}\b")),
    ("click_as_success", re.compile(rf"(?<![\w.,]){_NUMBER}{_BETWEEN}{_CLICKS}\b")),
    ("click_as_success", re.compile(rf"\b{_CLICKS}\b\s?[:=]\s?{_NUMBER}")),
    ("earned_media_value", re.compile(r"\bearned[\W_]media[\W_]value\b|\bwerbewert|\baequivalenzwert")),
    ("machine_sentiment", re.compile(r"\bsentiment[\W_]?(?:score|wert|index|analyse|analysis)\b")),
    (
        "percent_without_base",
        re.compile(
            r"(?:(?<!\w)[+−–-]\s?|\b(?:um|by|rose|grew|fell|plus|minus)\s)\d[\d.,]*\s?(?:%|prozent\b|percent\b)"
        ),
    ),
)


def check_text(text: str) -> tuple[TextFinding, ...]:
    """Activity figures in free text, in order of place; where two overlap, the longer one stands.

    Numbers of people who did something, and shares "k of n", are not found: they are what a report is for.
    """
    folded = fold(text)
    found = [(*match.span(), code) for code, pattern in _PATTERNS for match in pattern.finditer(folded.text)]
    kept = _without_overlap(sorted(found, key=lambda each: (each[0] - each[1], each[0])))
    return tuple(_finding(folded.place(start, end), code, folded.original) for start, end, code in sorted(kept))


def names_activity(label: str) -> str | None:
    """The reason's code when a figure's name gives it away as activity: "Follower", "Engagement-Rate"; else None."""
    name = fold_text(label).strip()
    if _ENGAGEMENT_RATE.search(name):
        return "engagement_rate"
    bare = r"(?:(?:zahl|anzahl|number|summe|total)\s+(?:der|of|an|neuer)?\s*|neue\s+|new\s+|gesamte?\s+)?"
    kinds = (
        ("size_total", rf"{_SIZE}|mitglieder|members|mitgliederzahl"),
        ("activity_count", rf"{_COUNTS}|{_STANDING}"),
        ("click_as_success", _CLICKS),
    )
    return next((code for code, noun in kinds if re.fullmatch(rf"{bare}(?:{noun})", name)), None)


def _without_overlap(longest_first: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    taken: list[tuple[int, int]] = []
    for start, end, code in longest_first:
        if all(end <= first or last <= start for first, last in taken):
            taken.append((start, end))
            yield start, end, code


def _finding(place: tuple[int, int], code: str, text: str) -> TextFinding:
    start, end = place
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return TextFinding(code, (start, start + len(words.strip())), words.strip())
