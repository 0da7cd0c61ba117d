"""The ideas board: noting an idea, and moving a card from column to column."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels.queries import QUEUE_PULSE
from allmende.editorial.access import find_item
from allmende.editorial.actions import CannotMoveCard, move_card, note_idea
from allmende.editorial.catalogue import BOARD_WORDS
from allmende.editorial.forms import IdeaForm
from allmende.editorial.queries import board_page
from allmende.plan.queries import objectives_in_force
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.read", pulse=QUEUE_PULSE)
def board(request: PersonRequest) -> HttpResponse:
    """Which ideas are there, and how far is each?"""
    is_typed = request.method == "POST"
    form = IdeaForm(request.POST if is_typed else None, objectives=objectives_in_force(request.workspace))
    if is_typed and form.is_valid():
        item = note_idea(person=request.person, now=timezone.now(), **form.cleaned_data)
        undo = undo_of(request.person, "editorial.item_noted", item, {"archived_at": timezone.now().isoformat()})
        messages.success(request, _("Noted."), extra_tags=undo)
        return SeeOther(_board(request, item.pk))
    campaign = request.GET.get("campaign", "")[:80]
    page = board_page(request.workspace, timezone.now(), campaign=campaign)
    context = {"page": page, "form": form, "campaign": campaign}
    return render(request, "editorial/board.html", context, status=422 if form.is_bound else 200)


@for_person("editorial.item.edit")
@require_POST
def put_card(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Put a card into another column, with undo."""
    item = find_item(request.person, item_id)
    stage, seen = request.POST.get("stage", ""), request.POST.get("seen_revision", "")
    before = kept(item, "stage")
    try:
        moved = move_card(
            person=request.person,
            item=item,
            stage=stage,
            seen_revision=int(seen) if seen.isdecimal() else None,
            now=timezone.now(),
        )
    except (CannotMoveCard, StaleRevision) as error:
        messages.error(request, str(error))
    else:
        said = _("%(title)s: %(stage)s") % {"title": moved.title, "stage": BOARD_WORDS[moved.stage]}
        messages.success(request, said, extra_tags=undo_of(request.person, "editorial.card", moved, before))
    return SeeOther(_board(request, item.pk))


def _board(request: PersonRequest, item_id: UUID) -> str:
    """The board, with the keyboard on the card that moved."""
    return f"{reverse('editorial:board', args=[request.workspace.slug])}#card-{item_id}"
