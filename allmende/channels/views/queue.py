"""What leaves, what was stopped, what needs a person?"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_dispatch
from allmende.channels.forms import filters_in
from allmende.team.access import PersonRequest, SeeOther, for_person, way_back

Refusals = (actions.CannotSettle, actions.CannotRelease, actions.CannotWithdraw)


@for_person("channels.channel.read")
@require_safe
def queue(request: PersonRequest) -> HttpResponseBase:
    """The outgoing queue by what it needs; `state` and `channel` of the address narrow it."""
    filters = filters_in(request.GET)
    context = {
        "queue": queries.queue_page(request.workspace, filters),
        "filters": filters,
        "parts": queries.PARTS,
        "channels": queries.speaking_channels(request.workspace),
        "holds": queries.open_holds(request.workspace),
        "now": timezone.now(),
    }
    return render(request, "channels/queue.html", context)


@for_person("channels.dispatch.settle")
@require_POST
def settle(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """A person looked at the network: it is there, or it is not."""
    dispatch, was_sent = find_dispatch(request.person, public_id), request.POST.get("was_sent") == "yes"
    said = _("Settled: it arrived.") if was_sent else _("Settled: it is said again.")
    return _in_queue(
        request,
        lambda: actions.settle_by_person(
            person=request.person, dispatch=dispatch, was_sent=was_sent, now=timezone.now()
        ),
        said,
    )


@for_person("editorial.item.schedule")
@require_POST
def withdraw(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """Take a dispatch out of the queue for good."""
    dispatch = find_dispatch(request.person, public_id)
    return _in_queue(
        request,
        lambda: actions.withdraw_dispatch(person=request.person, dispatch=dispatch, now=timezone.now()),
        _("Taken back. It does not go out."),
    )


def _in_queue(request: PersonRequest, act: Callable[[], object], said: str) -> HttpResponseBase:
    try:
        act()
    except Refusals as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return SeeOther(way_back(request, reverse("channels:queue", args=[request.workspace.slug])))
