"""The composer: words, approval, slot."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels.actions import CannotWithdraw
from allmende.editorial.access import find_item, find_variant
from allmende.editorial.actions import (
    CannotApprove,
    CannotSave,
    CannotSchedule,
    approve_variant,
    publish_now,
    save_item,
    schedule_variant,
    withdraw_variant,
)
from allmende.editorial.forms import ItemForm, SlotForm
from allmende.editorial.models import Item, Variant
from allmende.editorial.queries import Draft, drafts_of
from allmende.plan.queries import chips, objectives_in_force
from allmende.team.access import PersonRequest, for_person


@require_http_methods(["GET", "POST"])
@for_person("editorial.item.edit")
def new(request: PersonRequest) -> HttpResponse:
    """Begin an item."""
    return _compose(request, None)


@require_http_methods(["GET", "POST"])
@for_person("editorial.item.read")
def item(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Is this ready for each network?"""
    return _compose(request, find_item(request.person, item_id))


def _compose(request: PersonRequest, found: Item | None) -> HttpResponse:
    drafts = drafts_of(request.workspace, found)
    form = _form(request, found, drafts, request.POST or None)
    conflict = ""
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_item(
                person=request.person,
                item=found,
                written=form.written(),
                seen_revision=form.cleaned_data["seen_revision"] or 0,
                now=timezone.now(),
                url=reverse("editorial:item", args=[request.workspace.slug, found.pk]) if found else "",
            )
        except (CannotSave, CannotWithdraw) as error:
            conflict = str(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("editorial:item", request.workspace.slug, saved.pk)
    parts = [(draft, form[form.name_of(draft)], _slot_form(draft.channel.pk)) for draft in drafts]
    return _page(request, found, {"form": form, "parts": parts, "conflict": conflict})


def _refused_slot(request: PersonRequest, variant: Variant, slot: SlotForm) -> HttpResponse:
    """The composer with the slot as typed, and beside it why it was refused."""
    drafts = drafts_of(request.workspace, variant.item)
    form = _form(request, variant.item, drafts, None)
    parts = [
        (
            draft,
            form[form.name_of(draft)],
            slot if draft.channel.pk == variant.channel_id else _slot_form(draft.channel.pk),
        )
        for draft in drafts
    ]
    return _page(request, variant.item, {"form": form, "parts": parts, "conflict": ""})


def _form(request: PersonRequest, found: Item | None, drafts: Sequence[Draft], typed: QueryDict | None) -> ItemForm:
    objectives = objectives_in_force(request.workspace)
    return ItemForm(typed, objectives=objectives, drafts=drafts, initial=_initial(request, found))


def _slot_form(channel_id: UUID, typed: QueryDict | None = None) -> SlotForm:
    """Each channel's slot has ids of its own on the page."""
    return SlotForm(typed, initial=_next_slot(), auto_id=f"slot-{channel_id}-%s")


def _page(request: PersonRequest, found: Item | None, context: dict[str, object]) -> HttpResponse:
    facts = {
        "item": found,
        "chip": chips(request.workspace, [found.serves_key]).get(found.serves_key) if found else None,
        "now": timezone.now(),
    }
    return render(request, "editorial/item.html", facts | context, status=422 if request.method == "POST" else 200)


def _initial(request: PersonRequest, found: Item | None) -> dict[str, object]:
    if found is None:
        return {"serves_key": request.GET.get("serves", "")}
    names = ("title", "serves_key", "no_objective_reason", "expected_behaviour", "expected_replies")
    return {name: getattr(found, name) for name in names} | {"seen_revision": found.revision}


def _next_slot() -> dict[str, object]:
    """The full hour after next: time to think again, and never in the past."""
    at = (timezone.localtime() + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    return {"on_date": at.date(), "at_time": at.time()}


@require_POST
@for_person("editorial.item.approve")
def approve(request: PersonRequest, variant_id: UUID) -> HttpResponse:
    """Approve the words as read."""
    variant = find_variant(request.person, variant_id)
    try:
        approve_variant(
            person=request.person, variant=variant, seen_hash=request.POST.get("seen_hash", ""), now=timezone.now()
        )
        messages.success(request, _("Approved: exactly this text for %(channel)s.") % {"channel": variant.channel.name})
    except CannotApprove as error:
        messages.error(request, str(error))
    return redirect("editorial:item", request.workspace.slug, variant.item_id)


@require_POST
@for_person("editorial.item.schedule")
def schedule(request: PersonRequest, variant_id: UUID) -> HttpResponse:
    """Give it a slot, or let it leave now."""
    variant = find_variant(request.person, variant_id)
    slot = _slot_form(variant.channel_id, request.POST)
    try:
        if "now" in request.POST:
            publish_now(person=request.person, variant=variant, now=timezone.now())
            messages.success(request, _("Leaves in ten seconds. Until then you can take it back."))
        elif not slot.is_valid():
            return _refused_slot(request, variant, slot)
        else:
            wall = datetime.combine(slot.cleaned_data["on_date"], slot.cleaned_data["at_time"])
            schedule_variant(
                person=request.person, variant=variant, wall=wall, zone=request.workspace.zone, now=timezone.now()
            )
            messages.success(request, _("Scheduled."))
    except CannotSchedule as error:
        slot.full_clean()
        slot.add_error(None, str(error))
        return _refused_slot(request, variant, slot)
    return redirect("editorial:item", request.workspace.slug, variant.item_id)


@require_POST
@for_person("editorial.item.schedule")
def withdraw(request: PersonRequest, variant_id: UUID) -> HttpResponse:
    """Take it back before it leaves."""
    variant = find_variant(request.person, variant_id)
    try:
        withdraw_variant(person=request.person, variant=variant, now=timezone.now())
        messages.success(request, _("Taken back. The text stays approved."))
    except CannotWithdraw as error:
        messages.error(request, str(error))
    return redirect("editorial:item", request.workspace.slug, variant.item_id)
