"""Say that somebody is away, approve it, and confirm to stand in (S2-20)."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import may, require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.plan_duty import CannotPlanDuty
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Absence, Person


@transaction.atomic
def request_absence(
    *,
    person: Person,
    absent: Person,
    kind: str,
    starts_date: date,
    ends_date: date,
    deputy: Person | None,
    now: datetime,
) -> Absence:
    """Ask for an absence, one's own or, planning the rota, a colleague's. The deputy has to confirm."""
    require(person, "team.duty.stand")
    if absent.pk != person.pk:
        require(person, "team.duty.plan")
    if ends_date < starts_date:
        raise CannotPlanDuty(_("The last day lies before the first. Choose a later last day."), "ends_date")
    if deputy and deputy.pk == absent.pk:
        raise CannotPlanDuty(_("Nobody stands in for themselves. Choose a colleague, or leave it open."), "deputy")
    absence = Absence.objects.create(
        workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, person=absent,
        kind=kind, starts_date=starts_date, ends_date=ends_date, deputy=deputy,
    )  # fmt: skip
    return _told(person, absence, now)


@transaction.atomic
def approve_absence(*, person: Person, absence: Absence, now: datetime) -> Absence:
    """Approved it counts: until a deputy confirmed, it is a gap everybody sees."""
    require(person, "team.absence.approve")
    locked = Absence.objects.select_for_update().get(pk=absence.pk)
    if locked.state != states.REQUESTED:
        raise CannotPlanDuty(_("Nothing changed. This absence is approved already."))
    state = states.COVERED if locked.deputy_confirmed_at else states.APPROVED
    change_record(record=absence, person=person, now=now, seen_revision=None, state=state)
    return _told(person, absence, now)


@transaction.atomic
def confirm_deputy(*, person: Person, absence: Absence, now: datetime) -> Absence:
    """Stand in for somebody. Whoever is asked confirms; while nobody confirmed, any colleague can offer themselves."""
    require(person, "team.duty.stand")
    locked = Absence.objects.select_for_update().get(pk=absence.pk)
    if locked.person_id == person.pk:
        raise PermissionDenied("team.duty.stand")
    if locked.deputy_confirmed_at:
        raise CannotPlanDuty(_("Nothing changed. Somebody already confirmed to stand in."))
    state = states.COVERED if locked.state == states.APPROVED else locked.state
    change_record(
        record=absence, person=person, now=now, seen_revision=None, deputy=person, deputy_confirmed_at=now, state=state
    )
    return _told(person, absence, now)


@transaction.atomic
def withdraw_absence(*, person: Person, absence: Absence, now: datetime) -> None:
    """The person is here after all."""
    require(person, "team.duty.stand")
    if absence.person_id != person.pk and not may(person, "team.duty.plan"):
        raise PermissionDenied("team.duty.plan")
    change_record(record=absence, person=person, now=now, seen_revision=None, archived_at=now)
    _told(person, absence, now)


def _told(person: Person, absence: Absence, now: datetime) -> Absence:
    after = {
        "person": str(absence.person_id), "from": absence.starts_date.isoformat(), "until": absence.ends_date.isoformat(),
        "deputy": str(absence.deputy_id or ""), "state": absence.state, "withdrawn": absence.archived_at is not None,
    }  # fmt: skip
    record_audit(
        workspace=person.workspace, person=person, verb="team.absence.saved", target=absence, now=now, after=after
    )
    return absence
