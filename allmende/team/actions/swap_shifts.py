"""Swap two shifts between two people, once both agree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.end_swaps import end_swaps, settle_offer
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.plan_duty import CannotPlanDuty, check_fit, check_free
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.tell_of_shift import settle_asked, tell_of_shift
from allmende.team.actions.undo_change import stale_undo
from allmende.team.models import Person, Shift, SwapOffer


@transaction.atomic
def offer_swap(*, person: Person, shift: Shift, wanted: Shift, now: datetime) -> SwapOffer:
    """Offer a shift of one's own for a colleague's, who is asked. Raises CannotPlanDuty where one of them has begun,
    is nobody's, or both are the same person's."""
    require(person, "team.duty.stand")
    lock_workspace(person.workspace_id)
    if shift.person_id != person.pk:
        raise PermissionDenied("team.duty.plan")
    colleague = wanted.person
    if colleague is None or colleague.pk == person.pk:
        raise CannotPlanDuty(_("Not offered. Choose a colleague's shift; what is open you can simply take over."))
    _check_waiting(shift, wanted, now)
    if SwapOffer.objects.filter(shift=shift, answer="", archived_at__isnull=True).exists():
        raise CannotPlanDuty(_("Not offered. This shift is offered already; take that offer back first."))
    offer = SwapOffer.objects.create(
        workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, shift=shift,
        wanted=wanted,
    )  # fmt: skip
    tell_of_shift(person=person, shift=wanted, told=colleague, kind="team.swap_offered", now=now, about=offer.pk)
    _record(person, offer, "team.swap.offered", now)
    return offer


@transaction.atomic
def answer_swap(*, person: Person, offer: SwapOffer, agrees: bool, now: datetime) -> SwapOffer:
    """The colleague agrees, and both shifts change hands at once; or declines, and nothing changes.

    Raises CannotPlanDuty for an offer that was answered or taken back meanwhile.
    """
    require(person, "team.duty.stand")
    _lock_waiting(person, offer)
    rows = (
        Shift.objects.filter(pk__in=(offer.shift_id, offer.wanted_id)).order_by("pk").select_related("person", "hours")
    )
    shifts = {one.pk: one for one in rows.select_for_update(of=("self",))}
    first, second = shifts[offer.shift_id], shifts[offer.wanted_id]
    if second.person_id != person.pk:
        raise PermissionDenied("team.duty.plan")
    asker = offer.created_by
    if asker is None or first.person_id != asker.pk:
        raise CannotPlanDuty(
            _(
                "Not swapped. The shift offered is somebody else's by now. Everybody keeps their shift; offer another one."
            )
        )
    if agrees:
        _check_waiting(first, second, now)
        check_free(person, first.starts_at, first.ends_at, first, second)
        check_free(asker, second.starts_at, second.ends_at, first, second)
        check_fit(person, first.hours, first.starts_at)
        check_fit(asker, second.hours, second.starts_at)
        for one, doer in ((first, person), (second, asker)):
            before = change_record(
                record=one, person=person, now=now, seen_revision=None, person_id=doer.pk, state=states.CONFIRMED
            )
            end_swaps(person=person, shift=one, before=before, now=now, but=offer)
        settle_asked(people=(person, asker), shifts=(first, second), now=now)
    settle_offer(offer, now)
    answer = states.AGREED if agrees else states.DECLINED
    change_record(record=offer, person=person, now=now, seen_revision=None, answer=answer, answered_at=now)
    kind = "team.swap_agreed" if agrees else "team.swap_declined"
    tell_of_shift(person=person, shift=second if agrees else first, told=asker, kind=kind, now=now, about=offer.pk)
    _record(person, offer, "team.swap.answered", now)
    return offer


@transaction.atomic
def withdraw_swap(*, person: Person, offer: SwapOffer, now: datetime) -> None:
    """Take an offer back that nobody answered yet. Raises CannotPlanDuty when somebody did meanwhile."""
    require(person, "team.duty.stand")
    if offer.created_by_id != person.pk:
        raise PermissionDenied("team.duty.plan")
    _lock_waiting(person, offer)
    change_record(record=offer, person=person, now=now, seen_revision=None, archived_at=now)
    settle_offer(offer, now)
    _record(person, offer, "team.swap.offered", now)


@transaction.atomic
def undo_offer(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """It was offered by mistake, and nobody is asked any more. Raises CannotUndo when it was answered or ended meanwhile."""
    require(person, "team.duty.stand")
    rows = SwapOffer.objects.filter(workspace=person.workspace_id, created_by=person, revision=revision)
    offer = rows.select_related("wanted").filter(pk=pk).first()
    if offer is None or set(before) != {"archived_at"}:
        raise stale_undo()
    try:
        withdraw_swap(person=person, offer=offer, now=now)
    except CannotPlanDuty as refused:
        raise stale_undo() from refused


def _lock_waiting(person: Person, offer: SwapOffer) -> None:
    lock_workspace(person.workspace_id)
    locked = SwapOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if locked.answer or locked.archived_at:
        raise CannotPlanDuty(
            _(
                "Nothing changed. This offer was answered or taken back meanwhile, or one of the shifts is another by now; "
                "you see both as they are."
            )
        )


def _check_waiting(first: Shift, second: Shift, now: datetime) -> None:
    for one in (first, second):
        if one.state in states.BEGUN or one.starts_at <= now or one.archived_at:
            raise CannotPlanDuty(
                _(
                    "Not swapped. One of the two shifts has begun or is off the rota. Everybody keeps their shift; offer another one."
                )
            )


def _record(person: Person, offer: SwapOffer, verb: str, now: datetime) -> None:
    after = {"shift": str(offer.shift_id), "wanted": str(offer.wanted_id), "answer": offer.answer}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=offer, now=now, after=after)
