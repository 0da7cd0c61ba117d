"""Our work, what members do, what comes of it, the goal: the whole plan as one chain, for us and for guests (S1-04)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.domain.report_guard import Figure as GuardedFigure
from allmende.domain.report_guard import Form, Level, check_report, check_text
from allmende.domain.verdict import TOO_NOISY
from allmende.plan import states
from allmende.plan.catalogue.proof import HELD_BACK, HELD_BACK_WORDS
from allmende.plan.models import Goal, Objective, PlanVersion, StrategicPlan, Strategy, WorkLink
from allmende.plan.queries.facts import evidence_series
from allmende.plan.queries.figures import Figure, figures_of
from allmende.plan.queries.standings import standing_tactics
from allmende.team.models import Workspace

FLOOR, FLOOR_INTERNAL = 5, 8
NEWEST_WORK, WORK_EACH = 200, 3
# The phases of the work on a plan, in their order, and the states that belong to each (S3-02).
PHASES = (
    ("prepare", (states.PREPARING,)),
    ("plan", (states.PLANNING, states.IN_AGREEMENT)),
    ("work", (states.ACTIVE, states.NEEDS_OWNER)),
    ("revise", (states.UNDER_REVISION,)),
)


@dataclass(frozen=True)
class Shown:
    """A figure as the chain prints it; `held_back` says why its numbers stay with the team."""

    label: str
    figure: Figure | None
    held_back: str = ""


@dataclass(frozen=True)
class Lever:
    emotion: str
    key: str
    tactics: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Link:
    """One strand of the chain: levers and work, the behaviour, its effect."""

    key: str
    code: str
    audience: str
    behaviour: str
    effect: str
    levers: tuple[Lever, ...]
    work: tuple[WorkLink, ...]
    figures: tuple[Shown, ...]


@dataclass(frozen=True)
class Strand:
    key: str
    statement: str
    plain_statement: str
    figures: tuple[Shown, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class WholeChain:
    """`phases`: (code, is it the present one). `is_guarded`: nothing in it that may not leave the team."""

    plan: StrategicPlan
    version: PlanVersion
    strands: tuple[Strand, ...]
    phases: tuple[tuple[str, bool], ...]
    as_of: date
    is_guarded: bool = False


def whole_chain(workspace: Workspace, now: Any) -> WholeChain | None:
    """The plan in force as a chain with live figures; nine queries at most, None before the first publication."""
    version = (
        PlanVersion.objects.select_related("plan", "plan__owner", "published_by")
        .filter(workspace=workspace, state=states.PUBLISHED)
        .exclude(plan__state=states.CLOSED)
        .first()
    )
    if version is None:
        return None
    goals, objectives = Goal.objects.filter(version=version), Objective.objects.filter(version=version)
    levers = _levers(version)
    series, work = evidence_series(workspace), _work(workspace)
    links: dict[int, list[Link]] = {}
    for one in objectives:
        figures = figures_of(series.get(one.key, ()), one.least_relevant_difference)
        hanging = levers.get(one.pk, ())
        keys = [one.key, *(lever.key for lever in hanging), *(key for lever in hanging for key, _, _ in lever.tactics)]
        mine = sorted((link for key in keys for link in work.get(key, ())), key=lambda link: link.at, reverse=True)
        shown = tuple(Shown(figure.label, figure) for figure in figures)
        newest = tuple(mine[:WORK_EACH])
        link = Link(one.key, one.code, one.audience, one.behaviour, one.effect, hanging, newest, shown)
        links.setdefault(one.goal_id, []).append(link)
    strands = tuple(
        Strand(
            goal.key,
            goal.statement,
            goal.plain_statement,
            tuple(Shown(figure.label, figure) for figure in figures_of(series.get(goal.key, ()), None)),
            tuple(links.get(goal.pk, ())),
        )
        for goal in goals
    )
    phases = tuple((code, version.plan.state in inside) for code, inside in PHASES)
    return WholeChain(version.plan, version, strands, phases, timezone.localtime(now).date())


def floor_of(plan: StrategicPlan | None) -> int:
    """The fewest people a shown group may hold (domain 4.6): more among employees, who know one another."""
    return FLOOR_INTERNAL if plan and plan.community_type == "internal" else FLOOR


def guarded(chain: WholeChain) -> WholeChain:
    """The chain as somebody without an account may read it: no counts of activity, no small groups, no work in words of
    members, nothing that the guard of reports would refuse (S1-17)."""
    floor = floor_of(chain.plan)
    agreed = frozenset(link.key for strand in chain.strands for link in strand.links)
    strands = tuple(
        replace(
            strand,
            statement=told_outside(strand.statement),
            plain_statement=told_outside(strand.plain_statement),
            figures=tuple(_guarded(one, "value", strand.key, floor, agreed) for one in strand.figures),
            links=tuple(_guarded_link(link, floor, agreed) for link in strand.links),
        )
        for strand in chain.strands
    )
    return replace(chain, strands=strands, is_guarded=True)


def _guarded_link(link: Link, floor: int, agreed: frozenset[str]) -> Link:
    levers = tuple(
        replace(
            lever,
            emotion=told_outside(lever.emotion),
            tactics=tuple((key, code, told_outside(name)) for key, code, name in lever.tactics),
        )
        for lever in link.levers
    )
    return replace(
        link,
        audience=told_outside(link.audience),
        behaviour=told_outside(link.behaviour),
        effect=told_outside(link.effect),
        levers=levers,
        work=(),
        figures=tuple(_guarded(one, "behaviour", link.key, floor, agreed) for one in link.figures),
    )


def told_outside(text: str) -> str:
    """A text of ours as it may leave the team."""
    return str(HELD_BACK) if check_text(text) else text


def _guarded(shown: Shown, level: Level, key: str, floor: int, agreed: frozenset[str]) -> Shown:
    if shown.figure is None:
        return shown
    code = why_held_back(shown.figure, level, key, floor, agreed)
    if code:
        return Shown(shown.label, None, held_back_words(code))
    return Shown(shown.label, replace(shown.figure, spark=None, day=None))


def held_back_words(code: str) -> str:
    """Why a figure does not leave the team, in the words a guest reads."""
    return str(HELD_BACK_WORDS.get(code, HELD_BACK))


def why_held_back(figure: Figure, level: Level, key: str, floor: int, agreed: frozenset[str]) -> str:
    """The code of the first reason why a figure may not leave the team; empty when it may."""
    fact = figure.fact
    if fact.reason == TOO_NOISY:
        return TOO_NOISY
    groups = [number for number in (fact.people, fact.n) if number]
    plain = GuardedFigure(
        key=key,
        label=figure.label,
        level=level,
        form=Form.AMOUNT if fact.share is None else Form.SHARE,
        value=fact.value if fact.share is None else fact.share,
        definition_key=fact.definition_version or fact.source,
        denominator=fact.n,
        people=min(groups, default=None),
        period=fact.period_end.isoformat(),
        word=fact.verdict,
        objective_key=key,
    )
    told = [plain]
    if figure.difference is not None:
        bounds = {"low": figure.low, "high": figure.high, "value": figure.difference}
        told.append(replace(plain, form=Form.DIFFERENCE, **bounds))  # type: ignore[arg-type]
    reasons = [finding.code for finding in check_report(told, floor, agreed) if finding.kind == "blocked"]
    if any(check_text(figure.label)) or (fact.share is None and fact.value is None):
        reasons.append("activity_count")
    return reasons[0] if reasons else ""


def _levers(version: PlanVersion) -> Mapping[int, tuple[Lever, ...]]:
    """Levers with the tactics that run, by objective; four queries at most."""
    tactics: dict[int, list[tuple[str, str, str]]] = {}
    for row in standing_tactics(version):
        if row.state in ("selected", "running"):
            tactics.setdefault(row.strategy_id, []).append((row.key, row.code, row.name))
    levers: dict[int, tuple[Lever, ...]] = {}
    for one in Strategy.objects.filter(version=version):
        lever = Lever(one.emotion, one.key, tuple(tactics.get(one.pk, ())))
        levers[one.objective_id] = (*levers.get(one.objective_id, ()), lever)
    return levers


def _work(workspace: Workspace) -> Mapping[str, list[WorkLink]]:
    found: dict[str, list[WorkLink]] = {}
    for link in WorkLink.objects.filter(workspace=workspace).order_by("-at")[:NEWEST_WORK]:
        found.setdefault(link.key, []).append(link)
    return found


def phase_word(code: str) -> str:
    """How a phase of the work on a plan is called."""
    words = {
        "prepare": _("analyse and prepare"),
        "plan": _("plan and agree"),
        "work": _("carry out and learn"),
        "revise": _("revise"),
    }
    return words[code]
