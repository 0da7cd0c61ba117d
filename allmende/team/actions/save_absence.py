"""Say that somebody is away, approve it, and confirm to stand in (S2-20)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import may, require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.plan_duty import CannotPlanDuty, check_day, check_fit
from allmende.team.actions.queue_mail import queue_mail
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.see_notices import settle_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.actions.undo_change import undo_fields
from allmende.team.catalogue import speaking
from allmende.team.models import Absence, Person, Shift
from allmende.team.queries import away_of, holders_of

APPROVE = "team.absence.approve"


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
    """Ask for an absence, one's own or, planning the rota, a colleague's. The deputy is asked to confirm.

    Whoever alone could approve it needs nobody's word (S4-14): it is approved with that.
    """
    _check(person, absent, starts_date, ends_date, deputy)
    approvers = holders_of(person.workspace, APPROVE)
    is_alone = may(person, APPROVE) and not approvers.exclude(pk=person.pk).exists()
    absence = Absence.objects.create(
        workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, person=absent,
        kind=kind, starts_date=starts_date, ends_date=ends_date, deputy=deputy,
        state=states.APPROVED if is_alone else states.REQUESTED,
    )  # fmt: skip
    _ask(person, absence, now)
    return _told(person, absence, now)


@transaction.atomic
def change_absence(
    *,
    person: Person,
    absence: Absence,
    kind: str,
    starts_date: date,
    ends_date: date,
    deputy: Person | None,
    now: datetime,
    seen_revision: int | None = None,
) -> Absence:
    """Other days or another deputy. Other days are approved anew, and a deputy confirms what they were asked for only.

    Raises StaleRevision when somebody else wrote meanwhile.
    """
    _check(person, absence.person, starts_date, ends_date, deputy)
    lock_workspace(person.workspace_id)
    is_other_time = (starts_date, ends_date) != _days(absence)
    is_other_deputy = (deputy.pk if deputy else None) != absence.deputy_id
    values: dict[str, Any] = {"kind": kind, "starts_date": starts_date, "ends_date": ends_date}
    values["deputy_id"] = deputy.pk if deputy else None
    if is_other_time or is_other_deputy:
        values["deputy_confirmed_at"] = None
        values["state"] = absence.state if absence.state != states.COVERED else states.APPROVED
    if is_other_time:
        values["state"] = states.APPROVED if may(person, APPROVE) else states.REQUESTED
    had = absence.deputy
    change_record(record=absence, person=person, now=now, seen_revision=seen_revision, **values)
    _release(person, absence, had, now)
    if is_other_time:
        _settle_request(absence, now)
        if deputy and deputy.pk != person.pk:
            _settle_deputy(absence, deputy, now)
    if is_other_time or is_other_deputy:
        _ask(person, absence, now)
    return _told(person, absence, now)


@transaction.atomic
def decline_deputy(*, person: Person, absence: Absence, now: datetime) -> Absence:
    """Whoever was asked cannot stand in: the absence needs somebody else, and the absent person learns it at once."""
    require(person, "team.duty.stand")
    lock_workspace(person.workspace_id)
    locked = Absence.objects.select_for_update().get(pk=absence.pk)
    if locked.deputy_id != person.pk:
        raise CannotPlanDuty(_("Nothing changed. Somebody else is asked to stand in by now."))
    state = states.APPROVED if locked.state == states.COVERED else locked.state
    change_record(
        record=absence,
        person=person,
        now=now,
        seen_revision=None,
        deputy_id=None,
        deputy_confirmed_at=None,
        state=state,
    )
    _settle_deputy(absence, person, now)
    _tell(absence, absence.person, "team.deputy_declined", person, now)
    return _told(person, absence, now)


@transaction.atomic
def approve_absence(*, person: Person, absence: Absence, now: datetime) -> Absence:
    """Approved it counts: until a deputy confirmed, it is a gap everybody sees."""
    require(person, "team.absence.approve")
    lock_workspace(person.workspace_id)
    locked = Absence.objects.select_for_update().get(pk=absence.pk)
    if locked.state != states.REQUESTED:
        raise CannotPlanDuty(_("Nothing changed. This absence is approved already."))
    state = states.COVERED if locked.deputy_confirmed_at else states.APPROVED
    change_record(record=absence, person=person, now=now, seen_revision=None, state=state)
    _settle_request(absence, now)
    _tell(absence, absence.person, "team.absence_approved", person, now)
    return _told(person, absence, now)


@transaction.atomic
def confirm_deputy(*, person: Person, absence: Absence, now: datetime) -> Absence:
    """Stand in for somebody. Whoever is asked confirms; while nobody confirmed, any colleague can offer themselves."""
    require(person, "team.duty.stand")
    lock_workspace(person.workspace_id)
    locked = Absence.objects.select_for_update().get(pk=absence.pk)
    if locked.person_id == person.pk:
        raise PermissionDenied("team.duty.stand")
    if locked.deputy_confirmed_at:
        raise CannotPlanDuty(_("Nothing changed. Somebody already confirmed to stand in."))
    _check_fit(person, locked)
    state = states.COVERED if locked.state == states.APPROVED else locked.state
    change_record(
        record=absence, person=person, now=now, seen_revision=None, deputy=person, deputy_confirmed_at=now, state=state
    )
    _settle_deputy(absence, person, now)
    _release(person, absence, locked.deputy, now)
    _tell(absence, absence.person, "team.deputy_confirmed", person, now)
    return _told(person, absence, now)


@transaction.atomic
def withdraw_absence(*, person: Person, absence: Absence, now: datetime) -> None:
    """The person is here after all; whoever was to stand in is told that nobody needs them."""
    require(person, "team.duty.stand")
    lock_workspace(person.workspace_id)
    if absence.person_id != person.pk and not may(person, "team.duty.plan"):
        raise PermissionDenied("team.duty.plan")
    change_record(record=absence, person=person, now=now, seen_revision=None, archived_at=now)
    _settle_request(absence, now)
    _release(person, absence, absence.deputy, now)
    if absence.person_id != person.pk:
        _tell(absence, absence.person, "team.absence_withdrawn", person, now)
    _told(person, absence, now)


_restore = undo_fields(
    right="team.duty.stand",
    verb="team.absence.saved",
    rows=lambda person: Absence.objects.filter(workspace=person.workspace_id),
)


@transaction.atomic
def undo_absence(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back how an absence was; whoever is to stand in again, or no more, is told. Raises CannotUndo."""
    require(person, "team.duty.stand")
    lock_workspace(person.workspace_id)
    rows = Absence.objects.filter(workspace=person.workspace_id, pk=pk).select_related("deputy", "person", "workspace")
    undone = rows.first()
    _restore(person=person, now=now, pk=pk, revision=revision, before=before)
    absence = rows.get()
    if undone is None:
        return
    if not undone.archived_at:
        _release(person, absence, undone.deputy, now)
    is_anew = bool(undone.archived_at) and not absence.archived_at
    _ask_approval_again(person, absence, undone, now)
    deputy, is_other_time = absence.deputy, _days(undone) != _days(absence)
    is_news = is_anew or is_other_time or undone.deputy_id != absence.deputy_id
    if deputy and deputy.pk != person.pk and not absence.archived_at and is_news:
        _settle_deputy(absence, deputy, now)
        kind = "team.deputy_again" if absence.deputy_confirmed_at else "team.deputy_asked"
        _tell(absence, deputy, kind, absence.person, now)
    if is_anew and absence.person_id != person.pk:
        _tell(absence, absence.person, "team.absence_restored", person, now)


