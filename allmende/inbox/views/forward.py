"""A question of a conversation goes to somebody outside, and back."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allmende.inbox import actions, queries
from allmende.inbox.access import find_conversation
from allmende.inbox.forms.forward import ForwardForm
from allmende.inbox.views.page import address
from allmende.team.access import PersonRequest, for_person, require
from allmende.team.queries import undo_of

USUAL_DAYS, OPEN_DAYS = 5, 14


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("team.guest.invite")
def forward(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Whom outside to ask, what, and which messages go along."""
    require(request.person, "inbox.conversation.sort")
    found, now = find_conversation(request.person, public_id), timezone.now()
    found.workspace = request.workspace
    actions.look_into_private(person=request.person, conversation=found, now=now)
    turns, today = queries.sendable_turns(found), timezone.localdate()
    due = queries.due_for(request.workspace, USUAL_DAYS, now)
    form = ForwardForm(request.POST or None, turns, due, max(due, today + timedelta(days=OPEN_DAYS)))
    if request.method == "POST" and form.is_valid():
        try:
            made = form.send(person=request.person, conversation=found, now=now)
        except actions.CannotInquire as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = undo_of(request.person, "inbox.inquiry", made, {"archived_at": now.isoformat()})
            said = _("Sent to %(name)s. Taken back, the link leads nowhere.") % {"name": made.guest_name}
            messages.success(request, said, extra_tags=undo)
            return redirect(address(request, "conversation", public_id))
    has_private = any(one.visibility == "direct" for one in turns)
    context = {"form": form, "conversation": found, "now": now, "has_private": has_private}
    return render(request, "inbox/forward.html", context, status=422 if form.errors else 200)
