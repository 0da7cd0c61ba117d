"""Write who does what until when."""

from datetime import date, datetime
from typing import TypedDict, Unpack, cast

from django.utils.translation import gettext as _

from allmende.plan.actions.save_element import CannotSaveElement, save_element
from allmende.plan.models import PlanVersion, Step
from allmende.team.models import Person


class StepValues(TypedDict, total=False):
    """Fields of a step, as `models.Step` names them."""

    what: str
    how: str
    where: str
    due_date: date
    owner: Person
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

    See `save_element` for what may go wrong. Whoever does or checks it must work here (S0-27).
    """
    _check_people(person, values)
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


def _check_people(person: Person, values: StepValues) -> None:
    owner, controller = values.get("owner"), values.get("controller")
    for name, one in (("owner", owner), ("controller", controller)):
        if one is not None and (one.workspace_id != person.workspace_id or one.left_at):
            raise CannotSaveElement(
                _("Not saved: %(name)s does not work here any more. Choose somebody who does.") % {"name": one.name},
                name,
            )
    if owner is not None and owner == controller:
        raise CannotSaveElement(
            _("Not saved: whoever does a step cannot check it too. Choose somebody else, or leave the check empty."),
            "controller",
        )
