"""Our own German words in the form of gender a house has chosen: both forms, with a colon, with an asterisk, or neutral (S2-26).

The interface is written in both forms ("Kolleginnen und Kollegen"); the others are made of them. What people write is never
changed, only checked (`word_list`).
"""

import re

PAIR, NEUTRAL = "pair", "neutral"
MARKS = {"colon": ":", "asterisk": "*"}
_ARTICLES = "eine|einen|einem|einer|eines|ein|die|der|den|dem|des|ihrer|ihres"
_SEVERAL = re.compile(r"\b([A-ZÄÖÜ]\w*?)innen(?: und |, )\1\w{0,2}\b")
_ONE = re.compile(rf"\b(?:({_ARTICLES}) )?([A-ZÄÖÜ]\w*?)in(?: oder |, )(?:({_ARTICLES}) )?\2\w{{0,2}}\b")
# Whole phrases, because a sentence changes with its subject; longer ones stand first.
_NEUTRAL = (
    ("Kundinnen und Kunden bleiben länger und kaufen mehr", "Die Kundschaft bleibt länger und kauft mehr"),
    ("Kundinnen und Kunden lösen", "Die Kundschaft löst"),
    ("Kundinnen und Kunden", "Kundschaft"),
    ("Buchhalterinnen und Buchhalter", "Buchhaltungsfachleute"),
    ("Anwenderinnen und Anwender", "Anwendende"),
    ("Kolleginnen und Kollegen außerhalb des Teams", "Beschäftigte außerhalb des Teams"),
    ("von Kolleginnen und Kollegen", "von Teammitgliedern"),
    ("Kolleginnen und Kollegen", "Teammitglieder"),
    ("Kolleginnen, Kollegen", "Teammitglieder"),
    ("ihrer Urheberin oder ihres Urhebers", "der Person, von der sie stammen,"),
    ("Inhaberin, Inhaber", "Inhaberschaft"),
    ("Besucherinnen und Besucher", "Menschen"),
    ("die Sprecherin oder der Sprecher", "wer für das Haus spricht"),
    ("der Verfasserin oder dem Verfasser", "der verfassenden Person"),
    ("der Verfasserin, dem Verfasser", "der verfassenden Person"),
    ("eine Inhaberin oder einen Inhaber", "eine Person in der Rolle der Inhaberschaft"),
    ("Bewerberin oder Bewerber", "Sich bewerbende Person"),
)


def in_form(text: str, form: str) -> str:
    """The text with its pairs of forms in another one: pair, colon, asterisk or neutral."""
    if form == NEUTRAL:
        for pair, neutral in _NEUTRAL:
            text = text.replace(pair, neutral)
        return text
    mark = MARKS.get(form)
    if mark is None:
        return text
    text = _SEVERAL.sub(lambda found: f"{found[1]}{mark}innen", text)
    return _ONE.sub(lambda found: f"{_article(found[1], found[3], mark)}{found[2]}{mark}in", text)


def has_pair(text: str) -> bool:
    """Does it name people in both forms?"""
    return bool(_SEVERAL.search(text) or _ONE.search(text))


def _article(hers: str | None, his: str | None, mark: str) -> str:
    if hers is None or his is None or hers == his:
        return f"{hers or his} " if hers or his else ""
    return f"{hers}{mark}{his.removeprefix(hers)} "
