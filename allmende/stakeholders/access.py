"""Give a person the stakeholder or report they ask for, or behave as if it did not exist."""

from datetime import datetime
from uuid import UUID

from django.shortcuts import get_object_or_404

from allmende.plan.models import Stakeholder
from allmende.stakeholders import states
from allmende.stakeholders.models import Report
from allmende.team.access import find_guest_link
from allmende.team.models import Person

GUEST_KIND = "stakeholders.report"


def find_stakeholder(person: Person, stakeholder_id: UUID | str) -> Stakeholder:
    """A stakeholder of the person's workspace, archived or not, or 404."""
    rows = Stakeholder.objects.select_related("updated_by", "workspace")
    return get_object_or_404(rows, workspace=person.workspace, pk=stakeholder_id)


def find_report(person: Person, report_id: UUID | str) -> Report:
    """A report of the person's workspace, or 404; a discarded one is gone."""
    rows = Report.objects.select_related("stakeholder", "workspace", "released_by", "updated_by", "created_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=report_id, archived_at__isnull=True)


def find_guest_report(token: str, now: datetime) -> Report:
    """The released report behind a guest's door, or 404: whatever is not released, expired or wrong looks the same."""
    link = find_guest_link(token, GUEST_KIND, now)
    rows = Report.objects.select_related("stakeholder", "workspace", "released_by", "created_by")
    return get_object_or_404(rows, workspace=link.workspace, pk=link.object_id, state=states.RELEASED)
