"""Read the tables of this room back in: every version comes under one put aside, then takes its state (S0-24)."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import Element, PlanVersion, Step, StrategicPlan
from allmende.plan.queries.record import PLAN
from allmende.team.actions import RecordReader, check_days, cleaned, refused
from allmende.team.queries import Row

Tables = Mapping[str, list[Row]]
# The way into force is closed for what changes: rows come in under a version put aside, then it takes its state.
WAITING = states.DISCARDED
# A closed plan takes nothing in any more, so it is closed last.
CLOSING = ("state", "closed_at", "closing_reason")
DAYS = (
    ("changeevent", "occurred_date", "noticed_date"),
    ("objective", "starts_date", "target_date"),
    ("step", "starts_date", "due_date"),
    ("step", "due_date", "control_date"),
    ("evidence", "period_start", "period_end"),
)


def read_plan(reader: RecordReader, tables: Tables) -> list[StrategicPlan]:
    """The plans of these tables with all that belongs to them; people and channels stand in `reader.made` already."""
    check_days(tables, DAYS)
    closing: dict[Any, dict[str, Any]] = {}

    def prepare(made: models.Model, where: str) -> None:
        if isinstance(made, PlanVersion):
            made.state = WAITING
        if isinstance(made, StrategicPlan) and made.state == states.CLOSED:
            closing[made.pk] = {name: getattr(made, name) for name in CLOSING}
            made.state, made.closed_at, made.closing_reason = states.PREPARING, None, ""
        _check_family(made, where)
        _check_helpers(reader, made, where)

    for table in PLAN.tables:
        reader.read(table, tables[table.name], prepare)
    _put_in_force(reader, tables["planversion"])
    for key, fields in closing.items():
        StrategicPlan.objects.filter(pk=key).update(**fields)
    made = [reader.made[f"strategicplan:{number}"] for number, _row in enumerate(tables["strategicplan"], start=1)]
    return [one for one in made if isinstance(one, StrategicPlan)]


def _check_helpers(reader: RecordReader, made: models.Model, where: str) -> None:
    """Whoever does a step too is one of the people of this very book."""
    if not isinstance(made, Step):
        return
    here = {str(one.pk) for place, one in reader.made.items() if place.startswith("person:")}
    if not here.issuperset(made.also_by):
        raise refused(_("in row %(row)s the link %(field)s leads nowhere") % {"row": where, "field": "also_by"})


def _check_family(made: models.Model, where: str) -> None:
    """An element hangs under one of its own version."""
    if not isinstance(made, Element):
        return
    for column in made._meta.concrete_fields:
        parent = getattr(made, column.name) if isinstance(column, models.ForeignKey) else None
        if isinstance(parent, Element) and parent.version_id != made.version_id:
            raise refused(_("row %(row)s hangs under an element of another version") % {"row": where})


def _put_in_force(reader: RecordReader, rows: list[Row]) -> None:
    """Versions take their state: those of the past first, because at most one is in force."""
    base_column, state_column = PlanVersion._meta.get_field("base"), PlanVersion._meta.get_field("state")
    for number, row in sorted(enumerate(rows, start=1), key=lambda pair: pair[1]["state"] == states.PUBLISHED):
        where = f"planversion:{number}"
        version = reader.made[where]
        base = reader.row_at(base_column, row["base"], where)
        if base is not None and base.number >= version.number:  # type: ignore[attr-defined]
            raise refused(_("version %(row)s comes before the one it was made from") % {"row": where})
        state = cleaned(state_column, row["state"], where)
        PlanVersion.objects.filter(pk=version.pk).update(state=state, base=base)
