"""Pressed twice."""

from datetime import timedelta

from allmende.plan.actions import add_stakeholder
from allmende.plan.models import Stakeholder
from allmende.stakeholders.actions import release_report
from allmende.team.models import AuditRow


def test_somebody_entered_twice_is_one(owner, now):
    for second in range(2):
        add_stakeholder(person=owner, name="Frau Brandt", influence="decides", now=now + timedelta(seconds=second))
    assert Stakeholder.objects.count() == 1
    add_stakeholder(person=owner, name="Frau Brandt", influence="decides", now=now + timedelta(hours=1))
    assert Stakeholder.objects.count() == 2


def test_a_report_released_twice_is_released_once_and_nobody_is_told_otherwise(compose, owner, now):
    report = compose()
    seen = report.revision
    for second in range(2):
        later = now + timedelta(seconds=second)
        released = release_report(person=owner, report=report, now=later, seen_revision=seen)
        assert released.released_at == now
    assert AuditRow.objects.filter(verb="stakeholders.report.released").count() == 1
