"""What each kind of decision is checked by, laid open (domain 3.14). Codes out; the sentences belong to the rooms above.

A recommendation is a reading of the criteria for the decision, never a score of a person. For hiring there is none: two
axes stand side by side, and the open questions are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from allmende.domain.decision_check.matching import Match
from allmende.domain.plan_check import TacticLoad, cut_line

Degree = Literal["met", "partly", "open"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: how far it is met, and the values its sentence needs."""

    code: str
    degree: Degree
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """All criteria of a check and what follows: yes, sessions, conditions, discuss, no, open_questions, nothing_open."""

    criteria: tuple[Criterion, ...]
    recommendation: str


def check_conference(
    sessions: int, matches: Sequence[Match], tactics: int, skills: Sequence[str], tried_after: str
) -> Result:
    """No match, no journey: else the matched sessions are the ones to attend."""
    served = len({match.session for match in matches})
    closed = {match.key for match in matches} & set(skills)
    criteria = (
        Criterion("own_tactics", "met" if tactics else "open", {"tactics": tactics}),
        Criterion("sessions_serve", "met" if served else "open", {"served": served, "sessions": sessions}),
        Criterion(
            "skill_gap_closed",
            "met" if closed else "open",
            {"closed": ", ".join(sorted(closed)), "wanted": len(skills)},
        ),
        Criterion("tried_after", "met" if tried_after.strip() else "open"),
    )
    return Result(criteria, "sessions" if served else "no")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: money, hours a week, the tactics it enables and how far which behaviour should move by when: by `amount` percentage
    points, or in the `unit` of its measure."""

    money: Decimal
    hours: Decimal
    tactics: frozenset[str]
    serving: frozenset[str]
    amount: Decimal
    until: date
    today: date
    smaller_option: str
    unit: str = ""


def check_request(asked: Request, loads: Sequence[TacticLoad]) -> tuple[Result, tuple[str, ...]]:
    """The criteria, and the keys of the running tactics from the foot of the cut line that would free the hours asked for.

    `serving` are the keys of the tactics that serve the objective named; `loads` all that run.
    """
    line = cut_line(loads, 0, 0)
    hours = {load.key: Decimal(str(load.effort_hours)) for load in loads}
    instead: list[str] = []
    for key in reversed(line.would_stop):
        if sum((hours[one] for one in instead), Decimal(0)) >= asked.hours:
            break
        if key not in asked.tactics:
            instead.append(key)
    frees = bool(instead) and sum((hours[one] for one in instead), Decimal(0)) >= asked.hours > 0
    unrelated = asked.tactics - asked.serving
    criteria = (
        Criterion("tactic_named", "met" if asked.tactics else "open", {"tactics": len(asked.tactics)}),
        Criterion("tactic_serves", "partly" if unrelated else "met", {"unrelated": len(unrelated)}),
        _number_given(asked),
        Criterion("date_given", "met" if asked.until > asked.today else "open", {"until": asked.until.isoformat()}),
        Criterion("smaller_option", "met" if asked.smaller_option.strip() else "open"),
        Criterion("could_stop", "partly" if frees else "met", {"tactics": len(instead) if frees else 0}),
    )
    is_whole = all(criterion.degree == "met" for criterion in criteria)
    return Result(criteria, "yes" if is_whole else "conditions"), tuple(instead) if frees else ()


def _number_given(asked: Request) -> Criterion:
    degree: Degree = "met" if asked.amount > 0 else "open"
    if asked.unit:
        return Criterion("amount_given", degree, {"amount": float(asked.amount), "unit": asked.unit})
    return Criterion("number_given", degree, {"points": str(asked.amount)})


@dataclass(frozen=True, slots=True)
class Competency:
    """A skill of the profile: levels 0 to 3; `tactic` is the one that needs it, empty for the whole role."""

    skill: str
    required: int
    has: int
    is_essential: bool
    can_learn: bool
    tactic: str = ""

    @property
    def is_covered(self) -> bool:
        return self.has >= self.required


def check_hiring(competencies: Sequence[Competency], passions: Mapping[str, int]) -> Result:
    """Two axes and the open questions; never one number, never an order of people (S0-18)."""
    uncovered = [one for one in competencies if not one.is_covered]
    essential = [one for one in uncovered if one.is_essential]
    hard = [one for one in essential if not one.can_learn]
    covered = len(competencies) - len(uncovered)
    burning = sum(level >= 2 for level in passions.values())
    criteria = (
        Criterion(
            "skills_covered",
            "met" if not uncovered else "partly" if covered else "open",
            {"covered": covered, "needed": len(competencies)},
        ),
        Criterion(
            "passion_covered",
            "met" if passions and burning == len(passions) else "partly" if burning else "open",
            {"burning": burning, "tactics": len(passions)},
        ),
        Criterion(
            "essential_covered",
            "met" if not essential else "open" if hard else "partly",
            {"skills": ", ".join(one.skill for one in essential)},
        ),
        Criterion(
            "training_possible",
            "met" if not hard else "open",
            {"skills": ", ".join(one.skill for one in hard)},
        ),
    )
    is_open = bool(uncovered) or burning < len(passions)
    return Result(criteria, "open_questions" if is_open else "nothing_open")


def check_board(items: int, leading: int, graded: int, refused: int, asks: str, benefits: int, people: int) -> Result:
    """A brief is fit when every item leads with a goal of the organisation and nothing in it counts activity."""
    criteria = (
        Criterion("leads_with_goal", "met" if items and leading == items else "open", {"led": leading, "items": items}),
        Criterion("no_activity", "met" if not refused else "open", {"refused": refused}),
        Criterion("grade_shown", "met" if graded == items else "partly", {"graded": graded, "items": items}),
        Criterion(
            "benefit_each", "met" if people and benefits >= people else "partly", {"said": benefits, "people": people}
        ),
        Criterion("asks_said", "met" if asks.strip() else "open"),
    )
    is_fit = not any(criterion.degree == "open" for criterion in criteria[:2])
    return Result(criteria, "yes" if is_fit else "conditions")


def check_generic(options: int, serves: int, none_reason: str, stops: str, reversible: str) -> Result:
    """Which objective it serves, what stops for it, and whether it can be taken back."""
    criteria = (
        Criterion("options_weighed", "met" if options >= 2 else "open", {"options": options}),
        Criterion(
            "serves_objective", "met" if serves else "partly" if none_reason.strip() else "open", {"serves": serves}
        ),
        Criterion("something_stops", "met" if stops.strip() else "open"),
        Criterion("reversible", {"yes": "met", "costly": "partly"}.get(reversible, "open"), {}),  # type: ignore[arg-type]
    )
    if not serves:
        return Result(criteria, "no")
    is_whole = all(criterion.degree == "met" for criterion in criteria)
    return Result(criteria, "yes" if is_whole else "discuss")
