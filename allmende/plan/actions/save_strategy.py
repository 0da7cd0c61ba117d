"""Write the lever: the feeling that makes people do it."""

from datetime import datetime
from typing import TypedDict, Unpack, cast

from allmende.plan.actions.save_element import save_element
from allmende.plan.models import AudienceAnalysis, PlanVersion, Strategy
from allmende.team.models import Person


class StrategyValues(TypedDict, total=False):
    """Fields of a strategy, as `models.Strategy` names them."""

    emotion: str
    statement: str
    direction: str
    is_alternative: bool
    insight: str
    ethics_note: str
    analysis: AudienceAnalysis | None


def save_strategy(
    *,
    person: Person,
    version: PlanVersion,
    now: datetime,
    objective_key: str = "",
    key: str = "",
    revision: int | None = None,
    **values: Unpack[StrategyValues],
) -> Strategy:
    """Create a strategy under the objective `objective_key`, or change the one named by `key`.

    See `save_element` for what may go wrong.
    """
    saved = save_element(
        person=person,
        version=version,
        layer="strategy",
        key=key,
        parent_key=objective_key,
        revision=revision,
        values=values,
        now=now,
    )
    return cast(Strategy, saved)
