"""The complete plan as a file: every row of this room that belongs to it, found by walking the models (S0-24).

A model that a colleague adds is in the file without a word here. Rows are named by their place in a table, so that the
same plan gives the same file whatever keys its database uses; people are named by their name.
"""

import json
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.plan.models import StrategicPlan
from allmende.team.models import Person, Workspace

FORMAT, SCHEMA = "allmende.plan", 1
# What is no content of the plan, and why it stays here.
LEFT_OUT = {
    "planvisit": "who looked when",
    "elementvisit": "who looked when",
    "timeentry": "hours of single people are theirs; everybody else sees sums",
    "brieforder": "asks for a file that can be made again",
    "invitation": "what stands in whose calendar",
    "calendarfeed": "holds the key of somebody's calendar",
}
Row = dict[str, Any]
Model = type[models.Model]


def tables() -> list[Model]:
    """The models of this room that a file holds, each after those it points to."""
    kept = [one for one in apps.get_app_config("plan").get_models() if one._meta.model_name not in LEFT_OUT]
    graph = {
        model: [field.related_model for field in _relations(model) if field.related_model is not model]
        for model in kept
    }
    order = TopologicalSorter({model: [one for one in found if one in kept] for model, found in graph.items()})
    return list(order.static_order())


def name_of(model: Model) -> str:
    return str(model._meta.model_name)


def fields_of(model: Model) -> "list[models.Field[Any, Any]]":
    """The columns a file holds: all but the row's own key and its workspace."""
    return [one for one in model._meta.concrete_fields if not one.primary_key and one.related_model is not Workspace]


def plan_to_export(workspace: Workspace) -> StrategicPlan | None:
    """The living plan, else the one closed last."""
    plans = StrategicPlan.objects.filter(workspace=workspace).order_by("-updated_at")
    return plans.exclude(state=states.CLOSED).first() or plans.first()


def exported(plan: StrategicPlan) -> dict[str, Any]:
    """The plan as a JSON-able document of schema 1."""
    found: dict[str, list[Row]] = {}
    places: dict[tuple[str, object], str] = {}
    people: dict[object, str] = {one.pk: one.name for one in Person.objects.filter(workspace=plan.workspace_id)}
    for model in tables():
        rows = [(row.pk, row) for row in _rows(model, plan)]
        if _points_to_itself(model):
            _place(model, rows, places)
        written = [(_written(row, places, people), pk) for pk, row in rows]
        if not _points_to_itself(model):
            written.sort(key=lambda pair: json.dumps(pair[0], sort_keys=True, ensure_ascii=False))
            _place(model, [(pk, None) for _row, pk in written], places)
        found[name_of(model)] = [row for row, _pk in written]
    return {"format": FORMAT, "schema": SCHEMA, "tables": found}


def written(document: Mapping[str, Any]) -> str:
    """The document as text: the same plan gives the same text, to be compared line by line."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _place(model: Model, rows: list[tuple[Any, Any]], places: dict[tuple[str, object], str]) -> None:
    for number, (pk, _row) in enumerate(rows, start=1):
        places[(name_of(model), pk)] = f"{name_of(model)}:{number}"


def _points_to_itself(model: Model) -> bool:
    return any(field.related_model is model for field in _relations(model))


def _relations(model: Model) -> "list[models.ForeignKey[Any, Any]]":
    return [field for field in fields_of(model) if isinstance(field, models.ForeignKey)]


def _rows(model: Model, plan: StrategicPlan) -> Iterator[models.Model]:
    """The plan's rows of a table: by the shortest way to the plan, else by the workspace."""
    order = ["number"] if any(one.name == "number" for one in fields_of(model)) else ["pk"]
    rows: models.QuerySet[Any] = models.QuerySet(model).order_by(*order)
    if model is StrategicPlan:
        return rows.filter(pk=plan.pk).iterator()
    way = way_to_plan(model)
    has_workspace = any(one.name == "workspace" for one in model._meta.concrete_fields)
    wanted = Q(workspace=plan.workspace_id) if has_workspace else Q()
    if way:
        mine = Q(**{way: plan.pk})
        wanted &= mine | Q(**{f"{way.split('__')[0]}__isnull": True}) if has_workspace else mine
    elif not has_workspace:
        wanted = Q(**{f"{_way_to_workspace(model)}": plan.workspace_id})
    return rows.filter(wanted).iterator()


def way_to_plan(model: Model, seen: frozenset[Model] = frozenset()) -> str:
    """`version__plan` for an element; empty for what stands beside the plan."""
    relations = [one for one in _relations(model) if one.related_model not in seen | {model, Person}]
    for field in relations:
        if field.related_model is StrategicPlan:
            return field.name
    for field in relations:
        further = way_to_plan(field.related_model, seen | {model})
        if further:
            return f"{field.name}__{further}"
    return ""


def _way_to_workspace(model: Model) -> str:
    for field in _relations(model):
        if any(one.name == "workspace" for one in field.related_model._meta.concrete_fields):
            return f"{field.name}__workspace"
    raise LookupError(f"No way from {name_of(model)} to a workspace.")


def _written(row: models.Model, places: Mapping[tuple[str, object], str], people: Mapping[object, str]) -> Row:
    written: Row = {}
    for field in fields_of(type(row)):
        value = getattr(row, field.attname)
        if field.related_model is Person:
            written[field.name] = people.get(value, "") if value else None
        elif isinstance(field, models.ForeignKey):
            written[field.name] = places.get((name_of(field.related_model), value)) if value else None
        elif isinstance(field, models.JSONField):
            written[field.name] = value
        else:
            written[field.name] = None if value is None else plain(field, value)
    return written


def plain(field: "models.Field[Any, Any]", value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, bool | int | float | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(field, models.DecimalField):
        return f"{value:.{field.decimal_places}f}"
    return str(value)
