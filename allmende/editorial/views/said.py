"""What is published already: other words for it where the network lets us, else taken back and said anew."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels.models import Message
from allmende.editorial import states
from allmende.editorial.access import find_rewording, find_said
from allmende.editorial.actions import CannotReword, approve_rewording, drop_rewording, reword
from allmende.editorial.actions import say_anew as begin_anew
from allmende.editorial.forms import ChangeSaidForm
from allmende.editorial.models import Rewording
from allmende.editorial.queries import said_page
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.edit")
def change_said(request: PersonRequest, published_id: int) -> HttpResponse:
    """Which words shall stand there?"""
    found = find_said(request.person, published_id)
    before = {"title": found.title, "text": found.text}
    seen = found.edited_at.isoformat() if found.edited_at else ""
    form = ChangeSaidForm(request.POST or None, initial={**before, "seen": seen})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("title", "text", "reason", "seen")}
        try:
            made = reword(person=request.person, message=found, now=timezone.now(), **given)
        except CannotReword as error:
            form.add_error(None, str(error))
        else:
            _say(request, found, before, made)
            return redirect("editorial:change_said", request.workspace.slug, found.pk)
    context = {"form": form, "page": said_page(found), "now": timezone.now()}
    return render(request, "editorial/change_said.html", context, status=422 if form.errors else 200)


@for_person("editorial.item.approve")
@require_POST
def say_anew(request: PersonRequest, published_id: int) -> HttpResponse:
    """Take it back there, and begin it anew."""
    found = find_said(request.person, published_id)
    try:
        made = begin_anew(person=request.person, message=found, now=timezone.now())
    except CannotReword as error:
        messages.error(request, str(error))
        return redirect("editorial:change_said", request.workspace.slug, found.pk)
    said = _("This is the new draft with the same words. It wants an approval and a slot of its own.")
    messages.success(request, said)
    return redirect("editorial:item", request.workspace.slug, made.pk)


@for_person("editorial.item.approve")
@require_POST
def approve_words(request: PersonRequest, rewording_id: UUID) -> HttpResponse:
    """Approve exactly these words for what is published."""
    found = find_rewording(request.person, rewording_id)
    try:
        seen = request.POST.get("seen_hash", "")
        approve_rewording(person=request.person, rewording=found, seen_hash=seen, now=timezone.now())
        messages.success(request, _("Approved. The network is told within a minute."))
    except CannotReword as error:
        messages.error(request, str(error))
    return _to(request, found)


@for_person("editorial.item.edit")
@require_POST
def drop_words(request: PersonRequest, rewording_id: UUID) -> HttpResponse:
    """Leave what is published as it stands."""
    found = find_rewording(request.person, rewording_id)
    try:
        drop_rewording(person=request.person, rewording=found, why=request.POST.get("why", ""), now=timezone.now())
        messages.success(request, _("It stays as it stands."))
    except CannotReword as error:
        messages.error(request, str(error))
    return _to(request, found)


def _say(request: PersonRequest, found: Message, before: Mapping[str, str], made: Rewording | None) -> None:
    if made is None:
        messages.info(request, _("Nothing changed. The words are the same as before."))
    elif made.state == states.PROPOSED:
        messages.success(request, _("Proposed. Nothing changes at the network before it is approved."))
    else:
        found.refresh_from_db(fields=["edited_at"])
        seen = found.edited_at.isoformat() if found.edited_at else ""
        undo = undo_url(request.person, "editorial.reworded", message=found.pk, before=before, seen=seen)
        messages.success(request, _("Changed. Members read the new words at the network."), extra_tags=undo)


def _to(request: PersonRequest, rewording: Rewording) -> HttpResponse:
    return redirect("editorial:change_said", request.workspace.slug, rewording.message_id)
