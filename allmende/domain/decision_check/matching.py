"""Which sessions serve which of somebody's own tactics and open skills, and by which words (S0-14)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from allmende.domain.decision_check.programme import Session
from allmende.domain.folding import fold_text

_WORD = re.compile(r"[^\W\d_]{3,}")
# A part of a compound says something from this length on: "Helfer" in "Helferkreis", but not "bei" in "Beitrag".
LEAST_PART = 5
# A word that stands in more than this share of the sessions tells them apart no more.
COMMON_SHARE, COMMON_FROM = 0.5, 6
# Words of every programme and every plan: they match everything, so they match nothing.
_EMPTY = frozenset(
    """aber alle allen aller alles als also andere anderen anderer auch auf aus bei beim bis das dass dein deine dem den der
    des die dies diese diesem diesen dieser doch dort durch ein eine einem einen einer eines erste ersten etwas euch euer fuer
    gegen gibt hat haben hier ihr ihre ihren ihrer ins ist jede jeden jeder kann kein keine koennen machen mehr mein mit muss
    nach neu neue neuen nicht noch nur oder ohne schon sein seine sich sie sind soll sollen ueber und uns unser unsere unter
    vom von vor was weg wege wenn wer werden wie wieder will wir wird wo woche zum zur zwei zwischen immer warum damit
    about after all and any are back best better big but can could does each ever first for from get good great has have how
    into its just know learn like make many more most much need new next not now off one only our out over real some than
    that the their them then there these they things this through too two use using was way ways week what when where which
    who why will with without work working would you your
    community communitys communities social media session sessions workshop vortrag talk keynote panel praxis praxisbericht
    case study konferenz conference tag day uhr zeit time mensch menschen people mitglied mitglieder member members
    forum plattform platform thema themen topic frage fragen question questions einblick erfahrung impuls diskussion
    discussion team strategie strategy taktik tactic gut tun geben gehen kommen arbeit arbeiten person leute""".split()
)


@dataclass(frozen=True, slots=True)
class Want:
    """What somebody wants to get further with: an own running tactic, or a skill still open."""

    key: str
    name: str
    text: str
    kind: Literal["tactic", "skill"] = "tactic"


@dataclass(frozen=True, slots=True)
class Match:
    """Session number `session` serves the want `key`; `words` are (as the session has it, as the want has it)."""

    session: int
    key: str
    words: tuple[tuple[str, str], ...]


def match_sessions(sessions: Sequence[Session], wants: Sequence[Want]) -> tuple[Match, ...]:
    """Every session that shares a telling word with a want. One word in both titles is enough; from descriptions two."""
    titles = [roots_of(session.title) for session in sessions]
    texts = [roots_of(f"{session.title} {session.description}") for session in sessions]
    counts = Counter(root for text in texts for root in text)
    common = {
        root for root, count in counts.items() if len(sessions) >= COMMON_FROM and count > COMMON_SHARE * len(sessions)
    }
    found = []
    for want in wants:
        names, meant = roots_of(want.name), roots_of(f"{want.name} {want.text}")
        for place, text in enumerate(texts):
            shared = _shared(text, meant, common)
            is_named = bool(_shared(titles[place], names, common))
            if is_named or len({theirs for theirs, _ in shared}) >= 2 or (want.kind == "skill" and shared):
                found.append(Match(place, want.key, shared))
    return tuple(sorted(found, key=lambda match: match.session))


def roots_of(text: str) -> dict[str, str]:
    """The telling words of a text: base form, and how the text writes it. German and English are read side by side."""
    roots: dict[str, str] = {}
    for word in _WORD.findall(text):
        folded = fold_text(word)
        if folded in _EMPTY:
            continue
        for root in _roots(word):
            if root not in _EMPTY:
                roots.setdefault(root, word)
    return roots


@lru_cache(maxsize=20_000)
def _roots(word: str) -> frozenset[str]:
    """Base forms in both languages; German forms for women and men are one ("Helferinnen", "Helfer")."""
    from simplemma import lemmatize

    bases = {fold_text(lemmatize(form, lang=language)) for form in (word, word.lower()) for language in ("de", "en")}
    short = {base[:-2] for base in bases if base.endswith("erin")}
    return frozenset(base for base in bases - {fold_text(word)} | short or bases if len(base) > 2) | (
        frozenset(bases) if len(bases) == 1 else frozenset()
    )


def _shared(theirs: dict[str, str], ours: dict[str, str], common: set[str]) -> tuple[tuple[str, str], ...]:
    pairs: dict[str, tuple[str, str]] = {}
    for root, written in theirs.items():
        if root in common:
            continue
        for own, meant in ours.items():
            if root == own or _is_part(root, own) or _is_part(own, root):
                pairs.setdefault(fold_text(written), (written, meant))
    return tuple(pairs.values())


def _is_part(part: str, whole: str) -> bool:
    return len(part) >= LEAST_PART and len(whole) >= len(part) + 3 and (whole.startswith(part) or whole.endswith(part))
