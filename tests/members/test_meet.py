"""Whom we meet: one identity per network and native id, first days, and who counts as staff or bot."""

from datetime import date, timedelta

import pytest

from allmende.connectors.neutral import Author
from allmende.members.actions import meet, set_actor_rules
from allmende.members.models import ActorRule, Identity, Member
from allmende.members.queries import actor_rules


def test_an_author_is_met_once_per_network(workspace, now):
    karl = Author("7", "karl", "Karl Ott")
    for network in ("forum:a", "forum:a", "forum:b"):
        meet(workspace=workspace, network=network, authors=[karl], first_seen={}, now=now)
    assert Identity.objects.count() == Member.objects.count() == 2


def test_a_name_follows_the_network_and_a_first_day_moves_back_only(workspace, now):
    def see(name, days):
        met = meet(
            workspace=workspace,
            network="forum:a",
            authors=[Author("7", "karl", name)],
            first_seen={"7": now - timedelta(days=days)},
            now=now,
        )
        return met["7"]

    see("Karl", 3)
    see("Karl Ott", 9)
    see("", 1)
    identity = Identity.objects.select_related("member").get()
    assert identity.name == "Karl Ott"
    assert identity.member.first_seen_at == now - timedelta(days=9)


@pytest.mark.parametrize("number", [3, 900])
def test_meeting_takes_few_queries_however_many(workspace, now, number, django_assert_max_num_queries):
    authors = [Author(str(n)) for n in range(number)]
    meet(workspace=workspace, network="forum:a", authors=authors, first_seen={}, now=now)
    with django_assert_max_num_queries(3):
        met = meet(workspace=workspace, network="forum:a", authors=authors, first_seen={}, now=now)
    assert len(met) == number


def test_rules_hold_from_and_until(owner, now):
    set_actor_rules(
        person=owner,
        network="forum:a",
        patterns=["bot_*"],
        actor_class="bot",
        now=now,
    )
    set_actor_rules(
        person=owner,
        network="forum:a",
        patterns=["emre", "emre"],
        actor_class="staff",
        now=now,
        from_date=date(2026, 3, 1),
        until_date=date(2026, 6, 30),
    )
    assert ActorRule.objects.count() == 2
    rules = actor_rules(owner.workspace, "forum:a")
    cases = [
        (Author("bot_7"), date(2020, 1, 1), "bot"),
        (Author("9", "emre"), date(2026, 2, 28), "member"),
        (Author("9", "emre"), date(2026, 3, 1), "staff"),
        (Author("9", "emre"), date(2026, 7, 1), "member"),
        (Author("1", is_us=True), date(2026, 3, 1), "staff"),
        (Author("2", is_bot=True), date(2026, 3, 1), "bot"),
    ]
    assert [rules.class_of(author, day) for author, day, _ in cases] == [word for *_, word in cases]
    assert actor_rules(owner.workspace, "forum:b").rules == ()
