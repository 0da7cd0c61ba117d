"""S1-09: whose update is due next, and whether it lies ready."""

from datetime import timedelta

import pytest

from allmende.plan.actions import add_stakeholder
from allmende.stakeholders.queries import next_update

pytestmark = pytest.mark.django_db


def test_s1_09_the_update_due_first_is_named_with_its_day(owner, workspace, now):
    today = now.date()
    add_stakeholder(person=owner, now=now, name="Holm", next_due_date=today + timedelta(days=9))
    add_stakeholder(person=owner, now=now, name="Brandt", next_due_date=today + timedelta(days=2))
    add_stakeholder(person=owner, now=now, name="Ohne Tag")
    found = next_update(workspace, today)
    assert (found.name, found.due_date, found.is_overdue, found.has_draft) == (
        "Brandt",
        today + timedelta(days=2),
        False,
        False,
    )
    assert next_update(workspace, today + timedelta(days=3)).is_overdue


def test_nobody_with_a_day_is_no_update(owner, workspace, now):
    add_stakeholder(person=owner, now=now, name="Ohne Tag")
    assert next_update(workspace, now.date()) is None