def remind_deputy(*, absence: Absence, now: datetime) -> bool:
    """Ask once more who was asked to stand in and has not said anything; False when that was done before."""
    deputy = absence.deputy
    if deputy is None or absence.deputy_confirmed_at:
        return False
    is_new = _tell(absence, deputy, "team.deputy_reminded", absence.person, now, per_revision=False)
    if is_new:
        _mail(absence, deputy, absence.person, "reminder", now)
    return is_new


def _check(person: Person, absent: Person, starts_date: date, ends_date: date, deputy: Person | None) -> None:
    require(person, "team.duty.stand")
    if absent.pk != person.pk:
        require(person, "team.duty.plan")
    check_day(starts_date, "starts_date")
    check_day(ends_date, "ends_date")
    if ends_date < starts_date:
        raise CannotPlanDuty(_("The last day lies before the first. Choose a later last day."), "ends_date")
    if deputy and deputy.pk == absent.pk:
        raise CannotPlanDuty(_("Nobody stands in for themselves. Choose a colleague, or leave it open."), "deputy")


def _check_fit(deputy: Person, absence: Absence) -> None:
    """Nobody stands in for a shift without the training it needs (S3-16)."""
    away = away_of(absence, ZoneInfo(absence.workspace.zone))
    rows = Shift.objects.filter(person=absence.person_id, archived_at__isnull=True, state__in=states.ACCEPTED)
    for one in rows.filter(starts_at__lt=away.ends_at, ends_at__gt=away.starts_at).select_related("hours"):
        check_fit(deputy, one.hours, one.starts_at)


