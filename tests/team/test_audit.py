"""The book's chain: what anyone changes afterwards shows, and no way of telling the time breaks it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from allmende.team.actions import record_audit
from allmende.team.audit import first_broken
from allmende.team.models import AuditRow

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


@transaction.atomic
def told(owner, now):
    record_audit(workspace=owner.workspace, person=owner, verb="team.hours.closed", target=owner, now=now)


def test_the_chain_holds_whatever_zone_the_moment_was_told_in(owner):
    told(owner, NOON)
    told(owner, NOON.astimezone(ZoneInfo("Europe/Berlin")))
    told(owner, NOON.astimezone(ZoneInfo("Asia/Kathmandu")))
    assert first_broken(AuditRow.objects.filter(workspace=owner.workspace).order_by("number")) is None


def test_the_first_row_that_was_altered_is_named(owner):
    told(owner, NOON)
    told(owner, NOON)
    rows = list(AuditRow.objects.filter(workspace=owner.workspace).order_by("number"))
    rows[-2].verb = "team.hours.opened"
    assert first_broken(rows) == rows[-2].number
    del rows[-2]
    assert first_broken(rows) == rows[-1].number - 1
