"""The times of the week at which each channel speaks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.editorial import actions
from allmende.editorial.access import find_slot
from allmende.editorial.forms import WeeklySlotForm
from allmende.editorial.queries import slots_by_channel
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.queries import undo_of


@require_safe
@for_person("editorial.item.read")
def weekly_slots(request: PersonRequest) -> HttpResponse:
    """When does each channel speak?"""
    groups = slots_by_channel(request.workspace)
    form = WeeklySlotForm(channels=[group.channel for group in groups], initial={"channel": request.GET.get("channel")})
    return render(request, "editorial/weekly_slots.html", {"groups": groups, "form": form})


@for_person("editorial.item.schedule")
@require_POST
def add_slot(request: PersonRequest) -> HttpResponse:
    """Keep a time of the week."""
    groups = slots_by_channel(request.workspace)
    form = WeeklySlotForm(request.POST, channels=[group.channel for group in groups])
    if form.is_valid():
        now = timezone.now()
        try:
            slot = actions.add_slot(person=request.person, now=now, **form.values())
            undo = undo_of(request.person, "editorial.slot", slot, {"archived_at": now.isoformat()})
            messages.success(request, _("Added."), extra_tags=undo)
            return _back(request)
        except actions.CannotKeepSlot as refused:
            form.add_error("starts_at", str(refused))
    return render(request, "editorial/weekly_slots.html", {"groups": groups, "form": form}, status=422)


@for_person("editorial.item.schedule")
@require_POST
def remove_slot(request: PersonRequest, slot_id: UUID) -> HttpResponse:
    """Take a time of the week out; texts that stand at it stay."""
    slot = actions.remove_slot(person=request.person, slot=find_slot(request.person, slot_id), now=timezone.now())
    undo = undo_of(request.person, "editorial.slot", slot, {"archived_at": None})
    messages.success(request, _("Taken out. Texts that stand at this time keep it."), extra_tags=undo)
    return _back(request)


def _back(request: PersonRequest) -> HttpResponse:
    return SeeOther(reverse("editorial:weekly_slots", args=[request.workspace.slug]))