def _release(person: Person, absence: Absence, had: Person | None, now: datetime) -> None:
    """Whoever was asked to stand in, and is no more."""
    if had is None or (absence.deputy_id == had.pk and not absence.archived_at):
        return
    _settle_deputy(absence, had, now)
    if had.pk != person.pk:
        _tell(absence, had, "team.deputy_released", absence.person, now)


def _settle_deputy(absence: Absence, deputy: Person, now: datetime) -> None:
    starts = [f"team.{kind}:{absence.pk}:" for kind in ("deputy_asked", "deputy_reminded")]
    settle_notices(people=[deputy], starts=starts, now=now)


def _settle_request(absence: Absence, now: datetime) -> None:
    people = holders_of(absence.workspace, APPROVE)
    settle_notices(people=people, starts=[f"team.absence_requested:{absence.pk}:"], now=now)


def _ask(person: Person, absence: Absence, now: datetime) -> None:
    """The deputy is asked, in the app and by mail; whoever approves is told."""
    deputy = absence.deputy
    if deputy and deputy.pk != person.pk:
        _tell(absence, deputy, "team.deputy_asked", absence.person, now)
        _mail(absence, deputy, absence.person, "asked", now)
    _ask_approval(person, absence, now)


def _ask_approval(person: Person, absence: Absence, now: datetime) -> None:
    if absence.state == states.REQUESTED:
        for one in holders_of(person.workspace, APPROVE).exclude(pk=person.pk):
            _tell(absence, one, "team.absence_requested", absence.person, now)


def _ask_approval_again(person: Person, absence: Absence, undone: Absence, now: datetime) -> None:
    """Whoever approves has something to decide again after an undo, or nothing more."""
    if absence.archived_at or absence.state != states.REQUESTED:
        _settle_request(absence, now)
    elif undone.archived_at or undone.state != states.REQUESTED or _days(undone) != _days(absence):
        _settle_request(absence, now)
        _ask_approval(person, absence, now)


def _days(absence: Absence) -> tuple[date, date]:
    return absence.starts_date, absence.ends_date


def _tell(absence: Absence, told: Person, kind: str, by: Person, now: datetime, *, per_revision: bool = True) -> bool:
    values = {"name": by.name, "from": absence.starts_date.isoformat(), "until": absence.ends_date.isoformat()}
    slug = absence.workspace.slug
    url = (
        reverse("team:absences", args=[slug])
        if absence.archived_at
        else reverse("team:absence", args=[slug, absence.pk])
    )
    once_key = f"{kind}:{absence.pk}:{absence.revision if per_revision else absence.deputy_id}"
    return send_notice(person=told, kind=kind, values=values, url=url, once_key=once_key, now=now)


def _mail(absence: Absence, deputy: Person, absent: Person, kind: str, now: datetime) -> None:
    url = settings.ORIGIN + reverse("team:absence", args=[absence.workspace.slug, absence.pk])
    with speaking(deputy.user.language, deputy.workspace.gender_form):
        subject = _("%(name)s asks you to stand in") % {"name": absent.name}
        context = {"deputy": deputy, "absent": absent, "absence": absence, "kind": kind, "url": url}
        body = render_to_string("team/mails/deputy.txt", context)
    queue_mail(
        workspace=absence.workspace, to_address=deputy.user.email, to_name=deputy.name, subject=subject, body=body,
        once_key=f"team.deputy:{kind}:{absence.pk}:{absence.revision}", now=now,
    )  # fmt: skip


def _told(person: Person, absence: Absence, now: datetime) -> Absence:
    after = {
        "person": str(absence.person_id), "from": absence.starts_date.isoformat(), "until": absence.ends_date.isoformat(),
        "deputy": str(absence.deputy_id or ""), "state": absence.state, "withdrawn": absence.archived_at is not None,
    }  # fmt: skip
    record_audit(
        workspace=person.workspace, person=person, verb="team.absence.saved", target=absence, now=now, after=after
    )
    return absence
