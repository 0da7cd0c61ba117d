"""On PostgreSQL: whoever moves a plan waits for the workspace before the channel, as whoever opens or rests one does."""

from collections.abc import Callable

import pytest

from allmende.channels.models import Channel
from allmende.guidelines.actions import agree_plan, draft_from_catalogue, put_in_force
from allmende.guidelines.models import ReactionPlan
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture

ROWS = (Channel.objects.all(), ReactionPlan.objects.all())
ACTS: dict[str, Callable] = {
    "agree": lambda **by: agree_plan(**by),
    "put in force": lambda **by: put_in_force(**by),
}


@pytest.mark.parametrize("name", ACTS)
def test_whoever_moves_a_plan_waits_for_the_workspace_first(on_postgres, owner, channel, now, name) -> None:  # noqa: F811
    plan = draft_from_catalogue(person=owner, channel=channel, now=now)
    assert not meet(owner.workspace, lambda: ACTS[name](person=owner, plan=plan, now=now), ROWS)
