"""A presence ends in good order."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels import actions
from allmende.channels.access import find_channel, find_farewell
from allmende.channels.forms import FarewellForm
from allmende.channels.models import Channel
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url


@for_person("channels.channel.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def farewell(request: PersonRequest, channel: str) -> HttpResponseBase:
    """What members are told, and what becomes of everything."""
    found = find_channel(request.person, channel)
    form = FarewellForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.begin_farewell(
                person=request.person, channel=found, words=actions.FarewellWords(**form.cleaned_data),
                now=timezone.now(),
            )  # fmt: skip
        except actions.CannotEnd as error:
            form.add_error(None, str(error))
        else:
            said = _("%(channel)s says farewell. It closes after its last day.") % {"channel": found.name}
            undo = undo_url(request.person, "channels.farewell", farewell=kept.pk)
            messages.success(request, said, extra_tags=undo)
            return redirect("channels:change", slug=request.workspace.slug, channel=found.slug)
    context = {"form": form, "channel": found}
    return render(request, "channels/farewell.html", context, status=422 if form.errors else 200)


@for_person("channels.channel.edit")
@require_POST
def call_off_farewell(request: PersonRequest, farewell_id: str) -> HttpResponseBase:
    """The channel stays open."""
    return _settled(request, farewell_id, actions.call_off_farewell, _("%(channel)s stays open."))


@for_person("channels.channel.edit")
@require_POST
def end_farewell(request: PersonRequest, farewell_id: str) -> HttpResponseBase:
    """Close before the last day."""
    return _settled(
        request, farewell_id, actions.end_farewell, _("%(channel)s is closed. Everything said there stays.")
    )


def _settled(request: PersonRequest, pk: str, act: Callable[..., Channel], said: str) -> HttpResponseBase:
    found = find_farewell(request.person, pk)
    try:
        channel = act(person=request.person, farewell=found, now=timezone.now())
    except actions.CannotEnd as error:
        messages.error(request, str(error))
        channel = found.channel
    else:
        messages.success(request, said % {"channel": channel.name})
    return redirect("channels:change", slug=request.workspace.slug, channel=channel.slug)
