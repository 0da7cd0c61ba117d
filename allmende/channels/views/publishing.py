"""Publishing is paused: why, what the networks say, and going on."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_pause
from allmende.team.access import PersonRequest, for_person


@for_person("channels.channel.read")
@require_safe
def publishing(request: PersonRequest) -> HttpResponseBase:
    """Whether words leave from here; where not, what has been found out so far."""
    context = {
        "pauses": queries.open_pauses(request.workspace),
        "found": queries.reconciled(request.workspace),
        "now": timezone.now(),
    }
    return render(request, "channels/publishing.html", context)


@for_person("channels.pause.end")
@require_POST
def resume(request: PersonRequest, pause_id: str) -> HttpResponseBase:
    """Somebody looked: publishing goes on."""
    try:
        actions.end_pause(person=request.person, pause=find_pause(request.person, pause_id), now=timezone.now())
    except actions.CannotEndPause as error:
        messages.error(request, str(error))
        return redirect("channels:publishing", slug=request.workspace.slug)
    messages.success(request, _("Publishing goes on. What is held waits until somebody releases or drops it."))
    return redirect("channels:queue", slug=request.workspace.slug)
