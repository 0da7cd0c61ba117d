"""Hand duties on in bulk while a handover is open, and take a whole batch back (S0-22)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.editorial.actions import UNDO as EDITORIAL_UNDO
from allmende.editorial.actions import CannotHandApproval, hand_approval, hand_item
from allmende.editorial.models import Item
from allmende.handover import audit, states
from allmende.handover.actions.move_handover import locked
from allmende.handover.models import HandedOn, Handover
from allmende.handover.queries import Duty, hands_page, point_ref
from allmende.plan.actions import UNDO as PLAN_UNDO
from allmende.plan.actions import make_contact, save_control, save_routine, steps_of
from allmende.plan.models import Control, Routine, Stakeholder
from allmende.plan.queries import contacts_of
from allmende.team.access import require
from allmende.team.actions import UNDO as TEAM_UNDO
from allmende.team.actions import (
    CannotMakeResponsible,
    CannotPlanDuty,
    CannotSaveUnit,
    change_absence,
    change_record,
    make_responsible,
    plan_shift,
    record_audit,
    save_unit,
    stale_undo,
    unit_of_person,
)
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Absence, Person, Responsibility, ResponsibleUnit, Shift, UnitMember
from allmende.team.queries import kept

LEAD = "handover.transfer.lead"
# A record's new revision, and what it held before.
Given = tuple[int, dict[str, Any]]


class CannotHandOn(Exception):
    """Nothing changed hands; the message says what is in the way."""


@transaction.atomic
def hand_on(
    *, person: Person, handover: Handover, receivers: Mapping[str, Person], chosen: Sequence[str], now: datetime
) -> list[HandedOn]:
    """The `chosen` duties ("shift:<id>") go to the receivers of their kind, all of them or none (S0-22).

    Each by its own room's action, with its own line in the audit book; whoever gets a shift is asked to confirm it. The
    points of the checklist that name them are settled. Raises CannotHandOn.
    """
    require(person, LEAD)
    handover = locked(handover, CannotHandOn)
    _check(handover, receivers, chosen, now)
    page = hands_page(handover, receivers, now)
    duties = {duty.name: (duty, receiver) for _kind, receiver, found in page.groups for duty in found}
    if set(chosen) - duties.keys():
        raise CannotHandOn(_("Nothing was handed on: one of these changed hands meanwhile. Look at the list again."))
    batch = uuid4()
    made = [_hand(person, handover, batch, *duties[name], now) for name in dict.fromkeys(chosen)]
    HandedOn.objects.bulk_create(made)
    for one in made:
        _settle(person, one, True, now)
    _note(person, handover, now, {"batch": str(batch), "things": [point_ref(one.kind, one.ref) for one in made]})
    return made


@transaction.atomic
def take_back(*, person: Person, now: datetime, batch: str) -> None:
    """Everything of a batch goes back to whom it came from; nothing does where somebody wrote one of them since.

    Raises CannotUndo.
    """
    require(person, LEAD)
    lock_workspace(person.workspace_id)
    rows = HandedOn.objects.select_for_update(of=("self",)).select_related("handover__leaver", "receiver")
    known = rows.filter(handover__workspace=person.workspace, taken_back_at__isnull=True)
    found = [one for one in known if str(one.batch) == batch]
    if not found or found[0].handover.archived_at or found[0].handover.leaver.left_at:
        raise stale_undo()
    for one in found:
        TAKE_BACK[one.kind](person=person, now=now, **_as_undone(one))
        _settle(person, one, False, now)
    HandedOn.objects.filter(batch=batch).update(taken_back_at=now)
    _note(person, found[0].handover, now, {"batch": batch, "undone": True})


def _check(handover: Handover, receivers: Mapping[str, Person], chosen: Sequence[str], now: datetime) -> None:
    if not handover.hands_on:
        raise CannotHandOn(_("Nothing was handed on: this handover is over. Announce another one."))
    if not chosen:
        raise CannotHandOn(_("Nothing was handed on: tick what is to go."))
    for one in receivers.values():
        if one.pk == handover.leaver_id or one.left_at or one.workspace_id != handover.workspace_id:
            raise CannotHandOn(_("Nothing was handed on: choose somebody else who works here."))


def _hand(person: Person, handover: Handover, batch: UUID, duty: Duty, receiver: Person, now: datetime) -> HandedOn:
    try:
        revision, before = HAND[duty.kind](person, handover, duty.ref, receiver, now)
    except (CannotPlanDuty, CannotMakeResponsible, CannotSaveUnit, CannotHandApproval) as error:
        told = {"what": duty.label, "why": str(error)}
        raise CannotHandOn(_("Nothing was handed on, because of “%(what)s”: %(why)s") % told) from error
    return HandedOn(
        handover=handover, batch=batch, kind=duty.kind, ref=duty.ref, label=duty.label[:300], receiver=receiver,
        before=before, revision=revision, at=now, by=person,
    )  # fmt: skip


def _hand_shift(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    shift = Shift.objects.get(pk=ref, workspace=handover.workspace)
    before = kept(shift, "person", "state")
    given = {name: getattr(shift, name) for name in ("hours", "kind", "starts_at", "ends_at", "serves_key")}
    after = plan_shift(person=person, shift=shift, doer=receiver, now=now, **given)
    return after.revision, before


def _hand_routine(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    routine = Routine.objects.get(pk=ref, workspace=handover.workspace)
    before = kept(routine, "owner")
    after = save_routine(
        person=person, routine=routine, steps=steps_of(routine), revision=None, now=now, owner=receiver
    )
    return after.revision, before


def _hand_control(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    control = Control.objects.get(pk=ref, workspace=handover.workspace)
    before = kept(control, "controller")
    given = {name: getattr(control, name) for name in ("what", "key", "interval_days", "next_date")}
    after = save_control(person=person, control=control, controller=receiver, now=now, **given)
    return after.revision, before


def _hand_item(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    item = Item.objects.get(pk=ref, workspace=handover.workspace)
    before = kept(item, "owner", "carer")
    after = hand_item(person=person, item=item, leaver=handover.leaver, receiver=receiver, now=now)
    return after.revision, before


def _hand_unit(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    unit = ResponsibleUnit.objects.get(pk=ref, workspace=handover.workspace)
    members = list(Person.objects.filter(pk__in=UnitMember.objects.filter(unit=unit).values("person")))
    before = {"before": kept(unit, "lead"), "members": [str(one.pk) for one in members]}
    after = save_unit(person=person, unit=unit, kind=unit.kind, name=unit.name, lead=receiver, members=members, now=now)
    return after.revision, before


def _hand_answer(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    kind, _slash, key = ref.partition("/")
    line = Responsibility.objects.get(workspace=handover.workspace, kind=kind, key=key, ends_at__isnull=True)
    unit = unit_of_person(colleague=receiver, now=now, person=person)
    after = make_responsible(person=person, kind=kind, key=key, label=line.label, unit=unit, now=now)
    return 0, {"line": after.pk, "before": str(line.unit_id)}


def _hand_contact(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    before = str(contacts_of(handover.workspace)[ref].unit_id)
    stakeholder = Stakeholder.objects.get(pk=ref, workspace=handover.workspace)
    line = make_contact(person=person, stakeholder=stakeholder, contact=receiver, now=now)
    return 0, {"line": line.pk, "before": before}


def _hand_approval(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    return 0, hand_approval(person=person, ref=ref, leaver=handover.leaver, receiver=receiver, now=now)


def _hand_deputy(person: Person, handover: Handover, ref: str, receiver: Person, now: datetime) -> Given:
    absence = Absence.objects.select_related("person", "workspace").get(pk=ref, workspace=handover.workspace)
    before = kept(absence, "deputy", "deputy_confirmed_at", "state")
    given = {name: getattr(absence, name) for name in ("kind", "starts_date", "ends_date")}
    after = change_absence(person=person, absence=absence, deputy=receiver, now=now, **given)
    return after.revision, before


HAND: Mapping[str, Callable[[Person, Handover, str, Person, datetime], Given]] = {
    states.SHIFT: _hand_shift,
    states.ROUTINE: _hand_routine,
    states.CONTROL: _hand_control,
    states.ITEM: _hand_item,
    states.UNIT: _hand_unit,
    states.ANSWERS: _hand_answer,
    states.CONTACT: _hand_contact,
    states.APPROVAL: _hand_approval,
    states.DEPUTY: _hand_deputy,
}
TAKE_BACK: Mapping[str, Callable[..., object]] = {
    states.SHIFT: TEAM_UNDO["shift"],
    states.ROUTINE: PLAN_UNDO["routine"],
    states.CONTROL: PLAN_UNDO["control"],
    states.ITEM: EDITORIAL_UNDO["item_noted"],
    states.UNIT: TEAM_UNDO["unit"],
    states.ANSWERS: TEAM_UNDO["responsible"],
    states.CONTACT: TEAM_UNDO["responsible"],
    states.APPROVAL: EDITORIAL_UNDO["approval_handed"],
    states.DEPUTY: TEAM_UNDO["absence"],
}


def _as_undone(one: HandedOn) -> dict[str, Any]:
    """What the room's own undo asks for."""
    if one.kind in (states.ANSWERS, states.CONTACT, states.APPROVAL):
        return dict(one.before)
    if one.kind == states.UNIT:
        return {"pk": one.ref, "revision": one.revision, **one.before}
    more = {"steps": ()} if one.kind == states.ROUTINE else {}
    return {"pk": one.ref, "revision": one.revision, "before": one.before, **more}


def _settle(person: Person, one: HandedOn, is_settled: bool, now: datetime) -> None:
    """The point of the checklist that names the duty, with to whom it went."""
    point = one.handover.points.filter(ref=point_ref(one.kind, one.ref)).first()
    if point is not None:
        note = _("Goes to %(name)s.") % {"name": one.receiver.name} if is_settled else ""
        change_record(record=point, person=person, now=now, seen_revision=None, note=note, is_settled=is_settled)


def _note(person: Person, handover: Handover, now: datetime, after: dict[str, Any]) -> None:
    record_audit(workspace=person.workspace, person=person, verb=audit.HANDED_ON, target=handover, now=now, after=after)
