"""Duties that go to somebody in bulk while a handover is open."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.handover import actions, queries
from allmende.handover.access import find_handover
from allmende.handover.forms import HandOnForm
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import CannotUndo
from allmende.team.queries import undo_url


@for_person("handover.transfer.lead")
@require_http_methods(["GET", "HEAD", "POST"])
def hands(request: PersonRequest, handover_id: UUID) -> HttpResponseBase:
    """Shifts, routines, controls and what somebody answers for: see to whom they would go, then hand them on together."""
    found, now = find_handover(request.person, handover_id), timezone.now()
    form = HandOnForm(request.POST or None, handover=found)
    chosen, is_sent = request.POST.getlist("thing"), request.method == "POST" and "look" not in request.POST
    if is_sent and form.is_valid():
        try:
            made = actions.hand_on(
                person=request.person, handover=found, receivers=form.receivers(), chosen=chosen, now=now
            )
        except actions.CannotHandOn as error:
            form.add_error(None, str(error))
        else:
            said = ngettext("One duty was handed on.", "%(number)s duties were handed on.", len(made))
            undo = undo_url(request.person, "handover.handed_on", batch=made[0].batch)
            messages.success(request, said % {"number": len(made)}, extra_tags=undo)
            return SeeOther(reverse("handover:hands", args=[request.workspace.slug, found.pk]))
    page = queries.hands_page(found, form.receivers(), now)
    ticked = chosen if is_sent else [duty.name for *_, duties in page.groups for duty in duties if duty.is_proposed]
    groups = [(kind, form.field_of(kind), receiver, duties) for kind, receiver, duties in page.groups]
    context = {"handover": found, "form": form, "page": page, "groups": groups, "ticked": ticked}
    return render(request, "handover/hands.html", context, status=422 if form.errors else 200)


@for_person("handover.transfer.lead")
@require_POST
def take_back(request: PersonRequest, handover_id: UUID) -> HttpResponseBase:
    """Everything that was handed on together goes back."""
    found = find_handover(request.person, handover_id)
    try:
        actions.take_back(person=request.person, batch=request.POST.get("batch", ""), now=timezone.now())
    except CannotUndo as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back. The duties are with %(name)s again.") % {"name": found.leaver.name})
    return SeeOther(reverse("handover:hands", args=[request.workspace.slug, found.pk]))
