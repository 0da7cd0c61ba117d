"""Say which hours need somebody, plan shifts, and move them on (domain 3.12)."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.domain.slots import is_in_reach
from allmende.team import states
from allmende.team.access import may, require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.end_swaps import AGREED_ABOUT, end_swaps
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.tell_of_shift import ASKED, settle_asked, tell_of_shift, tell_who_got_back, tell_who_lost
from allmende.team.actions.train import NotTrained, check_duty
from allmende.team.actions.undo_change import CannotUndo, undo_fields
from allmende.team.catalogue import UNUSUAL_DAY
from allmende.team.models import AcceptedGap, CoverageRequirement, Person, ServiceHours, Shift, TrainingUnit


class CannotPlanDuty(Exception):
    """The rota stays as it was; the message says why. `field` names the field to mend, if one is wrong."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def require_cover(
    *,
    person: Person,
    hours: ServiceHours,
    seats: int,
    starts_date: date,
    now: datetime,
    weekend: tuple[time, time] | None = None,
    unit: TrainingUnit | None = None,
) -> CoverageRequirement:
    """So many people are needed in these hours from a day on. The first requirement turns duty planning on.

    `unit`: the training whoever covers them has at least; who has a shift there already keeps it (S3-16).
    Raises CannotPlanDuty for a day nobody can mean.
    """
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    check_day(starts_date, "starts_date")
    values: dict[str, Any] = {
        "seats": seats,
        "starts_date": starts_date,
        "weekend_starts_at": weekend[0] if weekend else None,
        "weekend_ends_at": weekend[1] if weekend else None,
        "unit_id": unit.pk if unit else None,
    }
    requirement = CoverageRequirement.objects.filter(hours=hours, archived_at__isnull=True).first()
    if requirement is None:
        requirement = CoverageRequirement.objects.create(hours=hours, **_born(person, now), **values)
    else:
        change_record(record=requirement, person=person, now=now, seen_revision=None, **values)
    _record(
        person,
        "team.coverage.saved",
        requirement,
        now,
        {**values, "hours": str(hours.pk), "unit_id": str(unit.pk) if unit else None},
    )
    return requirement


@transaction.atomic
def end_cover(*, person: Person, requirement: CoverageRequirement, now: datetime) -> None:
    """Nobody has to be planned in these hours any more; without any requirement duty planning is off."""
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    change_record(record=requirement, person=person, now=now, seen_revision=None, archived_at=now)
    _record(person, "team.coverage.saved", requirement, now, {"ended": True})


@transaction.atomic
def plan_shift(
    *,
    person: Person,
    shift: Shift | None,
    hours: ServiceHours | None,
    kind: str,
    doer: Person | None,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    serves_key: str = "",
    seen_revision: int | None = None,
) -> Shift:
    """Write a shift down or change it. Whoever gets it is asked to confirm; who plans themselves has confirmed with that.

    Raises CannotPlanDuty for a shift that ends before it begins, lasts longer than a day, is over already or would put
    somebody into two places; StaleRevision when somebody else wrote meanwhile.
    """
    require(person, "team.duty.plan")
    return write_shift(
        person=person, shift=shift, hours=hours, kind=kind, doer=doer, starts_at=starts_at, ends_at=ends_at, now=now,
        serves_key=serves_key, seen_revision=seen_revision,
    )  # fmt: skip


