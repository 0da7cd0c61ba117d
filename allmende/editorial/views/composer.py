"""The composer: words, pictures, purpose, and what the checks say while one types."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels.actions import CannotKeep, CannotMakeLink, CannotWithdraw, keep_media
from allmende.channels.models import Media
from allmende.channels.queries import LARGEST_FILM, public_origin
from allmende.editorial.access import block_in, find_item
from allmende.editorial.actions import CannotSave, CannotTrack, place_item, save_item, track_address
from allmende.editorial.forms import CommentForm, ItemForm, ReviewForm, SlotForm, StepForm, values_of
from allmende.editorial.models import Item
from allmende.editorial.queries import (
    Draft,
    approved_channels,
    blocks_of,
    brief_choices,
    changes_of,
    desk_of,
    drafts_of,
    is_solo,
    mentionable,
    offers_of,
    pictures_to_choose,
    standing_of,
    touched_by,
    turn_of,
)
from allmende.plan.queries import chips, objectives_in_force
from allmende.team.access import PersonRequest, for_person, may
from allmende.team.queries import people_of, undo_url

# What becomes of a valid form, and with which pictures.
Keep = Callable[[PersonRequest, Item | None, ItemForm, Sequence[Media]], HttpResponse]


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


@for_person("editorial.item.edit")
@require_POST
def track(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Save what stands in the form, with tracked links in the place of an address (S3-22)."""
    return _compose(request, find_item(request.person, item_id), _track)


@for_person("editorial.item.read")
@require_POST
def check_new(request: PersonRequest) -> HttpResponse:
    """Counts, findings and previews of what stands in the form of a new item."""
    return _look(request, None)


