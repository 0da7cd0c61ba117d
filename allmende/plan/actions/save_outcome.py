"""Write the effect between behaviour and goal, and the measure from outside that shows it (S1-06)."""

from datetime import datetime
from typing import TypedDict, Unpack, cast

from allmende.plan.actions.save_element import save_element
from allmende.plan.models import Outcome, PlanVersion
from allmende.team.models import Person


class OutcomeValues(TypedDict, total=False):
    """Fields of an outcome, as `models.Outcome` names them."""

    name: str
    measure: str
    source: str
    source_detail: str
    link: str
    confidence: str
    falsifier: str


def save_outcome(
    *,
    person: Person,
    version: PlanVersion,
    now: datetime,
    objective_key: str = "",
    key: str = "",
    revision: int | None = None,
    **values: Unpack[OutcomeValues],
) -> Outcome:
    """Create an outcome of the objective `objective_key`, or change the one named by `key`.

    See `save_element` for what may go wrong.
    """
    saved = save_element(
        person=person,
        version=version,
        layer="outcome",
        key=key,
        parent_key=objective_key,
        revision=revision,
        values=values,
        now=now,
    )
    return cast(Outcome, saved)