def write_shift(
    *,
    person: Person,
    shift: Shift | None,
    hours: ServiceHours | None,
    kind: str,
    doer: Person | None,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    serves_key: str = "",
    seen_revision: int | None = None,
    is_quiet: bool = False,
) -> Shift:
    """What `plan_shift`, `take_gap` and `accept_proposal` share, once the right is clear. `is_quiet`: whoever gets it is told
    by the caller."""
    lock_workspace(person.workspace_id)
    _check_times(starts_at, ends_at)
    if shift and _has_begun(shift):
        raise CannotPlanDuty(_("Not changed. This duty has begun, and the rota keeps who was there."))
    if doer:
        check_free(doer, starts_at, ends_at, shift)
        check_fit(doer, hours, starts_at, shift)
    values: dict[str, Any] = {
        "hours": hours,
        "kind": kind,
        "person_id": doer.pk if doer else None,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    is_same = shift is not None and (shift.person_id, shift.starts_at, shift.ends_at) == (
        doer and doer.pk,
        starts_at,
        ends_at,
    )
    values |= {"serves_key": serves_key, "state": shift.state if shift and is_same else _state_for(person, doer)}
    if shift is None:
        shift = Shift.objects.create(**_born(person, now), **values)
    else:
        before = change_record(record=shift, person=person, now=now, seen_revision=seen_revision, **values)
        tell_who_lost(person=person, shift=shift, before=before, now=now)
        end_swaps(
            person=person, shift=shift, before={**before, "hours_id": before["hours"] and before["hours"].pk}, now=now
        )
        if doer and not is_same:
            settle_asked(people=[doer], shifts=[shift], now=now)
    if doer and shift.state == states.ASSIGNED and not is_same and not is_quiet:
        tell_of_shift(person=person, shift=shift, told=doer, kind=ASKED, now=now)
    _record(person, "team.shift.planned", shift, now, _told(shift))
    return shift


_restore_shift = undo_fields(
    right="team.duty.stand",
    verb="team.shift.planned",
    rows=lambda person: Shift.objects.filter(workspace=person.workspace_id),
)


@transaction.atomic
def undo_shift(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back how a shift was, unless its person would be in two places. Raises CannotUndo."""
    require(person, "team.duty.stand")
    lock_workspace(person.workspace_id)
    undone = Shift.objects.filter(pk=pk).values(*AGREED_ABOUT).first()
    _restore_shift(person=person, now=now, pk=pk, revision=revision, before=before)
    shift = Shift.objects.select_related("person").get(pk=pk)
    if undone and not undone["archived_at"]:
        tell_who_lost(person=person, shift=shift, before=undone, now=now)
    if undone:
        tell_who_got_back(person=person, shift=shift, before=undone, now=now)
        end_swaps(person=person, shift=shift, before=undone, now=now)
    if shift.person is None or shift.archived_at:
        return
    try:
        check_free(shift.person, shift.starts_at, shift.ends_at, shift)
    except CannotPlanDuty as error:
        raise CannotUndo(
            _(
                "Not undone. %(name)s has another shift at that time by now. The rota stays as it is; put the other "
                "shift elsewhere first."
            )
            % {"name": shift.person.name}
        ) from error


@transaction.atomic
def cancel_shift(*, person: Person, shift: Shift, now: datetime) -> None:
    """Take a shift off the rota; whoever had it is told. What has begun stays."""
    before = take_off(person=person, shift=shift, now=now)
    tell_who_lost(person=person, shift=shift, before=before, now=now)


def take_off(*, person: Person, shift: Shift, now: datetime) -> dict[str, Any]:
    """What `cancel_shift` and the undo of a proposal share; returns what it was before. The caller tells whoever had it."""
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    if _has_begun(shift):
        raise CannotPlanDuty(_("Not taken off. This duty has begun, and the rota keeps who was there."))
    before = change_record(record=shift, person=person, now=now, seen_revision=None, archived_at=now)
    end_swaps(person=person, shift=shift, before=before, now=now)
    _record(person, "team.shift.planned", shift, now, {"cancelled": True})
    return before


@transaction.atomic
def move_shift(*, person: Person, shift: Shift, to: str, now: datetime, note: str | None = None) -> Shift:
    """Confirm, give back, ask for a swap, take over, begin, hand over or close a shift.

    One's own by everybody who stands duty, anybody's by who plans it. What is open, or offered for a swap, a colleague
    takes over by confirming it. Raises CannotPlanDuty for a step its state does not allow.
    """
    require(person, "team.duty.stand")
    lock_workspace(person.workspace_id)
    locked = Shift.objects.select_for_update().get(pk=shift.pk)
    if to == states.ASSIGNED or to not in states.SHIFT_MOVES[locked.state]:
        raise CannotPlanDuty(_("Nothing changed. Somebody moved this shift on meanwhile; you see it now as it is."))
    takes = (
        to == states.CONFIRMED
        and locked.state in (states.OPEN, states.SWAP_REQUESTED)
        and locked.person_id != person.pk
    )
    if not takes and locked.person_id != person.pk and not may(person, "team.duty.plan"):
        raise PermissionDenied("team.duty.plan")
    if to == states.ON_DUTY and now < locked.starts_at:
        raise CannotPlanDuty(_("Not begun. This shift has not started yet; it begins at its own time."))
    values: dict[str, Any] = {"state": to}
    if takes:
        check_free(person, locked.starts_at, locked.ends_at, locked)
        check_fit(person, locked.hours, locked.starts_at, locked)
        values["person_id"] = person.pk
    if to == states.OPEN:
        values["person_id"] = None
    if note is not None:
        values["note"] = note.strip()
    before = change_record(record=shift, person=person, now=now, seen_revision=None, **values)
    settle_asked(people=[locked.person], shifts=[shift], now=now)
    kind = "team.shift_taken_over" if takes else "team.shift_taken_off"
    tell_who_lost(person=person, shift=shift, before=before, now=now, kind=kind)
    end_swaps(person=person, shift=shift, before=before, now=now)
    _record(person, "team.shift.moved", shift, now, {"state": to, "person": str(shift.person_id or "")})
    return shift


@transaction.atomic
def accept_gap(
    *, person: Person, hours: ServiceHours, starts_at: datetime, ends_at: datetime, reason: str, now: datetime
) -> AcceptedGap:
    """Bear a gap with name and reason: it stays visible as accepted and is no reason to ask again."""
    require(person, "team.duty.plan")
    check_day(starts_at.date(), "starts_at")
    check_day(ends_at.date(), "ends_at")
    if not reason.strip():
        raise CannotPlanDuty(
            _("Not accepted. Say why nobody has to be there; the reason stands beside the gap."), "reason"
        )
    accepted = AcceptedGap.objects.create(
        hours=hours, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()[:300], **_born(person, now)
    )
    told = {"from": starts_at.isoformat(), "until": ends_at.isoformat(), "reason": accepted.reason}
    _record(person, "team.gap.accepted", accepted, now, told)
    return accepted


def check_day(on: date, field: str) -> None:
    """Nobody plans beyond the days one can mean, and reckoning there leaves the calendar."""
    if not is_in_reach(on):
        raise CannotPlanDuty(str(UNUSUAL_DAY), field)


def _has_begun(shift: Shift) -> bool:
    """As it is under the lock, whatever the page knew."""
    return Shift.objects.filter(pk=shift.pk, state__in=states.BEGUN).exists()


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    check_day(starts_at.date(), "starts_at")
    check_day(ends_at.date(), "ends")
    if ends_at <= starts_at:
        raise CannotPlanDuty(_("It ends before it begins. Choose an end after the beginning."), "ends")
    if (ends_at - starts_at).total_seconds() > 24 * 3600:
        raise CannotPlanDuty(_("That is longer than a day. Plan one shift per day."), "ends")


def check_free(doer: Person, starts_at: datetime, ends_at: datetime, *but: Shift | None) -> None:
    """Nobody is in two shifts at once, `but` those they leave. Whoever asks holds the workspace, so that two planners wait for each other."""
    same = Shift.objects.filter(person=doer, archived_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if same.exclude(pk__in=[one.pk for one in but if one]).exists():
        raise CannotPlanDuty(
            _("%(name)s already has a shift at that time. Choose another time or another person.")
            % {"name": doer.name},
            "doer",
        )


def check_fit(doer: Person, hours: ServiceHours | None, starts_at: datetime, shift: Shift | None = None) -> None:
    """Nobody stands duty without the training it and these hours need (S3-16); who has the shift already keeps it."""
    if shift is not None and (shift.person_id, shift.hours_id) == (doer.pk, hours.pk if hours else None):
        return
    try:
        check_duty(doer, hours, doer.workspace.day_at(starts_at))
    except NotTrained as error:
        raise CannotPlanDuty(str(error), "doer") from error


def _state_for(person: Person, doer: Person | None) -> str:
    if doer is None:
        return states.OPEN
    return states.CONFIRMED if doer.pk == person.pk else states.ASSIGNED


def _born(person: Person, now: datetime) -> dict[str, Any]:
    return {
        "workspace": person.workspace, "created_at": now, "created_by": person, "updated_at": now, "updated_by": person,
    }  # fmt: skip


def _told(shift: Shift) -> dict[str, Any]:
    return {
        "person": str(shift.person_id or ""), "from": shift.starts_at.isoformat(), "until": shift.ends_at.isoformat(),
        "state": shift.state,
    }  # fmt: skip


def _record(person: Person, verb: str, target: Any, now: datetime, after: Mapping[str, Any]) -> None:
    plain = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in after.items()}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=target, now=now, after=plain)
