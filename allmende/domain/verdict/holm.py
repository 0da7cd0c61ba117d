"""Several objectives judged on one day: who asks often enough finds something by chance (domain 4.4-9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from allmende.domain.verdict.intervals import CONFIDENCE
from allmende.domain.verdict.judgement import Step, Verdict, Word

MOST_UNCORRECTED = 3

JudgedAt = Callable[[float], Verdict]


def holm(questions: Mapping[str, JudgedAt], confidence: float = CONFIDENCE) -> dict[str, Verdict]:
    """The verdicts of questions that are answered on one day, each asked at the confidence Holm's procedure gives it.

    Up to three each at `confidence`. Beyond, all are asked at 1 - alpha/m; those that still show a change stand, and the
    others are asked again among fewer, until none is added (Holm, A Simple Sequentially Rejective Multiple Test Procedure,
    Scandinavian Journal of Statistics 6, 1979).
    """
    if len(questions) <= MOST_UNCORRECTED:
        return {name: ask(confidence) for name, ask in questions.items()}
    found: dict[str, Verdict] = {}
    left = dict(questions)
    while left:
        stricter = 1 - (1 - confidence) / len(left)
        asked = {name: _told(ask(stricter), len(questions), stricter) for name, ask in left.items()}
        shown = {name: verdict for name, verdict in asked.items() if verdict.word in (Word.MOVING, Word.WORSENING)}
        found |= shown or asked
        left = {name: left[name] for name in left if name not in found}
    return {name: found[name] for name in questions}


def _told(verdict: Verdict, questions: int, confidence: float) -> Verdict:
    values = {"questions": questions, "confidence": confidence}
    return replace(verdict, steps=(*verdict.steps, Step("many_questions", True, values)))
