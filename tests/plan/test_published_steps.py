"""Steps of a published version are read once, and never shown older than they are."""

from datetime import timedelta

import pytest
from django.db import transaction

from allmende.plan import actions
from allmende.plan.models import PlanVersion
from allmende.plan.queries import elements_of
from allmende.plan.queries.published_steps import MOST_KEPT, steps_of
from allmende.team.actions import change_person

pytestmark = pytest.mark.django_db


def test_a_second_look_reads_the_people_and_nothing_else(write_plan, django_assert_num_queries):
    version = write_plan(publish=True).version
    with django_assert_num_queries(2):
        first = steps_of([version])
    with django_assert_num_queries(1):
        second = steps_of([version])
    assert [step.pk for step in second] == [step.pk for step in first] != []


def test_a_new_name_shows_at_once(write_plan, owner, now):
    version = write_plan(publish=True).version
    steps_of([version])
    change_person(person=owner, colleague=owner, name="Jana Neumann", role=owner.role, now=now)
    assert {step.owner.name for step in steps_of([version])} == {"Jana Neumann"}


def test_a_draft_is_read_each_time(write_plan, owner, now):
    written = write_plan()
    steps_of([written.version])
    actions.save_step(person=owner, version=written.version, key=written.step.key, what="Alle anrufen", now=now)
    assert [step.what for step in steps_of([written.version])] == ["Alle anrufen"]


def test_a_publication_that_was_rolled_back_leaves_nothing_behind(write_plan, owner, now):
    written = write_plan()
    version = written.version
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        published = _publish(version, owner, now)
        steps_of([published])
        raise KeyboardInterrupt
    version = PlanVersion.objects.get(pk=version.pk)
    actions.save_step(person=owner, version=version, key=written.step.key, what="Alle anrufen", now=now)
    published = _publish(version, owner, now + timedelta(minutes=1))
    assert [step.what for step in elements_of(published)[published.pk].steps] == ["Alle anrufen"]


def test_only_so_many_versions_are_kept(write_plan, owner, now, django_assert_num_queries):
    written = write_plan(publish=True)
    later = now + timedelta(days=1)
    steps_of([written.version])
    for number in range(MOST_KEPT):
        draft = actions.open_draft(person=owner, plan=written.plan, now=later)
        actions.save_step(person=owner, version=draft, key=written.step.key, what=f"Anruf {number}", now=later)
        steps_of([_publish(draft, owner, later)])
    with django_assert_num_queries(2):
        steps_of([written.version])


def _publish(version, owner, at):
    actions.publish_version(person=owner, version=version, reason="Besser so", without_agreement="-", now=at)
    version.refresh_from_db()
    return version
