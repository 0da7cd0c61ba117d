"""Write what the organisation gets from the community."""

from datetime import date, datetime
from typing import TypedDict, Unpack, cast

from allmende.plan.actions.save_element import save_element
from allmende.plan.models import Goal, PlanVersion, Stakeholder
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
    """Create a goal in the draft (without `key`) or change it; see `save_element` for what may go wrong."""
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
