"""Text blocks: templates, signatures, groups of hashtags."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.editorial import actions
from allmende.editorial.access import find_block
from allmende.editorial.forms import BlockForm
from allmende.editorial.models import TextBlock
from allmende.editorial.queries import blocks_of, writable_channels
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of


@require_safe
@for_person("editorial.item.read")
def blocks(request: PersonRequest) -> HttpResponse:
    """Which words do we keep for writing?"""
    return render(request, "editorial/blocks.html", {"groups": blocks_of(request.workspace)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.edit")
def add_block(request: PersonRequest) -> HttpResponse:
    """Write a text block."""
    return _block_form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.edit")
def edit_block(request: PersonRequest, block_id: UUID) -> HttpResponse:
    """Change a text block."""
    return _block_form(request, find_block(request.person, block_id))


@for_person("editorial.item.edit")
@require_POST
def archive_block(request: PersonRequest, block_id: UUID) -> HttpResponse:
    """Put a text block away."""
    found = find_block(request.person, block_id)
    put_away = actions.archive_block(person=request.person, block=found, now=timezone.now())
    undo = undo_of(request.person, "editorial.block", put_away, {"archived_at": None})
    messages.success(request, _("%(name)s was put away.") % {"name": found.name}, extra_tags=undo)
    return redirect("editorial:blocks", request.workspace.slug)


def _block_form(request: PersonRequest, found: TextBlock | None) -> HttpResponse:
    names = ("kind", "name", "text", "channel")
    known: dict[str, object] = {"kind": found.kind, "name": found.name, "text": found.text} if found else {}
    known |= {"channel": str(found.channel_id or ""), "seen_revision": found.revision} if found else {}
    form = BlockForm(request.POST or None, initial=known, channels=writable_channels(request.workspace))
    if request.method == "POST" and form.is_valid():
        before = kept(found, *names) if found else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.save_block(person=request.person, block=found, now=timezone.now(), **form.values())
            messages.success(request, _("Saved."), extra_tags=undo_of(request.person, "editorial.block", saved, before))
            return redirect("editorial:blocks", request.workspace.slug)
        except actions.CannotSaveBlock as refused:
            form.add_error("name", str(refused))
        except StaleRevision as error:
            form.data = {**request.POST.dict(), "seen_revision": str(error.revision)}
            form.add_error(None, str(error))
    status = 422 if request.method == "POST" else 200
    return render(request, "editorial/block_form.html", {"form": form, "one": found}, status=status)
