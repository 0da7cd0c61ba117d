"""A lever is a feeling. Fear and shame work, and harm: amplified they need a justification, and among employees they
are off (domain 3.5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from allmende.domain.folding import fold_text
from allmende.domain.plan_check.finding import Finding, Severity

_WORD = re.compile(r"\w+")
_HARSH = re.compile(
    r"aengst|angst|furcht|fuerchte|panik|schreck|einschuechter|drohung|bedroh|androh|"
    r"scham|schaem|blossstell|blamage|blamier|demuetig|erniedrig|schuldgefuehl|"
    r"^fear|afraid|scare|panic|threat|intimidat|asham|^sham|humiliat|guilt"
)
# Words that name the opposite, or something else.
_HARMLESS = re.compile(r"frei$|los$|losigkeit$|ehrfurcht|unverschaem|^fearless|^shameless")
_NOT = {
    "ohne",
    "kein",
    "keine",
    "keinen",
    "keiner",
    "keinerlei",
    "nicht",
    "nie",
    "no",
    "not",
    "without",
    "never",
    "statt",
    "instead",
}


@dataclass(frozen=True, slots=True)
class LeverDraft:
    """A lever as typed; `key` names it in findings, `ethics_note` says why the feeling may be used."""

    key: str
    emotion: str
    statement: str = ""
    is_relieved: bool = False
    ethics_note: str = ""


def check_lever(lever: LeverDraft, *, is_among_employees: bool = False) -> tuple[Finding, ...]:
    """Findings about one lever. Whoever relieves a fear amplifies none."""
    word = "" if lever.is_relieved else _harsh_word(lever.emotion) or _harsh_word(lever.statement)
    if not word:
        return ()
    if is_among_employees:
        return (Finding("lever_off_among_employees", Severity.REFUSE, lever.key, {"word": word}),)
    if lever.ethics_note.strip():
        return ()
    return (Finding("lever_of_fear", Severity.STRONG, lever.key, {"word": word}),)


def _harsh_word(text: str) -> str:
    """The first word that names fear or shame, as it was typed; "" when none does or it is denied."""
    before = ""
    for found in _WORD.finditer(text):
        word = fold_text(found.group())
        if _HARSH.search(word) and not _HARMLESS.search(word) and before not in _NOT:
            return found.group()
        before = word
    return ""
