"""On PostgreSQL: of two who set the same rule at once, one comes second and is told so."""

import pytest

from allmende.members.actions import CannotSetRule, drop_rule, put_rule_back, set_rule
from allmende.members.models import ActorRule
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture


@pytest.mark.parametrize("goes", ["set", "put back"])
def test_two_who_set_the_same_rule_at_once_set_it_once(on_postgres, owner, now, goes) -> None:  # noqa: F811
    rule = {"person": owner, "pattern": "emre_*", "actor_class": "staff", "now": now}
    act = lambda: set_rule(**rule)  # noqa: E731
    if goes == "put back":
        dropped = set_rule(**rule)
        drop_rule(person=owner, rule=dropped, now=now)
        act = lambda: put_rule_back(person=owner, rule=dropped, now=now)  # noqa: E731
    failed = meet(owner.workspace, act, (), lambda: set_rule(**rule))
    assert [type(one) for one in failed] == [CannotSetRule]
    assert ActorRule.objects.filter(archived_at__isnull=True).count() == 1
