"""How a version differs, whom that concerns, who agreed, and who may do what next (3.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allmende.domain.plan_check import Change, ChangeLevel
from allmende.plan import states
from allmende.plan.models import Agreement, PlanVersion, Stakeholder, StrategicPlan
from allmende.plan.queries.elements import Elements, differences, elements_of, level_of, stored
from allmende.plan.queries.standings import as_they_stand, standings_of
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side: their elements and what differs between them."""

    before: Elements
    after: Elements
    changes: tuple[Change, ...]

    @property
    def level(self) -> ChangeLevel:
        """The highest layer touched; wording when nothing differs."""
        return level_of(self.changes) or ChangeLevel.WORDING

    @property
    def objective_keys(self) -> set[str]:
        """The objectives touched: themselves, through their goal, or through what hangs on them."""
        changed = {change.key for change in self.changes}
        return objectives_through(self.after, changed) | objectives_through(self.before, changed)

    def stored(self) -> list[dict[str, Any]]:
        return stored(self.changes, self.before, self.after)


@dataclass(frozen=True)
class AgreementStanding:
    """How far the agreement of a version is: answers in this round, and those whose answer is still wanted.

    `gone` were asked and put away before they answered.
    """

    agreed: tuple[Agreement, ...]
    wanting_changes: tuple[Agreement, ...]
    waiting: tuple[Agreement, ...]
    gone: tuple[Agreement, ...]

    @property
    def is_complete(self) -> bool:
        return bool(self.agreed) and not (self.wanting_changes or self.waiting or self.gone)


def compared(before: PlanVersion | None, after: PlanVersion) -> Comparison:
    """What differs between two versions; without a first one everything is new. What is in force counts as it stands: a
    tactic that was stopped since runs again only if the later version says so."""
    found = elements_of(*(one for one in (before, after) if one))
    old, new = as_they_stand(found[before.pk], standings_of(before)) if before else Elements(), found[after.pk]
    return Comparison(old, new, differences(old, new))


def objectives_through(elements: Elements, keys: set[str]) -> set[str]:
    """The keys of the objectives whose chain holds one of `keys`."""
    hit = {goal.pk for goal in elements.goals if goal.key in keys}
    lever_of = {one.pk: one.objective_id for one in elements.strategies}
    tactic_of = {one.pk: lever_of[one.strategy_id] for one in elements.tactics}
    touched = {one.objective_id for one in elements.strategies if one.key in keys}
    touched |= {lever_of[one.strategy_id] for one in elements.tactics if one.key in keys}
    touched |= {tactic_of[one.tactic_id] for one in elements.steps if one.key in keys}
    return {one.key for one in elements.objectives if one.key in keys or one.goal_id in hit or one.pk in touched}


def is_solo(workspace: Workspace) -> bool:
    """Is there only one person who could read a version as the second? Then they check themselves (I-03)."""
    return holders_of(workspace, "plan.version.agree").count() <= 1


def is_publisher(person: Person, plan: StrategicPlan) -> bool:
    """Whoever owns the plan publishes, or their deputy; anybody with the right where neither of them has it (3.4)."""
    if not may(person, "plan.version.publish"):
        return False
    named = [one for one in (plan.owner, plan.deputy) if one and not one.left_at and may(one, "plan.version.publish")]
    return not named or person in named


def agreement_standing(version: PlanVersion) -> AgreementStanding:
    """The answers to the proposal as it lies now, in one query."""
    rows = version.agreements.filter(kind=states.PROPOSAL, round=version.proposal).select_related("stakeholder")
    found = list(rows.order_by("stakeholder__name"))
    unanswered = [one for one in found if not one.answer]
    return AgreementStanding(
        agreed=tuple(one for one in found if one.answer == states.YES),
        wanting_changes=tuple(one for one in found if one.answer == states.CHANGES),
        waiting=tuple(one for one in unanswered if one.stakeholder.archived_at is None),
        gone=tuple(one for one in unanswered if one.stakeholder.archived_at is not None),
    )


def is_open(agreement: Agreement) -> bool:
    """May it be answered now? A proposal while that very text is proposed or agreed, a renewal once, while in force."""
    version = agreement.version
    if agreement.kind == states.RENEWAL:
        return not agreement.answer and version.state == states.PUBLISHED
    return version.state in (states.PROPOSED, states.AGREED) and agreement.round == version.proposal


def who_must_agree(workspace: Workspace, objective_keys: set[str]) -> tuple[Stakeholder, ...]:
    """The stakeholders whose agreement a change of these objectives needs, by name."""
    rows = Stakeholder.objects.filter(workspace=workspace, must_agree=True, archived_at__isnull=True)
    return tuple(one for one in rows.order_by("name") if one.is_about(objective_keys))


def told_stakeholders(workspace: Workspace, level: int, objective_keys: set[str]) -> tuple[Stakeholder, ...]:
    """Whom a published version of this level is told to outside the team (table in 3.4): up to tactics nobody, for a
    strategy those whom the objective concerns, from objectives on everybody."""
    if level < states.SECOND_READER_LEVEL:
        return ()
    rows = Stakeholder.objects.filter(workspace=workspace, archived_at__isnull=True).order_by("name")
    if level >= states.AGREEMENT_LEVEL:
        return tuple(rows)
    return tuple(one for one in rows if one.is_about(objective_keys))


def names(people: Iterable[Any]) -> str:
    """Names in a row, as a sentence lists them."""
    return ", ".join(str(one.name) for one in people)
