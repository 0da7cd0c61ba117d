"""Take a plan from a file: whole, into a community that has none."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import read_named_channels
from allmende.plan.actions.read_plan import read_plan
from allmende.plan.models import StrategicPlan
from allmende.plan.queries.record import PLAN
from allmende.plan.queries.transport import FORMAT, NAMED, SCHEMA
from allmende.plan.states import CLOSED
from allmende.team.access import require
from allmende.team.actions import (
    CannotRead,
    RecordReader,
    checked_tables,
    read_document,
    read_people,
    record_audit,
    refused,
    whole_or_nothing,
)
from allmende.team.models import Person
from allmende.team.queries import Row

Tables = dict[str, list[Row]]


@transaction.atomic
def import_plan(*, person: Person, text: str, now: datetime) -> StrategicPlan:
    """The plan of a file written by `queries.exported`, whole: versions, elements, progress, evidence, decisions (S0-24).

    People are found by name; whoever is not here keeps what they did under their name and can be invited. Channels that
    are not here come back as considered, without a log-in. Raises CannotRead.
    """
    require(person, "plan.version.publish")
    if StrategicPlan.objects.filter(workspace=person.workspace).exclude(state=CLOSED).exists():
        raise CannotRead(
            _("Not imported: this community has a plan already, and it is untouched. Import into an empty workspace.")
        )
    tables = _checked(read_document(text))
    reader = RecordReader(person, now)
    with whole_or_nothing():
        read_people(reader, tables["person"])
        read_named_channels(reader, tables["channel"])
        [plan] = read_plan(reader, tables)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.plan.imported",
        target=plan,
        now=now,
        after={"title": plan.title, "rows": sum(len(rows) for rows in tables.values())},
    )
    return plan


def _checked(document: dict[str, Any]) -> Tables:
    if document.get("format") != FORMAT:
        raise refused(_("it is no plan of Allmende"))
    if document.get("schema") not in (1, SCHEMA):
        raise refused(
            _("it has schema %(schema)s, and this version reads schemas 1 and 2") % {"schema": document.get("schema")}
        )
    found = document.get("tables")
    if document["schema"] == 1:
        found = _of_first_schema(found)
    tables = checked_tables((*NAMED, *PLAN.tables), found)
    if len(tables["strategicplan"]) != 1:
        raise refused(_("it must hold exactly one plan"))
    return tables


def _of_first_schema(found: object) -> object:
    """What a file of schema 1 says, as schema 2 says it: people stood in it by name alone, channels not at all."""
    if not isinstance(found, dict) or {"person", "channel"} & set(found):
        return found
    people: dict[str, str] = {}
    tables = {name: _rows_of_first(name, rows, people) for name, rows in found.items()}
    unknown = {"role": "observer", "employment": "internal", "access_until_date": None, "left_at": None}
    return {**tables, "person": [{"name": name, **unknown} for name in people], "channel": []}


def _rows_of_first(name: str, rows: object, people: dict[str, str]) -> object:
    columns = next((table.columns() for table in PLAN.tables if table.name == name), ())
    named = [column.name for column in columns if column.related_model is Person]
    if not isinstance(rows, list):
        return rows
    made: list[object] = []
    for row in rows:
        if not isinstance(row, dict):
            made.append(row)
        elif name != "changeeffect" or row.get("content_format"):
            made.append({key: value for key, value in row.items() if (name, key) != ("evidenceupload", "replaced")})
    for row in made:
        for column in named:
            value = row.get(column) if isinstance(row, dict) else None
            if isinstance(row, dict) and isinstance(value, str):
                row[column] = people.setdefault(value, f"person:{len(people) + 1}")
        if isinstance(row, dict) and name == "step" and "also_by" in row:
            row["also_by"] = []
    return made
