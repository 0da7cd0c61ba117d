"""What the database itself refuses and writes stands whenever somebody may write."""

import pytest
from django.db import connection

from allmende.inbox.migrations._barriers import BARRIERS
from allmende.inbox.models import Conversation

STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'inbox%'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'inbox%'",
}


def standing() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def test_barriers_make_way_for_migrations_alone(db):
    every = standing()
    assert {"inbox_claim", "inbox_reading_kept"} <= every
    BARRIERS.make_way(using="default", plan=[])
    assert standing() == every
    BARRIERS.stand_again(using="default")
    assert standing() == every, "replaced, each by itself"
    BARRIERS.make_way(using="default", plan=[("a migration", False)])
    assert not standing()
    BARRIERS.stand_again(using="default")
    assert standing() == every


@pytest.mark.parametrize("killed", ["", "before they stood", "before they mended"])
def test_a_situation_written_while_migrations_ran_is_its_rules_afterwards(asked, killed):
    """Whoever is killed behind the last migration has nothing to migrate at the next start."""
    first, second = asked(2)
    connection.check_constraints()  # PostgreSQL takes no barrier from a table with some left to look at
    BARRIERS.make_way(using="default", plan=[("a migration", False)])
    Conversation.objects.filter(pk=first.pk).update(situation=3)
    Conversation.objects.filter(pk=second.pk).update(situation=None)
    connection.check_constraints()
    if killed == "before they mended":
        BARRIERS.put_up(connection)
        assert set(Conversation.objects.values_list("situation", flat=True)) == {3, None}
    BARRIERS.stand_again(using="default", plan=[] if killed else [("a migration", False)])
    kept = Conversation.objects.filter(pk__in=(first.pk, second.pk)).values_list("situation", flat=True)
    assert first.rule.situation != 3 and set(kept) == {first.rule.situation}
