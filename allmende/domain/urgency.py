"""How urgent does a message sound: by its own words, and by what its situation promises (`domain.md` 3.8)."""

from dataclasses import dataclass

from allmende.domain.folding import fold
from allmende.domain.reaction import sign_pattern

AT_ONCE = "at_once"
URGENT = "urgent"
USUAL = "usual"
LEVELS = (AT_ONCE, URGENT, USUAL)
# Personal data in the open, danger to a person, a wave
SITUATIONS_AT_ONCE = (16, 17, 21)
SOON_MINUTES = 60
MOST_WORDS = 4
WORDS = {
    AT_ONCE: ("notfall*", "notruf*", "lebensgefahr", "umbring*", "suizid*", "emergency", "kill myself", "suicid*"),
    URGENT: (
        "dringend*", "eilig*", "eilt", "so schnell wie moglich", "schnellstmoglich*", "sofort", "umgehend", "heute noch",
        "bis heute", "bis morgen", "seit tagen", "seit wochen", "immer noch keine antwort", "frist*", "urgent*", "asap",
        "immediately", "right now", "as soon as possible", "for days", "still no answer", "deadline*",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Urgency:
    """One of LEVELS, and the words that led to it; none where the situation did."""

    level: str
    words: tuple[str, ...] = ()


def urgency_of(text: str, situation: int | None = None, target_minutes: int | None = None) -> Urgency:
    """The most urgent level that words, situation or promised time give; without any of them it is as usual."""
    folded = fold(text)
    for level in (AT_ONCE, URGENT):
        found = [match.span() for word in WORDS[level] if (match := sign_pattern(word).search(folded.text))]
        if found:
            return Urgency(level, tuple(dict.fromkeys(folded.quote(*span) for span in found))[:MOST_WORDS])
        if level == AT_ONCE and situation in SITUATIONS_AT_ONCE:
            return Urgency(level)
    is_soon = target_minutes is not None and target_minutes <= SOON_MINUTES
    return Urgency(URGENT if is_soon else USUAL)
