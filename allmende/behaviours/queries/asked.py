"""Which objectives ask which definition, and how many of one day: what is judged is what the plan agreed on beforehand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from allmende.behaviours.models import BehaviourDefinition, ChannelStart, Measurement
from allmende.behaviours.queries.causes import PeriodValue, WeekCount
from allmende.behaviours.queries.counting import Judged, Question, midnight, question_of
from allmende.behaviours.queries.definitions import counted_as, definitions_in_force
from allmende.behaviours.queries.samples import finished_samples, sampled_for
from allmende.domain import verdict as domain
from allmende.ledger.definition import SHARES, Definition
from allmende.ledger.shipped import shipped_definition
from allmende.plan.models import Objective
from allmende.plan.queries import floor_of, objectives_in_force, version_in_force
from allmende.team.models import Workspace


@dataclass(frozen=True)
class Asked:
    """An objective in force with the definition in force that measures it, and what is to be judged."""

    objective: Objective
    definition: BehaviourDefinition
    spec: Definition
    question: Question


def asked_in(workspace: Workspace, as_of: datetime) -> list[Asked]:
    """Every objective in force whose definition is counted here, in the plan's order."""
    definitions = {one.key: one for one in definitions_in_force(workspace)}
    weeks = _closed_weeks([one for one in definitions.values() if counted_as(one).form in SHARES])
    values = _closed_values([one for one in definitions.values() if counted_as(one).form in ("F3", "F4")])
    starts = starts_of(workspace)
    samples = finished_samples(definitions.values())
    found = []
    for objective in objectives_in_force(workspace):
        definition = definitions.get(objective.definition_key)
        if definition is None:
            continue
        guard = definitions.get(objective.guardrail_key)
        sampled, sampled_guard = (
            sampled_for(samples.get(one.pk, ()), objective, workspace.zone, as_of) if one else None
            for one in (definition, guard)
        )
        question = question_of(
            objective,
            workspace,
            as_of,
            definition.in_force_at if definition.number > 1 else None,
            weeks=weeks.get(definition.pk, ()),
            values=values.get(definition.pk, ()),
            starts=tuple(
                (one.channel.slug, midnight(one.starts_date, workspace.zone))
                for one in starts
                if one.objective_key == objective.key
            ),
            guardrail=counted_as(guard) if guard else shipped_definition(objective.guardrail_key),
        )
        question = replace(question, sampled=sampled, sampled_guardrail=sampled_guard)
        found.append(Asked(objective, definition, counted_as(definition), question))
    return found


def starts_of(workspace: Workspace) -> list[ChannelStart]:
    """Where the work for which objective began earlier than elsewhere."""
    return list(ChannelStart.objects.filter(workspace=workspace).select_related("channel"))


def is_needed(asked: Asked, definition: BehaviourDefinition, workspace: Workspace) -> bool:
    """Whether it must be judged so that this definition's objectives can be: its own, and those of a day with many."""
    if asked.definition == definition:
        return True
    objectives = [one for one in objectives_in_force(workspace) if one.definition_key]
    days = Counter(one.review_date for one in objectives if one.review_date)
    own = {one.review_date for one in objectives if one.definition_key == definition.key}
    day = asked.objective.review_date
    return day is not None and day in own and days[day] > domain.MOST_UNCORRECTED


def corrected(judged: Sequence[tuple[Asked, Judged]]) -> dict[str, domain.Verdict]:
    """The verdict of each objective; where more than three are judged on one day of review, after Holm (4.4-9).
    What is only described asks nothing."""
    verdicts = {one.objective.key: found.verdict for one, found in judged if found.form == "F6"}
    judged = [(one, found) for one, found in judged if found.form != "F6"]
    days = {one.objective.review_date for one, _ in judged}
    for day in days:
        of_day = {one.objective.key: found for one, found in judged if one.objective.review_date == day}
        if day is None:
            verdicts |= {key: found.verdict for key, found in of_day.items()}
        else:
            verdicts |= domain.holm({key: found.ask for key, found in of_day.items()})
    return verdicts


def smallest_group(workspace: Workspace) -> int:
    """The fewest people a shown group may hold (4.6): more among employees, who know one another."""
    version = version_in_force(workspace)
    return floor_of(version.plan if version else None)


def _closed_weeks(definitions: Sequence[BehaviourDefinition]) -> dict[object, list[WeekCount]]:
    """What was counted of each closed week when it was last measured; no ledger file is opened for it."""
    reach = {one.pk: counted_as(one).reach for one in definitions}
    found: dict[object, list[WeekCount]] = {}
    rows = Measurement.objects.filter(definition__in=definitions, period_kind="week").order_by("period_start")
    for row in rows:
        if row.period_end + reach[row.definition_id] <= row.measured_at:
            found.setdefault(row.definition_id, []).append(WeekCount(row.period_start, row.successes, row.complete))
    return found


def _closed_values(definitions: Sequence[BehaviourDefinition]) -> dict[object, list[PeriodValue]]:
    """How often or how long it was in each closed month, or in each period the definition asks for; no file is opened."""
    specs = {one.pk: counted_as(one) for one in definitions}
    found: dict[object, list[PeriodValue]] = {}
    for row in Measurement.objects.filter(definition__in=definitions).order_by("period_start"):
        spec = specs[row.definition_id]
        is_calendar = spec.anchor.kind == "period"
        wanted, after = (spec.anchor.period, spec.lag) if is_calendar else ("month", spec.reach)
        value = row.rate if spec.form == "F3" else row.median_seconds
        if row.period_kind == wanted and value is not None and row.period_end + after <= row.measured_at:
            found.setdefault(row.definition_id, []).append(PeriodValue(row.period_start, row.period_end, value))
    return found
