"""On PostgreSQL: whoever decides on a reaction plan waits for the workspace before its channel, as an answer on its way does."""

from collections.abc import Callable

import pytest

from allmende.channels.models import Channel
from allmende.guidelines.actions import agree_plan, draft_from_catalogue, put_in_force
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture

ACTS: dict[str, Callable] = {"agree": agree_plan, "put in force": put_in_force}


@pytest.mark.parametrize("name", ACTS)
def test_whoever_decides_on_a_plan_waits_for_the_workspace_first(on_postgres, owner, channel, now, name) -> None:  # noqa: F811
    draft = draft_from_catalogue(person=owner, channel=channel, now=now)
    failed = meet(owner.workspace, lambda: ACTS[name](person=owner, plan=draft, now=now), (Channel.objects.all(),))
    assert not failed
