"""Write down why somebody has duty on a Sunday or holiday, and which day is free for it (domain 3.12; § 11 ArbZG)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

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
from allmende.team.actions.undo_change import restore_record, stale_undo
from allmende.team.models import Notice, Person, RestDay, Workspace
from allmende.team.queries import RestOwed, holders_of, is_open_to, not_left, rest_due

DUE, SET, DROPPED = "team.rest_day_due", "team.rest_day_set", "team.rest_day_dropped"
DAY = timedelta(days=1)
# So long before the last day somebody is told that no day of rest is planned, and so long after it still
BEFORE, AFTER = 7 * DAY, 7 * DAY


@transaction.atomic
def save_rest_day(
    *, person: Person, colleague: Person, worked_date: date, reason: str, rest_date: date | None, now: datetime,
    seen_revision: int | None = None,
) -> RestDay:  # fmt: skip
    """`reason`: why this duty is an exception; `rest_date` None: no day is chosen yet. Whoever rests is told which day it is,
    or that it is none any more.

    Nothing is refused because the law would not have it so: the rota warns. Raises CannotPlanDuty, StaleRevision.
    """
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    _check(person, colleague, worked_date, reason, rest_date)
    values = {"reason": reason.strip()[:300], "rest_date": rest_date}
    row = RestDay.objects.filter(person=colleague, worked_date=worked_date, archived_at__isnull=True).first()
    settled_at = row.updated_at if row else now
    if row is None:
        row, before = RestDay.objects.create(
            workspace=person.workspace, person=colleague, worked_date=worked_date, created_at=now, created_by=person,
            updated_at=now, updated_by=person, **values,
        ), None  # fmt: skip
    else:
        was = change_record(record=row, person=person, now=now, seen_revision=seen_revision, **values)
        before = was["rest_date"]
    _tell_change(person, row, before, settled_at, now)
    after = {"person": str(colleague.pk), "worked": worked_date.isoformat(), "reason": row.reason}
    after["rest"] = rest_date.isoformat() if rest_date else ""
    record_audit(
        workspace=person.workspace, person=person, verb="team.rest_day.saved", target=row, now=now, after=after
    )
    return row


@transaction.atomic
def undo_rest_day(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what stood there; whoever was told of a day is told, and a day that is due is asked for as before."""
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    row = RestDay.objects.filter(workspace=person.workspace_id, pk=pk).first()
    if row is None:
        raise stale_undo()
    had, settled_at = row.rest_date, row.updated_at
    restore_record(record=row, person=person, now=now, revision=revision, before=before)
    _tell_change(person, row, had, settled_at, now)
    after = {"undone": True}
    record_audit(
        workspace=person.workspace, person=person, verb="team.rest_day.saved", target=row, now=now, after=after
    )


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


def _tell_change(person: Person, row: RestDay, had: date | None, settled_at: datetime, now: datetime) -> None:
    """From `had` to what stands there now; `settled_at`: when it was written before, which let off whoever was asked for it."""
    rests, colleague, everybody = None if row.archived_at else row.rest_date, row.person, not_left(row.workspace)
    asked = f"{DUE}:{row.worked_date.isoformat()}:{row.person_id}:"
    if rests:
        settle_notices(people=everybody, starts=[asked], now=now)
    elif had:
        Notice.objects.filter(person__in=everybody, once_key=asked, seen_at=settled_at).update(seen_at=None)
    if rests == had:
        return
    settle_notices(people=[colleague], starts=[f"{SET}:{row.pk}:"], now=now)
    day = rests or had
    if day and colleague.pk != person.pk:
        kind = SET if rests else DROPPED
        _tell(colleague, kind, colleague, row.worked_date, day, now, f"{row.pk}:{row.revision}", by=person.name)


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
