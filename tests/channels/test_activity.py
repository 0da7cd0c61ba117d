"""How active we can be on each network for long (S4-23)."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.channels.actions import choose_channel, drop_activity, plan_activity
from allmende.channels.models import ActivityBudget
from allmende.channels.queries import activities, activity_page
from allmende.team.actions import StaleRevision, release_time


@pytest.fixture
def plan(world):
    def keep(hours="8", **more):
        values = {"post_minutes": 45, "replies_per_post": "2", "reply_minutes": "7", "other_replies": "20"} | more
        numbers = {name: value if name == "post_minutes" else Decimal(value) for name, value in values.items()}
        return plan_activity(
            person=world.owner,
            channel=world.channel,
            hours=Decimal(hours),
            seen_revision=None,
            now=world.now,
            **numbers,
        )

    return keep


def test_s4_23_hours_for_a_channel_say_how_many_posts_a_week_it_bears(plan, world) -> None:
    plan()
    found = activities(world.owner.workspace, world.now)[0].budget
    assert (found.posts, found.replies) == (5, 30)


def test_s4_23_a_week_with_more_posts_than_that_is_named_on_the_page(plan, world, client_of) -> None:
    plan(hours="3.5", other_replies="0")
    for number in range(4):
        world.post(f"Beitrag {number}.", send_after=world.now + timedelta(minutes=number))
    weeks = activities(world.owner.workspace, world.now)[0].weeks
    assert [(week.posts, week.is_over) for week in weeks] == [(4, True), *[(0, False)] * 4]
    for number in range(4):
        world.post(f"Nächster Beitrag {number}.", send_after=timezone.now() + timedelta(seconds=number))
    page = client_of(world.owner).get("/w/lotsenforum/channels/activity/").content.decode()
    assert "4 geplant, trägt 3" in page


def test_s4_23_what_left_so_far_is_measured(world) -> None:
    for number in range(3):
        world.post(f"Beitrag {number}.")
        world.send()
        world.pass_time(seconds=31)
    measured = activities(world.owner.workspace, world.now)[0].measured
    assert measured.posts == 3
    assert measured.replies_per_post is None, "three posts are too few to say something about the next one"


def test_s4_23_capacity_is_what_line_managers_set_free_less_what_is_usually_lost(plan, world) -> None:
    today = world.owner.workspace.day_at(world.now)
    release_time(
        person=world.owner, colleague=world.owner, hours=Decimal(10), manager_name="Eva", confirmed_date=today,
        until_date=today + timedelta(days=300), url="", now=world.now,
    )  # fmt: skip
    plan()
    page = activity_page(world.owner.workspace, world.now)
    assert (page.released, page.present, page.given) == (10, Decimal("6.8"), 8)
    assert page.is_too_much


def test_a_channel_has_one_plan_and_two_people_do_not_overwrite_each_other(plan, world) -> None:
    kept = plan()
    assert plan(hours="9").pk == kept.pk
    with pytest.raises(StaleRevision):
        plan_activity(
            person=world.owner, channel=world.channel, hours=Decimal(1), post_minutes=45, replies_per_post=Decimal(2),
            reply_minutes=Decimal(7), other_replies=Decimal(0), seen_revision=kept.revision, now=world.now,
        )  # fmt: skip


def test_planned_changed_dropped_and_taken_back_on_the_page(world, client_of) -> None:
    client = client_of(world.owner)
    address, budgets = "/w/lotsenforum/channels/forum/activity/", ActivityBudget.objects.filter(archived_at=None)
    typed = {"hours": "8,5", "post_minutes": "45", "replies_per_post": "2", "reply_minutes": "7", "other_replies": "20"}
    answer = client.post(address, typed | {"revision": ""}, follow=True)
    assert "trägt 6 Beiträge und 32 Antworten je Woche" in answer.content.decode()
    undo = re.search(r"/w/lotsenforum/undo/[^/\"]+/", answer.content.decode()).group()
    assert budgets.get().hours == Decimal("8.5")
    client.post(undo)
    assert not budgets.exists()


@pytest.mark.parametrize("hours", ["", "null", "0", "-1", "1e400", "169", "NaN"])
def test_hours_nobody_has_are_refused_in_words_and_stay_typed(world, client_of, hours) -> None:
    typed = {"hours": hours, "post_minutes": "45", "replies_per_post": "2", "reply_minutes": "7", "other_replies": "20"}
    answer = client_of(world.owner).post("/w/lotsenforum/channels/forum/activity/", typed)
    assert answer.status_code == 422
    assert 'class="err"' in answer.content.decode()
    assert not ActivityBudget.objects.exists()


def test_only_whoever_looks_after_channels_plans(world, new_person, plan) -> None:
    kept = plan()
    with pytest.raises(PermissionDenied):
        drop_activity(person=new_person("moderator"), budget=kept, now=world.now)


def test_the_page_of_one_channel_reckons_that_one_alone(world, client_of) -> None:
    other = choose_channel(
        person=world.owner, name="Werkstatt", slug="werkstatt", kind="own_forum", account=world.account, now=world.now
    )
    client = client_of(world.owner)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/w/lotsenforum/channels/forum/activity/").status_code == 200
    said = " ".join(query["sql"] for query in asked.captured_queries)
    named = [pk for pk in (world.channel.pk, other.pk) if pk.hex in said or str(pk) in said]
    assert named == [world.channel.pk]
    assert not re.search(r'FROM "team_released', said), "how much time people have is not asked here"


@pytest.mark.parametrize("number", [1, 8])
def test_the_page_costs_the_same_queries_however_many_channels(
    world, client_of, number, django_assert_max_num_queries
) -> None:
    for one in range(number):
        choose_channel(
            person=world.owner, name=f"Forum {one}", slug=f"forum-{one}", kind="own_forum", account=world.account,
            now=world.now,
        )  # fmt: skip
    client = client_of(world.owner)
    client.get("/w/lotsenforum/channels/activity/")
    with django_assert_max_num_queries(12):
        assert client.get("/w/lotsenforum/channels/activity/").status_code == 200
