"""Write what makes people feel the lever's feeling."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack, cast

from allmende.plan.actions.save_element import save_element
from allmende.plan.models import PlanVersion, Tactic
from allmende.team.models import Person


class TacticValues(TypedDict, total=False):
    """Fields of a tactic, as `models.Tactic` names them."""

    code: str
    name: str
    description: str
    reach: int
    depth: int
    length: int
    effort_hours: Decimal
    state: str
    expected_effect: str
    stop_rule: str
    starts_date: date | None
    confidence: str
    budget: Decimal
    skills: str


def save_tactic(
    *,
    person: Person,
    version: PlanVersion,
    now: datetime,
    strategy_key: str = "",
    key: str = "",
    revision: int | None = None,
    **values: Unpack[TacticValues],
) -> Tactic:
    """Create a tactic under the strategy `strategy_key`, or change the one named by `key`.

    See `save_element` for what may go wrong.
    """
    saved = save_element(
        person=person,
        version=version,
        layer="tactic",
        key=key,
        parent_key=strategy_key,
        revision=revision,
        values=values,
        now=now,
    )
    return cast(Tactic, saved)
