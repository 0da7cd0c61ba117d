"""Signs that an answer sounds defensive (S4-11): a hint for who writes, never a verdict and never a bar."""

import re
from dataclasses import dataclass

_BLAME = (
    "sie haben nicht", "sie hätten", "du hast nicht", "du hättest", "wie bereits", "wie gesagt", "offensichtlich",
    "offenbar haben sie", "you did not", "you didn't", "you should have", "as already", "as i said", "obviously",
)  # fmt: skip
_DEFENCE = (
    "nicht unsere schuld", "nicht unser fehler", "dafür können wir nichts", "das stimmt nicht", "unterstellung",
    "not our fault", "that is not true", "that is wrong", "nothing we can do",
)  # fmt: skip
_SHOUTED = re.compile(r"\b[A-ZÄÖÜ]{4,}\b")


@dataclass(frozen=True)
class ToneHint:
    """What was noticed: "blame", "defence", "shouting" or "exclamation", and the words that showed it."""

    code: str
    words: str


def tone_hints(text: str) -> tuple[ToneHint, ...]:
    """Each kind of sign at most once, in the order above; nothing for words that sound calm."""
    said = " ".join(text.lower().split())
    found = [_first(said, "blame", _BLAME), _first(said, "defence", _DEFENCE)]
    shouted = _SHOUTED.findall(text)
    if len(shouted) > 1:
        found.append(ToneHint("shouting", " ".join(shouted[:3])))
    if text.count("!") > 1:
        found.append(ToneHint("exclamation", "!" * min(text.count("!"), 3)))
    return tuple([one for one in found if one])


def _first(said: str, code: str, signs: tuple[str, ...]) -> ToneHint | None:
    return next((ToneHint(code, sign) for sign in signs if sign in said), None)
