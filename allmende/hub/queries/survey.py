"""What visitors say about trust: shares with their interval, never single answers (S2-09)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmende.domain.verdict import wilson
from allmende.hub import states
from allmende.hub.models import SurveyAnswer, SurveyRound
from allmende.team.models import Workspace


@dataclass(frozen=True)
class Opinion:
    """One question: so many of those who answered agree; `low` and `high` bound the share, in per cent."""

    question: str
    agree: int
    share: int
    low: int
    high: int


@dataclass(frozen=True)
class Round:
    """One round with its number of answers; too few are not told, for they might tell who gave them."""

    survey: SurveyRound
    number: int
    is_open: bool
    opinions: Sequence[Opinion]

    @property
    def is_told(self) -> bool:
        return self.number >= states.FEWEST_TOLD


def open_round(workspace: Workspace, now: datetime) -> SurveyRound | None:
    """The round visitors can answer today."""
    today = workspace.day_at(now)
    rows = SurveyRound.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.filter(starts_date__lte=today, ends_date__gte=today).first()


def rounds_of(workspace: Workspace, now: datetime) -> list[Round]:
    """All rounds, the newest first, as team and public read them alike."""
    today = workspace.day_at(now)
    rows = SurveyRound.objects.filter(workspace=workspace, archived_at__isnull=True)
    return [_round(one, one.starts_date <= today <= one.ends_date) for one in rows]


def _round(survey: SurveyRound, is_open: bool) -> Round:
    answers = list(SurveyAnswer.objects.filter(round=survey).values_list(*states.TRUST_QUESTIONS))
    if len(answers) < states.FEWEST_TOLD:
        return Round(survey, len(answers), is_open, ())
    columns = zip(states.TRUST_QUESTIONS, zip(*answers, strict=True), strict=True)
    return Round(survey, len(answers), is_open, [_opinion(name, points) for name, points in columns])


def _opinion(question: str, points: Sequence[int]) -> Opinion:
    agree, number = sum(one >= states.AGREES for one in points), len(points)
    bounds = wilson(agree, number)
    return Opinion(question, agree, round(agree * 100 / number), round(bounds.low * 100), round(bounds.high * 100))
