"""What groups conversations: tags, and parts of the list under a name; and answers that leave later."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allmende.inbox.access import find_conversation, find_standing, find_view
from allmende.inbox.actions import (
    CannotSaveView,
    CannotTag,
    drop_view,
    save_view,
    tag_conversations,
    untag_conversation,
)
from allmende.inbox.forms import TagForm, ViewForm
from allmende.inbox.models import SavedView
from allmende.inbox.queries import planned_replies, read_filter, saved_views
from allmende.inbox.views.page import address, refused
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import kept, undo_of, undo_url


@for_person("inbox.conversation.sort")
@require_POST
def tag(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Let a conversation bear a tag."""
    found, form = find_standing(request.person, public_id), TagForm(request.POST)
    if not form.is_valid():
        return refused(request, found, tag_form=form)
    try:
        name, ids = tag_conversations(
            person=request.person, conversations=[found], name=form.cleaned_data["tag"], now=timezone.now()
        )
    except CannotTag as error:
        form.add_error("tag", str(error))
        return refused(request, found, tag_form=form)
    undo = undo_url(request.person, "inbox.tagged", conversations=ids, name=name) if ids else ""
    messages.success(request, _("Tagged: %(tag)s.") % {"tag": name}, extra_tags=undo)
    return redirect(address(request, "conversation", public_id) + read_filter(request.GET).tail)


@for_person("inbox.conversation.sort")
@require_POST
def untag(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Take a tag off."""
    found, name = find_conversation(request.person, public_id), request.POST.get("tag", "")[:80]
    if untag_conversation(person=request.person, conversation=found, name=name, now=timezone.now()):
        undo = undo_url(request.person, "inbox.untagged", conversation=found.pk, name=name)
        messages.success(request, _("Taken off: %(tag)s.") % {"tag": name}, extra_tags=undo)
    return redirect(address(request, "conversation", public_id) + read_filter(request.GET).tail)


@require_GET
@for_person("inbox.conversation.read")
def views(request: PersonRequest) -> HttpResponse:
    """Which parts of the list were kept under a name?"""
    return render(request, "inbox/views.html", {"views": saved_views(request.person)})


@for_person("inbox.conversation.read")
@require_POST
def keep_view(request: PersonRequest) -> HttpResponse:
    """Keep the part of the list that is looked at."""
    query, form = read_filter(request.GET).tail, ViewForm(request.POST)
    back = redirect(reverse("inbox:index", args=[request.workspace.slug]) + query)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return back
    known = next(
        (one for one in saved_views(request.person) if _is_mine(request, one, form.cleaned_data["name"])), None
    )
    before = kept(known, "query", "is_shared") if known else {"archived_at": timezone.now().isoformat()}
    try:
        saved = save_view(person=request.person, query=query, now=timezone.now(), **form.cleaned_data)
    except CannotSaveView as error:
        messages.error(request, str(error))
        return back
    undo = undo_of(request.person, "inbox.view", saved, before)
    messages.success(
        request, _("Kept as “%(name)s”. It stands above the list.") % {"name": saved.name}, extra_tags=undo
    )
    return back


@for_person("inbox.conversation.read")
@require_POST
def forget_view(request: PersonRequest, view_id: UUID) -> HttpResponse:
    """Keep a view no longer."""
    dropped = drop_view(person=request.person, view=find_view(request.person, view_id), now=timezone.now())
    undo = undo_of(request.person, "inbox.view", dropped, {"archived_at": None})
    messages.success(request, _("Dropped: %(name)s.") % {"name": dropped.name}, extra_tags=undo)
    return redirect("inbox:views", slug=request.workspace.slug)


@require_GET
@for_person("inbox.reply.send")
def planned(request: PersonRequest) -> HttpResponse:
    """Which answers leave later, and when?"""
    now = timezone.now()
    return render(request, "inbox/planned.html", {"planned": planned_replies(request.workspace, now), "now": now})


def _is_mine(request: PersonRequest, view: SavedView, name: str) -> bool:
    return view.created_by_id == request.person.pk and view.name == name
