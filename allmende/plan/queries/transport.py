"""The plan alone as a file, with the people and channels it names (S0-24). The book holds it as one of its chapters."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from allmende.channels.queries import NAMED_CHANNELS
from allmende.plan import states
from allmende.plan.models import Step, StrategicPlan
from allmende.plan.queries.record import PLAN
from allmende.team.models import Person, Workspace
from allmende.team.queries import PEOPLE_TABLE, RecordTable, RecordWriter

FORMAT, SCHEMA = "allmende.plan", 2
# Written first, because the plan points to them.
NAMED = (PEOPLE_TABLE, NAMED_CHANNELS)


def plan_to_export(workspace: Workspace) -> StrategicPlan | None:
    """The living plan, else the one closed last."""
    plans = StrategicPlan.objects.filter(workspace=workspace).order_by("-updated_at")
    return plans.exclude(state=states.CLOSED).first() or plans.first()


def exported(plan: StrategicPlan) -> dict[str, Any]:
    """The plan as a JSON-able document of schema 2."""
    rows = {table.name: list(_rows(table, plan)) for table in PLAN.tables}
    writer = RecordWriter()
    tables = {}
    for table in NAMED:
        named = table.rows(plan.workspace).filter(pk__in=_named(table.model, rows))
        tables[table.name] = writer.write(table, named)
    for table in PLAN.tables:
        tables[table.name] = writer.write(table, rows[table.name])
    return {"format": FORMAT, "schema": SCHEMA, "tables": tables}


def _named(model: type[models.Model], rows: Mapping[str, list[models.Model]]) -> set[str]:
    """The keys of those people or channels that the plan's rows point to."""
    found = {
        str(getattr(row, column.attname))
        for table in PLAN.tables
        for column in table.columns()
        if column.related_model is model
        for row in rows[table.name]
        if getattr(row, column.attname)
    }
    if model is Person:
        found |= {one for step in rows["step"] if isinstance(step, Step) for one in step.also_by}
    return found


def _rows(table: RecordTable, plan: StrategicPlan) -> Iterator[models.Model]:
    """The plan's rows of a table; of those that stand beside it, all of the community's."""
    rows = table.rows(plan.workspace)
    if table.model is StrategicPlan:
        return rows.filter(pk=plan.pk).iterator()
    way = way_to_plan(table.model)
    if not way:
        return rows.iterator()
    first = table.model._meta.get_field(way.split("__")[0])
    alone = Q(**{f"{first.name}__isnull": True}) if first.null else Q(pk__in=[])
    return rows.filter(Q(**{way: plan.pk}) | alone).iterator()


def way_to_plan(model: type[models.Model], seen: frozenset[type[models.Model]] = frozenset()) -> str:
    """`version__plan` for an element; empty for what stands beside the plan."""
    columns = [one for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey)]
    relations = [one for one in columns if one.related_model not in seen | {model, Person, Workspace}]
    for column in relations:
        if column.related_model is StrategicPlan:
            return column.name
    for column in relations:
        further = way_to_plan(column.related_model, seen | {model})
        if further:
            return f"{column.name}__{further}"
    return ""
