"""What happens to an item and its texts beside writing: approval, slot, comments, copies, putting away."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allmende.channels.actions import CannotWithdraw
from allmende.editorial.access import find_item, find_variant
from allmende.editorial.actions import (
    CannotApprove,
    CannotAsk,
    CannotSchedule,
    approve_item,
    approve_variant,
    archive_item,
    ask_approval,
    comment_on_item,
    duplicate_item,
    move_read,
    publish_read,
    restore_item,
    withdraw_variant,
)
from allmende.editorial.forms import CommentForm, SlotForm, with_free_slot
from allmende.editorial.models import Variant
from allmende.editorial.queries import drafts_of, is_solo
from allmende.editorial.views.calendar import undo_of
from allmende.editorial.views.composer import composer_page, item_form
from allmende.team.access import PersonRequest, find_colleague, for_person


def _url(request: PersonRequest, name: str, key: object) -> str:
    return reverse(f"editorial:{name}", args=[request.workspace.slug, key])


@for_person("editorial.item.approve")
@require_POST
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
    return redirect(_url(request, "item", variant.item_id))


@for_person("editorial.item.approve")
@require_POST
def approve_all(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Approve every text of an item as read."""
    item = find_item(request.person, item_id)
    seen = {
        draft.variant.pk: request.POST.get(f"seen-{draft.variant.pk}", "")
        for draft in drafts_of(request.workspace, item)
        if draft.variant and f"seen-{draft.variant.pk}" in request.POST
    }
    try:
        number = approve_item(person=request.person, item=item, seen=seen, now=timezone.now())
        said = ngettext("Approved: exactly this text.", "Approved: exactly these %(number)s texts.", number)
        messages.success(request, said % {"number": number})
    except CannotApprove as error:
        messages.error(request, str(error))
    return redirect(_url(request, "item", item.pk))


@for_person("editorial.item.edit")
@require_POST
def ask(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Ask a colleague to approve."""
    item = find_item(request.person, item_id)
    approver = find_colleague(request.person, _as_uuid(request.POST.get("approver", "")))
    try:
        ask_approval(
            person=request.person, item=item, approver=approver, now=timezone.now(), url=_url(request, "item", item.pk)
        )
        messages.success(request, _("%(name)s was asked to approve it.") % {"name": approver.name})
    except CannotAsk as error:
        messages.error(request, str(error))
    return redirect(_url(request, "item", item.pk))


def _as_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@for_person("editorial.item.edit")
@require_POST
def comment(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Say something about an item among colleagues."""
    item = find_item(request.person, item_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        words = item_form(request, item, drafts_of(request.workspace, item))
        return composer_page(request, item, words, comment=form)
    text, address = form.cleaned_data["comment"], _url(request, "item", item.pk)
    for_guests = form.cleaned_data["is_for_guests"]
    comment_on_item(
        person=request.person, item=item, text=text, now=timezone.now(), url=address, is_for_guests=for_guests
    )
    return redirect(f"{address}#comments")


@for_person("editorial.item.edit")
@require_POST
def duplicate(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Begin another item with the same words."""
    made = duplicate_item(person=request.person, item=find_item(request.person, item_id), now=timezone.now())
    messages.success(request, _("Copied. This is the copy; it has no date and no approval yet."))
    return redirect(_url(request, "item", made.pk))


@for_person("editorial.item.edit")
@require_POST
def archive(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Put an item away, with undo."""
    item = find_item(request.person, item_id)
    try:
        archive_item(person=request.person, item=item, now=timezone.now())
    except CannotWithdraw as error:
        messages.error(request, str(error))
        return redirect(_url(request, "item", item.pk))
    said = _("%(title)s was put away.") % {"title": item.title}
    messages.success(request, said, extra_tags=_url(request, "restore", item.pk))
    return redirect("editorial:index", request.workspace.slug)


@for_person("editorial.item.edit")
@require_POST
def restore(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Bring an item back."""
    item = find_item(request.person, item_id)
    restore_item(person=request.person, item=item, now=timezone.now())
    messages.success(request, _("%(title)s is back.") % {"title": item.title})
    return redirect(_url(request, "item", item.pk))


@for_person("editorial.item.schedule")
@require_POST
def schedule(request: PersonRequest, variant_id: UUID) -> HttpResponse:
    """Give it a slot, or let it leave now."""
    variant = find_variant(request.person, variant_id)
    slot = SlotForm(with_free_slot(request.POST, variant.slot_wall), auto_id=f"slot-{variant.channel_id}-%s")
    try:
        if slot.is_now and not slot.has_error("knowingly"):
            knowingly = request.POST.get("knowingly", "")
            publish_read(
                person=request.person, variant=variant, seen_hash=request.POST.get("seen_hash", ""), now=timezone.now(),
                knowingly=knowingly,
            )  # fmt: skip
            said = _("Leaves in ten seconds. Until then you can take it back.")
            messages.success(request, said, extra_tags=_url(request, "withdraw", variant.pk) + "#until-10")
        elif not slot.is_valid():
            return _refused_slot(request, variant, slot)
        else:
            _schedule(request, variant, slot)
    except CannotSchedule as error:
        slot.full_clean()
        slot.refuse(error)
        return _refused_slot(request, variant, slot)
    return redirect(_url(request, "item", variant.item_id))


def _schedule(request: PersonRequest, variant: Variant, slot: SlotForm) -> None:
    wall = datetime.combine(slot.cleaned_data["on_date"], slot.cleaned_data["at_time"])
    moved = move_read(
        person=request.person,
        variant=variant,
        wall=wall,
        zone=request.workspace.zone,
        seen_hash=request.POST.get("seen_hash", ""),
        now=timezone.now(),
        knowingly=slot.cleaned_data["knowingly"],
    )
    is_queued = moved.variant.dispatch_id is not None
    said = _("Scheduled.") if is_queued else _("The slot is kept. The text leaves then as soon as it is approved.")
    if not is_queued and is_solo(request.workspace):
        said = _("The slot is kept. Schedule the text once more when it passes its checks.")
    if moved.comes_twice:
        said += " " + _("The clocks show this time twice that night; the first one is meant.")
    messages.success(request, said, extra_tags=undo_of(request, moved))


def _refused_slot(request: PersonRequest, variant: Variant, slot: SlotForm) -> HttpResponse:
    """The composer with the slot as typed, and beside it why it was refused."""
    words = item_form(request, variant.item, drafts_of(request.workspace, variant.item))
    return composer_page(request, variant.item, words, slot=(variant.pk, slot))


@for_person("editorial.item.schedule")
@require_POST
def withdraw(request: PersonRequest, variant_id: UUID) -> HttpResponse:
    """Take it back before it leaves."""
    variant = find_variant(request.person, variant_id)
    try:
        withdraw_variant(person=request.person, variant=variant, now=timezone.now())
        messages.success(request, _("Taken back. The text stays approved."))
    except CannotWithdraw as error:
        messages.error(request, str(error))
    return redirect(_url(request, "item", variant.item_id))
