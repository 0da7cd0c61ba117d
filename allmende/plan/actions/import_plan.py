"""Take a plan from a file: whole into a workspace without one, or its newest version as a draft."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import PlanVersion, StrategicPlan
from allmende.plan.queries.transport import FORMAT, SCHEMA, Model, fields_of, name_of, tables
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person

# The way into force is closed for what changes: rows come in under a version put aside, then it takes its state.
WAITING = states.DISCARDED
# Fields that schema 1 did not have from the beginning, with what a file written before says of them.
ADDED: dict[str, dict[str, Any]] = {
    "strategicplan": {"closed_at": None, "closed_by": None, "closing_reason": ""},
    "strategy": {"insight": "", "ethics_note": ""},
    "evidence": {"note": ""},
}
LATER = ("state", "base")
# A closed plan takes nothing in any more, so it is closed last.
CLOSING = ("state", "closed_at", "closing_reason")
DAYS = (
    ("changeevent", "occurred_date", "noticed_date"),
    ("objective", "starts_date", "target_date"),
    ("step", "starts_date", "due_date"),
    ("step", "due_date", "control_date"),
    ("evidence", "period_start", "period_end"),
)


class CannotImportPlan(Exception):
    """Nothing was written; the text says what is wrong with the file, where, and what to do."""


@transaction.atomic
def import_plan(*, person: Person, text: str, now: datetime) -> StrategicPlan:
    """The plan of a file written by `queries.exported`, whole: versions, elements, progress, evidence, decisions.

    People are found by name; whoever is not here is replaced by `person`. Raises CannotImportPlan.
    """
    require(person, "plan.version.publish")
    if StrategicPlan.objects.filter(workspace=person.workspace).exclude(state=states.CLOSED).exists():
        raise CannotImportPlan(
            _("Not imported: this community has a plan already, and it is untouched. Import into an empty workspace.")
        )
    document = read(text)
    try:
        with transaction.atomic():
            plan = _Reading(person, document).write()
    except DatabaseError as error:
        raise CannotImportPlan(
            _("Not imported, nothing was written: the file contradicts itself (%(what)s). Export the plan anew.")
            % {"what": str(error).splitlines()[0]}
        ) from error
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.plan.imported",
        target=plan,
        now=now,
        after={"title": plan.title, "rows": sum(len(rows) for rows in document.values())},
    )
    return plan


def read(text: str) -> dict[str, list[dict[str, Any]]]:
    """The tables of a file, as far as its shape goes. Raises CannotImportPlan, also for half characters, for what is no
    number and for lists in lists without end."""
    try:
        document = json.loads(text)
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise _refused(_("it is cut off or no JSON (%(what)s)") % {"what": error}) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _refused(_("it is no plan of Allmende"))
    if document.get("schema") != SCHEMA:
        raise _refused(
            _("it has schema %(schema)s, and this version reads schema 1") % {"schema": document.get("schema")}
        )
    found = document.get("tables")
    known = {name_of(model): {field.name for field in fields_of(model)} for model in tables()}
    if not isinstance(found, dict) or set(found) != set(known):
        raise _refused(_("tables are missing, or there are some this version does not know"))
    for name, rows in found.items():
        if not isinstance(rows, list):
            raise _refused(_("table %(table)s holds no list") % {"table": name})
        rows[:] = [ADDED.get(name, {}) | row if isinstance(row, dict) else row for row in rows]
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict) or set(row) != known[name]:
                raise _refused(_("row %(row)s lacks fields or has unknown ones") % {"row": f"{name}:{number}"})
    if len(found["strategicplan"]) != 1:
        raise _refused(_("it must hold exactly one plan"))
    _check_days(found)
    return found


def _refused(why: str) -> CannotImportPlan:
    sentence = _("Not imported, nothing was written: %(why)s. Take an undamaged export and try again.")
    return CannotImportPlan(sentence % {"why": why})


def _check_days(found: Mapping[str, list[dict[str, Any]]]) -> None:
    for name, first, last in DAYS:
        for number, row in enumerate(found[name], start=1):
            if isinstance(row.get(first), str) and isinstance(row.get(last), str) and row[first] > row[last]:
                where = f"{name}:{number}"
                raise _refused(_("in row %(row)s a day comes before the one it follows") % {"row": where})


class _Reading:
    """One document on its way into the database."""

    def __init__(self, person: Person, document: Mapping[str, list[dict[str, Any]]]) -> None:
        self.person, self.document = person, document
        here = Person.objects.filter(workspace=person.workspace).order_by("-created_at")
        self.people = {one.name: one for one in here}
        self.made: dict[str, models.Model] = {}
        self.closing: dict[str, Any] = {}

    def write(self) -> StrategicPlan:
        for model in tables():
            for number, row in enumerate(self.document[name_of(model)], start=1):
                where = f"{name_of(model)}:{number}"
                self.made[where] = self._row(model, row, where)
        self._put_in_force()
        plan = self.made["strategicplan:1"]
        if self.closing:
            StrategicPlan.objects.filter(pk=plan.pk).update(**self.closing)
        return plan  # type: ignore[return-value]

    def _row(self, model: Model, row: Mapping[str, Any], where: str) -> models.Model:
        made = model()
        if any(field.name == "workspace" for field in model._meta.concrete_fields):
            made.workspace = self.person.workspace  # type: ignore[attr-defined]
        for field in fields_of(model):
            if model is PlanVersion and field.name in LATER:
                continue
            self._fill(made, field, row[field.name], where)
        if model is PlanVersion:
            made.state = WAITING  # type: ignore[attr-defined]
        if isinstance(made, StrategicPlan) and made.state == states.CLOSED:
            self.closing = {name: getattr(made, name) for name in CLOSING}
            made.state, made.closed_at, made.closing_reason = states.PREPARING, None, ""
        self._check_family(made, where)
        made.save(force_insert=True)
        return made

    def _fill(self, made: models.Model, field: "models.Field[Any, Any]", value: Any, where: str) -> None:
        if field.related_model is Person:
            person = self.people.get(value, self.person) if isinstance(value, str) else None
            setattr(made, field.name, person)
        elif isinstance(field, models.ForeignKey):
            setattr(made, field.name, self._found(field, value, where))
        else:
            setattr(made, field.attname, _cleaned(field, value, where))

    def _found(self, field: "models.Field[Any, Any]", value: Any, where: str) -> models.Model | None:
        """The row a link leads to; it must stand earlier, so that no ring can be written."""
        if value is None and field.null:
            return None
        found = self.made.get(value) if isinstance(value, str) else None
        if found is None or type(found) is not field.related_model:
            raise _refused(_("in row %(row)s the link %(field)s leads nowhere") % {"row": where, "field": field.name})
        return found

    def _check_family(self, made: models.Model, where: str) -> None:
        """An element hangs under one of its own version."""
        version = getattr(made, "version_id", None)
        for field in fields_of(type(made)):
            parent = getattr(made, field.name) if isinstance(field, models.ForeignKey) else None
            if parent is not None and hasattr(made, "key") and getattr(parent, "version_id", version) != version:
                raise _refused(_("row %(row)s hangs under an element of another version") % {"row": where})

    def _put_in_force(self) -> None:
        """Versions take their state: those of the past first, because at most one is in force."""
        rows = list(enumerate(self.document["planversion"], start=1))
        for number, row in sorted(rows, key=lambda pair: pair[1]["state"] == states.PUBLISHED):
            where = f"planversion:{number}"
            version = self.made[where]
            base_field = PlanVersion._meta.get_field("base")
            base = self._found(base_field, row["base"], where)
            if base is not None and base.number >= version.number:  # type: ignore[attr-defined]
                raise _refused(_("version %(row)s comes before the one it was made from") % {"row": where})
            state = _cleaned(PlanVersion._meta.get_field("state"), row["state"], where)
            PlanVersion.objects.filter(pk=version.pk).update(state=state, base=base)


def _cleaned(field: "models.Field[Any, Any]", value: Any, where: str) -> Any:
    """The value as the field takes it, if it is one of the field's kind."""
    if value is None and field.null:
        return None
    wrong = _("in row %(row)s the value of %(field)s is of the wrong kind") % {"row": where, "field": field.name}
    if isinstance(field, models.JSONField):
        default = field.get_default()
        if default is not None and not isinstance(value, type(default)):
            raise _refused(wrong)
        return value
    is_text = isinstance(field, models.CharField | models.TextField | models.DateField | models.DecimalField)
    is_flag = isinstance(field, models.BooleanField)
    fits = isinstance(value, str) if is_text else isinstance(value, bool) if is_flag else _is_number(value)
    if not fits:
        raise _refused(wrong)
    try:
        ready = field.to_python(value)
        field.run_validators(ready)
        if field.choices and ready not in dict(field.flatchoices) and not (ready == "" and field.blank):
            raise ValidationError("choice")
    except ValidationError as error:
        raise _refused(wrong) from error
    return ready


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