@for_person("editorial.item.read")
@require_POST
def check(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Counts, findings and previews of what stands in the form; nothing is saved."""
    return _look(request, find_item(request.person, item_id))


def _look(request: PersonRequest, found: Item | None) -> HttpResponse:
    form = item_form(request, found, drafts_of(request.workspace, found))
    drafts = drafts_of(request.workspace, found, form.typed())
    context = {"drafts": drafts, "chosen": request.POST.get("preview", ""), "item": found, "form": form}
    return render(request, "editorial/check.html", context | _offers(drafts))


def _offers(drafts: Sequence[Draft]) -> dict[str, Any]:
    return {"offers": offers_of(drafts), "is_public": bool(public_origin())}


def _save(request: PersonRequest, found: Item | None, form: ItemForm, kept: Sequence[Media]) -> HttpResponse:
    now, on = timezone.now(), form.cleaned_data["on"]
    approved = approved_channels(found, now) if found else {}
    why_not: dict[str, str] = {}
    saved = save_item(
        person=request.person,
        item=found,
        written=form.written(kept),
        seen_revision=form.cleaned_data["seen_revision"] or 0,
        now=now,
        url=reverse("editorial:item", args=[request.workspace.slug, found.pk]) if found else "",
    )
    if on and may(request.person, "editorial.item.schedule"):
        why_not = place_item(person=request.person, item=saved, on=on, now=now)
    messages.success(request, _saved_words(saved, approved, now))
    if why_not:
        said = _("No date yet for %(channels)s.") % {"channels": ", ".join(why_not)}
        messages.error(request, " ".join([said, *dict.fromkeys(why_not.values())]))
    return redirect("editorial:item", request.workspace.slug, saved.pk)


def _saved_words(saved: Item, approved: Mapping[UUID, tuple[str, bool]], now: datetime) -> str:
    """That it is saved, and plainly where an approval is gone with the words it was bound to."""
    still, there = approved_channels(saved, now), set(saved.variants.values_list("pk", flat=True))
    lost = [said for pk, said in approved.items() if pk in there and pk not in still]
    if not lost:
        return _("Saved.")
    words = _(
        "Saved. What was approved for %(channels)s has changed, so that approval is gone: nothing leaves there until somebody "
        "approves these words."
    )
    if is_solo(saved.workspace):
        words = _("Saved. The text for %(channels)s has changed: nothing leaves there until it is scheduled again.")
    words %= {"channels": ", ".join(name for name, _slot in lost)}
    return f"{words} {_('The slot is kept.')}" if any(has_slot for _name, has_slot in lost) else words


def _track(request: PersonRequest, found: Item | None, form: ItemForm, kept: Sequence[Media]) -> HttpResponse:
    place, _blank, address = request.POST.get("track", "").partition(" ")
    assert found is not None  # noqa: S101 - for the type checker
    made = track_address(
        person=request.person, item=found, written=form.written(kept), place=place, address=address,
        seen_revision=form.cleaned_data["seen_revision"] or 0, now=timezone.now(),
    )  # fmt: skip
    number = len(made.links)
    said = ngettext(
        "Saved, with a tracked link.", "Saved, with a tracked link for each of %(number)s channels.", number
    )
    undo = undo_url(
        request.person, "editorial.tracked", item=made.item.pk, revision=made.item.revision,
        links=[str(link.pk) for link in made.links], is_apart=made.is_apart,
    )  # fmt: skip
    messages.success(request, said % {"number": number}, extra_tags=undo)
    return redirect("editorial:item", request.workspace.slug, made.item.pk)


def _compose(request: PersonRequest, found: Item | None, keep: Keep = _save) -> HttpResponse:
    form = item_form(request, found, drafts_of(request.workspace, found))
    conflict = ""
    if request.method == "POST" and form.is_valid():
        kept = _keep(request, form)
        try:
            if form.is_valid():
                return keep(request, found, form, kept)
        except (CannotSave, CannotWithdraw, CannotTrack, CannotMakeLink) as error:
            conflict = str(error)
    return composer_page(request, found, form, conflict=conflict)


def _keep(request: PersonRequest, form: ItemForm) -> list[Media]:
    """The pictures picked; one that cannot be kept says so at the field, and the rest of the form stays."""
    kept = []
    for file in form.cleaned_data["pictures"]:
        try:
            kept.append(
                keep_media(
                    person=request.person, name=file.name or "", content=file.read(LARGEST_FILM + 1), now=timezone.now()
                )
            )
        except CannotKeep as error:
            form.add_error("pictures", str(error))
    return kept


def item_form(request: PersonRequest, found: Item | None, drafts: Sequence[Draft]) -> ItemForm:
    """The form as posted here, else as saved."""
    is_ours = request.method == "POST" and "title" in request.POST
    block = block_in(request.person, request.GET.get("block", "")) if found is None else None
    return ItemForm(
        request.POST if is_ours else None,
        request.FILES if is_ours else None,
        objectives=objectives_in_force(request.workspace),
        people=people_of(request.workspace),
        drafts=drafts,
        library=pictures_to_choose(request.workspace, found, timezone.localdate()),
        brief=brief_choices(request.workspace, found, timezone.localdate()),
        initial=values_of(found, request.GET, block),
    )


def composer_page(
    request: PersonRequest,
    found: Item | None,
    form: ItemForm,
    *,
    conflict: str = "",
    slot: tuple[UUID, SlotForm] | None = None,
    comment: CommentForm | None = None,
    refused: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The whole page; with `slot` (variant's id and its refused form), `comment`, or `refused` (the form of a `step` or a
    `review`) what was refused stands there."""
    now = timezone.now()
    drafts = drafts_of(request.workspace, found, form.typed()) if form.is_bound else form.drafts
    context: dict[str, Any] = {
        "item": found,
        "form": form,
        "drafts": drafts,
        "parts": form.rows(),
        "blocks": blocks_of(request.workspace, [draft.channel.pk for draft in drafts]),
        "conflict": conflict,
        "now": now,
        **_offers(drafts),
        "mentionable": mentionable(request.workspace, drafts) if may(request.person, "members.member.read") else [],
        "comment_form": comment or CommentForm(),
        "chip": chips(request.workspace, [found.serves_key]).get(found.serves_key) if found else None,
    }
    if found:
        desk = desk_of(request.workspace, found, form.drafts, now)
        context |= {"desk": desk, "slots": _slots(form.drafts, desk.rooms, slot)}
        context |= {"turn": turn_of(request.person, desk.steps), "step_form": step_form(request)}
        context |= {"review_form": ReviewForm(auto_id="review-%s")}
        context |= {f"{name}_form": one for name, one in (refused or {}).items()}
        context["changes"], context["again"] = changes_of(found), standing_of(found)
        context["touched"] = touched_by(found)
    is_refused = request.method == "POST"
    return render(request, "editorial/item.html", context, status=422 if is_refused else 200)


def step_form(request: PersonRequest) -> StepForm:
    """Who shall answer next; as posted where it was posted."""
    is_ours = request.method == "POST" and "rule" in request.POST
    return StepForm(
        request.POST if is_ours else None,
        people=list(people_of(request.workspace)),
        may_invite=may(request.person, "team.guest.invite"),
    )


def _slots(drafts: Sequence[Draft], rooms: Any, refused: tuple[UUID, SlotForm] | None) -> list[tuple[Any, ...]]:
    """Each saved text with its slot form and its room; ids of their own for each channel."""
    rows = []
    for draft in drafts:
        if draft.variant is None:
            continue
        room = rooms.get(draft.variant.pk)
        form = refused[1] if refused and refused[0] == draft.variant.pk else slot_form(draft, room)
        rows.append((draft, form, room))
    return rows


def slot_form(draft: Draft, room: Any) -> SlotForm:
    """Begins with the slot it has, else with the first free one."""
    at = (
        draft.variant.slot_at
        if draft.variant and draft.variant.slot_at
        else next(iter(room.free), None)
        if room
        else None
    )
    local = timezone.localtime(at) if at else timezone.localtime()
    return SlotForm(initial={"on_date": local.date(), "at_time": local.time()}, auto_id=f"slot-{draft.channel.pk}-%s")
