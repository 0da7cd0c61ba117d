"""Write down why somebody has duty on a Sunday or holiday, and which day is free for it (domain 3.12; § 11 ArbZG)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.plan_duty import CannotPlanDuty, check_day
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.see_notices import settle_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.models import Person, RestDay, Workspace
from allmende.team.queries import RestOwed, holders_of, is_open_to, people_of, rest_due

DUE, SET = "team.rest_day_due", "team.rest_day_set"
DAY = timedelta(days=1)
# So long before the last day somebody is told that no day of rest is planned, and so long after it still
BEFORE, AFTER = 7 * DAY, 7 * DAY


@transaction.atomic
def save_rest_day(
    *, person: Person, colleague: Person, worked_date: date, reason: str, rest_date: date | None, now: datetime,
    seen_revision: int | None = None,
) -> RestDay:  # fmt: skip
    """`reason`: why this duty is an exception; `rest_date` None: no day is chosen yet. Whoever rests is told which day it is.

    Nothing is refused because the law would not have it so: the rota warns. Raises CannotPlanDuty, StaleRevision.
    """
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    _check(person, colleague, worked_date, reason, rest_date)
    values = {"reason": reason.strip()[:300], "rest_date": rest_date}
    row = RestDay.objects.filter(person=colleague, worked_date=worked_date, archived_at__isnull=True).first()
    if row is None:
        row, before = RestDay.objects.create(
            workspace=person.workspace, person=colleague, worked_date=worked_date, created_at=now, created_by=person,
            updated_at=now, updated_by=person, **values,
        ), None  # fmt: skip
    else:
        was = change_record(record=row, person=person, now=now, seen_revision=seen_revision, **values)
        before = was["rest_date"]
    if rest_date:
        starts = [f"{DUE}:{worked_date.isoformat()}:{colleague.pk}:"]
        settle_notices(people=people_of(person.workspace), starts=starts, now=now)
    if rest_date and rest_date != before and colleague.pk != person.pk:
        _tell(colleague, SET, colleague, worked_date, rest_date, now, f"{row.pk}:{row.revision}", by=person.name)
    after = {"person": str(colleague.pk), "worked": worked_date.isoformat(), "reason": row.reason}
    after["rest"] = rest_date.isoformat() if rest_date else ""
    record_audit(
        workspace=person.workspace, person=person, verb="team.rest_day.saved", target=row, now=now, after=after
    )
    return row


@transaction.atomic
def tell_rest_due(*, workspace: Workspace, now: datetime) -> int:
    """Days of rest that are due within a week, or were a week ago, and not planned: whoever plans duty and whoever worked is told
    once of each, while they work here. How many notices were left."""
    today = workspace.day_at(now)
    due = [one for one in rest_due(workspace, today - AFTER, today + BEFORE, today) if not one.is_settled]
    planners = list(holders_of(workspace, "team.duty.plan")) if due else []
    return sum(_tell_due(one, planners, today, now) for one in due)


def _tell_due(one: RestOwed, planners: list[Person], today: date, now: datetime) -> int:
    told = {reader.pk: reader for reader in (*planners, one.person) if is_open_to(reader, today)}
    once = f"{one.worked.isoformat()}:{one.person.pk}:"
    return sum(_tell(reader, DUE, one.person, one.worked, one.due, now, once) for reader in told.values())


def _tell(
    reader: Person, kind: str, who: Person, worked: date, day: date, now: datetime, once: str, by: str = ""
) -> bool:
    values = {"name": who.name, "is_own": reader.pk == who.pk, "worked": worked.isoformat(), "day": day.isoformat()}
    url = f"{reverse('team:rota', args=[reader.workspace.slug])}?on={worked.isoformat()}#rest-title"
    return send_notice(
        person=reader, kind=kind, values={**values, "by": by}, url=url, once_key=f"{kind}:{once}", now=now
    )


def _check(person: Person, colleague: Person, worked_date: date, reason: str, rest_date: date | None) -> None:
    if colleague.workspace_id != person.workspace_id:
        raise CannotPlanDuty(_("Not saved. This person is not of this workspace."))
    if not reason.strip():
        raise CannotPlanDuty(_("Not saved. Say why this duty has to be then; the reason stands on the rota."), "reason")
    check_day(worked_date, "reason")
    if rest_date is None:
        return
    check_day(rest_date, "rest_date")
    if rest_date == worked_date:
        raise CannotPlanDuty(_("Not saved. That is the day worked; choose another one to rest."), "rest_date")
