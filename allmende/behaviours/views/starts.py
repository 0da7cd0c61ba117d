"""Where the work for an objective began earlier than elsewhere: note it beside the verdict, take it back."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allmende.behaviours.access import find_definition, find_start
from allmende.behaviours.actions import CannotTellStart, take_back_start, tell_start
from allmende.channels.access import find_channel
from allmende.team.access import PersonRequest, for_person


@for_person("behaviours.definition.edit")
@require_POST
def start(request: PersonRequest, key: str) -> HttpResponse:
    """Note where the work began earlier than elsewhere."""
    definition = find_definition(request.person, key)
    channel = find_channel(request.person, request.POST.get("channel", ""))
    day = _day(request.POST.get("day", ""))
    try:
        if day is None:
            raise CannotTellStart(_("Not noted: a day is missing. Choose the day on which it began there."))
        asked = request.POST.get("objective", "")
        tell_start(person=request.person, objective_key=asked, channel=channel, starts_date=day, now=timezone.now())
    except CannotTellStart as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted. It is compared as soon as everything is counted again."))
    return redirect("behaviours:definition", request.workspace.slug, definition.key)


@for_person("behaviours.definition.edit")
@require_POST
def drop_start(request: PersonRequest, key: str, pk: int) -> HttpResponse:
    """Take back that the work began there earlier."""
    definition = find_definition(request.person, key)
    take_back_start(person=request.person, start=find_start(request.person, pk), now=timezone.now())
    messages.success(request, _("Taken back. Note the day again if it was right."))
    return redirect("behaviours:definition", request.workspace.slug, definition.key)


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:  # the 31st of February
        return None
