"""Open a door to a released report for its stakeholder, and note when it was first gone through."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from allmende.stakeholders.access import GUEST_KIND
from allmende.stakeholders.models import Report
from allmende.team.actions import make_guest_link
from allmende.team.models import Person

OPEN_DAYS = 90


class CannotOpen(Exception):
    """No door was opened: the report is not released."""


@transaction.atomic
def open_report(*, person: Person, report: Report, now: datetime) -> str:
    """A token for the page without log-in, open for 90 days; it can be closed under Team, Guests. Raises CannotOpen."""
    if not report.is_released:
        raise CannotOpen(gettext("No link was made: only a released report may be read by guests. Release it first."))
    return make_guest_link(
        person=person,
        object_kind=GUEST_KIND,
        object_id=report.pk,
        guest_name=report.stakeholder.name,
        expires_at=now + timedelta(days=OPEN_DAYS),
        now=now,
    )


def note_opened(*, report: Report, now: datetime) -> None:
    """The guest's page was asked for; only the first time is kept. Nobody's reading is followed beyond that."""
    if report.opened_at is None:
        Report.objects.filter(pk=report.pk, opened_at__isnull=True).update(opened_at=now)
