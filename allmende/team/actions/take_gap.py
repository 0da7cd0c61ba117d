"""Fill a gap oneself (S2-20): whoever can, takes it, without waiting for somebody who plans."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import require
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.plan_duty import CannotPlanDuty, check_day, write_shift
from allmende.team.models import Person, ServiceHours, Shift
from allmende.team.queries import cover, gap_at


@transaction.atomic
def take_gap(*, person: Person, hours: ServiceHours, starts_at: datetime, ends_at: datetime, now: datetime) -> Shift:
    """Stand duty in a gap, or in a part of it. Raises CannotPlanDuty when it is none any more, or is over."""
    require(person, "team.duty.stand")
    check_day(starts_at.date(), "starts_at")
    check_day(ends_at.date(), "ends_at")
    if ends_at <= now:
        raise CannotPlanDuty(_("Not taken. That time is over; nobody can stand duty in it any more."))
    lock_workspace(person.workspace_id)
    if gap_at(hours, starts_at, ends_at, cover(person.workspace, starts_at, ends_at)) is None:
        raise CannotPlanDuty(_("Not taken. Somebody filled this gap meanwhile; the rota shows who is there."))
    return write_shift(
        person=person, shift=None, hours=hours, kind=states.FULL, doer=person, starts_at=starts_at, ends_at=ends_at,
        now=now,
    )  # fmt: skip
