"""What a channel opens without."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from allmende.guidelines import actions
from allmende.guidelines.access import find_channel, find_gate_exception
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_of


@for_person("channels.channel.edit")
@require_POST
def set_gate_aside(request: PersonRequest, channel: str, gate: str) -> HttpResponseBase:
    """Open without it, and say why."""
    found, now = find_channel(request.person, channel), timezone.now()
    try:
        kept = actions.set_gate_aside(
            person=request.person, channel=found, gate=gate, reason=request.POST.get("reason", "")[:2000], now=now
        )
    except actions.CannotSetAside as error:
        messages.error(request, str(error))
    else:
        undo = undo_of(request.person, "guidelines.gate", kept, {"archived_at": now.isoformat()})
        messages.success(request, gettext("The reason is kept, with your name."), extra_tags=undo)
    return redirect("guidelines:reaction_plan", slug=request.workspace.slug, channel=found.slug)


@for_person("channels.channel.edit")
@require_POST
def ask_gate_again(request: PersonRequest, gate_exception_id: UUID) -> HttpResponseBase:
    """The exception ends."""
    found = find_gate_exception(request.person, gate_exception_id)
    ended = actions.ask_gate_again(person=request.person, exception=found, now=timezone.now())
    undo = undo_of(request.person, "guidelines.gate", ended, {"archived_at": None})
    messages.success(request, gettext("The exception is over."), extra_tags=undo)
    return redirect("guidelines:reaction_plan", slug=request.workspace.slug, channel=ended.channel.slug)
