"""Give a conversation to whoever is on duty, belongs to a team, can something, or decides."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.inbox import actions
from allmende.inbox.access import find_conversation
from allmende.inbox.actions import CannotAssign, CannotHandUp, CannotNote, assign_from_pool
from allmende.inbox.forms import HandUpForm
from allmende.inbox.queries import pools_of, read_filter
from allmende.inbox.views.page import address, refused
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("inbox.conversation.sort")
def assign_by(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Who would get it, by duty, team and skill; a POST gives it to one of them."""
    found, refusal, now = find_conversation(request.person, public_id), "", timezone.now()
    found.workspace = request.workspace
    before, url = str(found.assignee_id or ""), address(request, "conversation", public_id)
    if request.method == "POST":
        try:
            given = assign_from_pool(
                person=request.person, conversation=found, key=request.POST.get("pool", "")[:200], now=now, url=url
            )
        except CannotAssign as error:
            refusal = str(error)
        else:
            undo = undo_url(request.person, "inbox.assigned", conversation=found.pk, before=before, after=str(given.pk))
            messages.success(request, _("%(name)s takes care of it.") % {"name": given.name}, extra_tags=undo)
            return redirect(url)
    context = {"conversation": found, "pools": pools_of(request.workspace, now), "refusal": refusal}
    return render(request, "inbox/assign_by.html", context, status=422 if refusal else 200)


@for_person("inbox.conversation.sort")
@require_POST
def hand_up(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Let whoever decides take over, with what is to be decided as a note."""
    found, form = find_conversation(request.person, public_id), HandUpForm(request.POST)
    if not form.is_valid():
        return refused(request, found, up_form=form)
    try:
        done = actions.hand_up(
            person=request.person, conversation=found, reason=form.cleaned_data["reason"], now=timezone.now()
        )
    except (CannotHandUp, CannotNote) as error:
        form.add_error("reason", str(error))
        return refused(request, found, up_form=form)
    after = str(done.decides.pk)
    undo = undo_url(
        request.person, "inbox.handed_up", conversation=found.pk, before=done.before, after=after, note=done.note.pk
    )
    said = _("%(name)s decides and takes care of it.") % {"name": done.decides.name}
    messages.success(request, said, extra_tags=undo)
    return redirect(address(request, "conversation", public_id) + read_filter(request.GET).tail)
