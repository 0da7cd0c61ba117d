"""Swaps of two shifts: one offers, the other agrees."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from allmende.team import actions, queries
from allmende.team.access import PersonRequest, find_shift, find_swap, for_person
from allmende.team.forms.duty import SwapForm
from allmende.team.states import AGREED


@for_person("team.duty.stand")
@require_POST
def offer_swap(request: PersonRequest, shift_id: UUID) -> HttpResponseBase:
    """Offer one's own shift for a colleague's."""
    one, now = find_shift(request.person, shift_id), timezone.now()
    form = SwapForm(request.POST, person=request.person, now=now)
    if not form.is_valid():
        messages.error(request, gettext("Not offered. That shift is not to be had any more; choose another one."))
        return redirect("team:shift", slug=request.workspace.slug, shift_id=one.pk)
    wanted = form.cleaned_data["wanted"]
    try:
        offer = actions.offer_swap(person=request.person, shift=one, wanted=wanted, now=now)
    except actions.CannotPlanDuty as error:
        messages.error(request, str(error))
    else:
        undo = queries.undo_of(request.person, "team.swap", offer, {"archived_at": now.isoformat()})
        said = gettext("Offered. %(name)s is asked.") % {"name": wanted.person.name}
        messages.success(request, said, extra_tags=undo)
    return redirect("team:shift", slug=request.workspace.slug, shift_id=one.pk)


@for_person("team.duty.stand")
@require_POST
def answer_swap(request: PersonRequest, swap_id: UUID) -> HttpResponseBase:
    """Agree, decline, or take one's own offer back."""
    offer, now, person = find_swap(request.person, swap_id), timezone.now(), request.person
    wish = request.POST.get("answer", "")
    try:
        if wish == "withdrawn":
            actions.withdraw_swap(person=person, offer=offer, now=now)
            said = gettext("The offer is taken back.")
        else:
            actions.answer_swap(person=person, offer=offer, agrees=wish == AGREED, now=now)
            said = gettext("Swapped.") if wish == AGREED else gettext("Declined. Everybody keeps their shift.")
        messages.success(request, said)
    except actions.CannotPlanDuty as error:
        messages.error(request, str(error))
    mine = offer.shift if offer.created_by_id == person.pk or wish == AGREED else offer.wanted
    return redirect("team:shift", slug=request.workspace.slug, shift_id=mine.pk)
