"""What a goal's objectives say together (S1-20, domain 0.1b)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from allmende.domain.verdict.judgement import Verdict, Word


class Contribution(StrEnum):
    """What a goal's objectives say together (S1-20)."""

    CONTRIBUTES = "contributes"
    DOES_NOT = "does_not"
    CANNOT_TELL_YET = "cannot_tell_yet"


def goal_contribution(verdicts: Iterable[Verdict | Word]) -> Contribution:
    """Does the community contribute to this goal? (S1-20, domain 0.1b)

    Contributes: some objective moving, none worsening. Does not: none moving and one worsening, or all not
    moving.
    Described measures do not count.
    """
    words = [verdict.word if isinstance(verdict, Verdict) else verdict for verdict in verdicts]
    judged = [word for word in words if word != Word.DESCRIBED]
    is_moving, is_worsening = Word.MOVING in judged, Word.WORSENING in judged
    if is_moving and not is_worsening:
        return Contribution.CONTRIBUTES
    if is_worsening and not is_moving:
        return Contribution.DOES_NOT
    if judged and all(word == Word.NOT_MOVING for word in judged):
        return Contribution.DOES_NOT
    return Contribution.CANNOT_TELL_YET
