"""Write what the organisation gets from the community."""

from datetime import date, datetime
from typing import TypedDict, Unpack, cast

from django.utils.translation import gettext as _

from allmende.plan.actions.save_element import CannotSaveElement, save_element
from allmende.plan.models import Goal, PlanVersion, Stakeholder
from allmende.plan.queries import lint_goal, refusals
from allmende.team.models import Person


class GoalValues(TypedDict, total=False):
    """Fields of a goal, as `models.Goal` names them."""

    statement: str
    plain_statement: str
    value_type: str
    organisational_goal: str
    measure: str
    horizon_date: date | None
    spaces: str
    sponsor: Stakeholder | None


def save_goal(
    *,
    person: Person,
    version: PlanVersion,
    now: datetime,
    key: str = "",
    revision: int | None = None,
    **values: Unpack[GoalValues],
) -> Goal:
    """Create a goal in the draft (without `key`) or change it.

    Raises CannotSaveElement when the sentence is a mere number, "increase engagement" (S0-26); see `save_element` for
    what else may go wrong.
    """
    for lesson in refusals(lint_goal(values.get("statement", ""))):
        told = {"title": lesson.title, "why": lesson.why, "example": lesson.example}
        raise CannotSaveElement(_("Not saved: %(title)s %(why)s %(example)s") % told, "statement")
    saved = save_element(
        person=person,
        version=version,
        layer="goal",
        key=key,
        parent_key="",
        revision=revision,
        values=values,
        now=now,
    )
    return cast(Goal, saved)
