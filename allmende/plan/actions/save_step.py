"""Write who does what until when."""

from datetime import date, datetime, timedelta
from typing import TypedDict, Unpack, cast

from django.utils.translation import gettext as _

from allmende.plan.actions.save_element import CannotSaveElement, save_element
from allmende.plan.models import PlanVersion, Step
from allmende.team.models import Person
from allmende.team.queries import people_of

CHECK_DAYS = 3


class StepValues(TypedDict, total=False):
    """Fields of a step, as `models.Step` names them."""

    what: str
    how: str
    where: str
    means: str
    starts_date: date | None
    due_date: date
    owner: Person
    also_by: list[str]
    accountable: Person | None
    controller: Person | None
    control_date: date | None


def save_step(
    *,
    person: Person,
    version: PlanVersion,
    now: datetime,
    tactic_key: str = "",
    key: str = "",
    revision: int | None = None,
    **values: Unpack[StepValues],
) -> Step:
    """Create a step under the tactic `tactic_key`, or change the one named by `key`.

    See `save_element` for what may go wrong. Whoever does or checks it must work here (S0-27). Whoever does it cannot
    check it, unless nobody else is here; with somebody who checks goes a day for it (S4-04).
    """
    stored = Step.objects.filter(version=version, key=key).first() if key else None
    _check_people(person, stored, values)
    _plan_check(stored, values)
    _check_days(stored, values)
    saved = save_element(
        person=person,
        version=version,
        layer="step",
        key=key,
        parent_key=tactic_key,
        revision=revision,
        values=values,
        now=now,
    )
    return cast(Step, saved)


def _check_people(person: Person, stored: Step | None, values: StepValues) -> None:
    owner, controller, accountable = values.get("owner"), values.get("controller"), values.get("accountable")
    for name, one in (("owner", owner), ("controller", controller), ("accountable", accountable)):
        if one is not None and (one.workspace_id != person.workspace_id or one.left_at):
            raise CannotSaveElement(
                _("Not saved: %(name)s does not work here any more. Choose somebody who does.") % {"name": one.name},
                name,
            )
    also_by = set(values.get("also_by", ()))
    known = {str(pk) for pk in people_of(person.workspace).filter(pk__in=also_by).values_list("pk", flat=True)}
    if also_by - known:
        raise CannotSaveElement(_("Not saved: somebody named does not work here any more. Choose again."), "also_by")
    if _checks_themselves(stored, values) and people_of(person.workspace).count() > 1:
        raise CannotSaveElement(
            _("Not saved: whoever does a step cannot check it too. Choose somebody else, or leave the check empty."),
            "controller",
        )


def _checks_themselves(stored: Step | None, values: StepValues) -> bool:
    """Would the one who checks be among those who do it, once this is saved?"""
    owner, controller, also_by = (
        values.get(name, getattr(stored, name, None)) for name in ("owner", "controller", "also_by")
    )
    if controller is None:
        return False
    return controller == owner or str(cast(Person, controller).pk) in cast("list[str]", also_by or [])


def _plan_check(stored: Step | None, values: StepValues) -> None:
    """Somebody who checks, and no day for it: a few days after the step is due."""
    controller, control, due = (
        values.get(name, getattr(stored, name, None)) for name in ("controller", "control_date", "due_date")
    )
    if controller is not None and control is None and isinstance(due, date):
        values["control_date"] = due + timedelta(days=CHECK_DAYS)


def _check_days(stored: Step | None, values: StepValues) -> None:
    """A step begins before it is due and is checked after it was due."""
    starts, due, control = (
        values.get(name, getattr(stored, name, None)) for name in ("starts_date", "due_date", "control_date")
    )
    if isinstance(starts, date) and isinstance(due, date) and starts > due:
        raise CannotSaveElement(
            _("Not saved: the step would begin after the day it is due. Change one of the two days."), "starts_date"
        )
    if isinstance(control, date) and isinstance(due, date) and control < due:
        raise CannotSaveElement(
            _("Not saved: the step would be checked before it is due. Change one of the two days."), "control_date"
        )
