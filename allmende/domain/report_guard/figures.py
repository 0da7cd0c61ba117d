"""Figures in, findings out: the block list of domain 5.5 and what every figure must carry (domain 3.15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from allmende.domain.report_guard.free_text import names_activity

Level = Literal["value", "outcome", "behaviour", "activity"]
PRIVACY_FLOOR = 5


class Form(StrEnum):
    """What kind of figure it is."""

    COUNT = "count"
    SHARE = "share"
    RATE = "rate"
    DURATION = "duration"
    DIFFERENCE = "difference"
    PERCENT_CHANGE = "percent_change"
    AMOUNT = "amount"
    CONCENTRATION = "concentration"


class Trait(StrEnum):
    """What the maker of a figure knows about it; each is a reason not to report it (domain 5.5, numbers in brackets)."""

    MIXED_SEGMENTS = "mixed_segments"  # 5
    MEAN_OF_SKEWED_TIMES = "mean_of_skewed_times"  # 5
    OPEN_WINDOWS = "open_windows"  # 6
    MEMBERS_AGAINST_OTHERS = "members_against_others"  # 7
    OVERLAPPING_BENEFITS = "overlapping_benefits"  # 7
    REVENUE_AS_PROFIT = "revenue_as_profit"  # 7
    AVERAGE_COST = "average_cost"  # 7
    EARNED_MEDIA_VALUE = "earned_media_value"  # 7
    MACHINE_SENTIMENT = "machine_sentiment"  # 8
    STAFF_INDIVIDUAL = "staff_individual"  # 9
    SENSITIVE_MATTER = "sensitive_matter"  # 9
    EMPLOYEE_RANKING = "employee_ranking"  # 10
    PRIVATE_MESSAGE = "private_message"  # 10
    QUOTE_WITHOUT_CONSENT = "quote_without_consent"  # 10
    DEFINITION_CHANGED_IN_PERIOD = "definition_changed_in_period"  # 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report. Shares are fractions; `low` and `high` are its honest range.

    `denominator` is the n it is out of (complete units), `people` the size of the group it speaks of. `period` is how
    the report names it. `base` holds the two numbers behind a percent change (now, before). `word` is the verdict word
    printed with it; `objective_key` the agreed objective it belongs to.
    """

    key: str
    label: str
    level: Level
    form: Form
    value: float | None
    definition_key: str = ""
    denominator: int | None = None
    people: int | None = None
    period: str = ""
    low: float | None = None
    high: float | None = None
    word: str = ""
    evidence_grade: str = ""
    base: tuple[float, float] | None = None
    objective_key: str = ""
    traits: frozenset[Trait] = frozenset()


@dataclass(frozen=True, slots=True)
class GuardFinding:
    """Why a figure may not leave the team as it is. `kind`: `blocked` (never in a report) or `missing` (add it)."""

    code: str
    figure_key: str
    kind: Literal["blocked", "missing"]
    values: Mapping[str, str | int | float] = field(default_factory=dict)


# Words that say there is nothing to give a range to.
_WITHOUT_RANGE = frozenset({"too_early", "not_measurable"})
# Words that say openly that a difference may be noise.
_OPEN_ABOUT_NOISE = frozenset({"cannot_tell", "not_moving", *_WITHOUT_RANGE})
_WITH_DENOMINATOR = frozenset({Form.COUNT, Form.SHARE, Form.RATE, Form.DURATION, Form.DIFFERENCE})
_WITH_RANGE = frozenset({Form.SHARE, Form.RATE, Form.DURATION, Form.DIFFERENCE, Form.AMOUNT, Form.CONCENTRATION})
_GRADES = frozenset("ABCDE")


def check_report(
    figures: Sequence[Figure], floor: int = PRIVACY_FLOOR, agreed_objectives: frozenset[str] | None = None
) -> tuple[GuardFinding, ...]:
    """All findings, in the order of the figures; none means the report may go out.

    `floor` is the smallest group that may be shown (employee communities: 8). `agreed_objectives` are the keys of the
    agreed objectives: from then on nothing else is reported (S1-23); None while nothing is agreed. Figures sorted so that
    a lower level leads are found too (S1-21).
    """
    findings = [finding for figure in figures for finding in _of_figure(figure, floor, agreed_objectives)]
    return (*findings, *_leading(figures))


def _of_figure(figure: Figure, floor: int, agreed: frozenset[str] | None) -> Iterator[GuardFinding]:
    activity = _activity(figure)
    if activity:
        # An activity figure does not become fit by a definition: nothing else is asked of it.
        yield GuardFinding(activity, figure.key, "blocked", {"label": figure.label})
        return
    yield from (GuardFinding(trait.value, figure.key, "blocked") for trait in sorted(figure.traits))
    yield from _privacy(figure, floor)
    yield from _noise(figure)
    if figure.evidence_grade == "X":
        yield GuardFinding("grade_is_no_proof", figure.key, "blocked")
    if agreed is not None and figure.level == "behaviour" and figure.objective_key not in agreed:
        yield GuardFinding("objective_not_agreed", figure.key, "blocked")
    yield from (GuardFinding(code, figure.key, "missing") for code in _missing(figure))


def _activity(figure: Figure) -> str | None:
    named = names_activity(figure.label)
    return named or ("activity_count" if figure.level == "activity" else None)


def _privacy(figure: Figure, floor: int) -> Iterator[GuardFinding]:
    group = figure.people if figure.people is not None else figure.denominator
    if group is not None and 0 < group < floor:
        yield GuardFinding("group_below_floor", figure.key, "blocked", {"floor": floor})


def _noise(figure: Figure) -> Iterator[GuardFinding]:
    if figure.form == Form.PERCENT_CHANGE and figure.base is None:
        yield GuardFinding("percent_without_base", figure.key, "blocked")
    if figure.form not in {Form.PERCENT_CHANGE, Form.DIFFERENCE} or figure.word in _OPEN_ABOUT_NOISE:
        return
    if figure.low is not None and figure.high is not None and figure.low <= 0 <= figure.high:
        yield GuardFinding("change_within_noise", figure.key, "blocked", {"low": figure.low, "high": figure.high})


def _missing(figure: Figure) -> Iterator[str]:
    if not figure.definition_key:
        yield "definition_missing"
    if figure.denominator is None and figure.level == "behaviour" and figure.form in _WITH_DENOMINATOR:
        yield "denominator_missing"
    if not figure.period:
        yield "period_missing"
    has_range = figure.low is not None and figure.high is not None
    needs_range = figure.form in _WITH_RANGE or figure.form == Form.PERCENT_CHANGE
    if needs_range and not has_range and figure.word not in _WITHOUT_RANGE:
        yield "uncertainty_missing"
    if figure.evidence_grade not in _GRADES and figure.evidence_grade != "X":
        yield "evidence_grade_missing"


_ORDER: Mapping[Level, int] = {"value": 0, "outcome": 1, "behaviour": 2, "activity": 3}


def _leading(figures: Sequence[Figure]) -> Iterator[GuardFinding]:
    """Reports never lead with the lowest level (S1-21)."""
    if figures and _ORDER[figures[0].level] > min(_ORDER[figure.level] for figure in figures):
        yield GuardFinding("leads_with_lower_level", figures[0].key, "blocked", {"level": figures[0].level})
