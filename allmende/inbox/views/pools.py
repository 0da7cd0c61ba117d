"""Give a conversation to whoever is on duty, belongs to a team or can something."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allmende.inbox.access import find_conversation
from allmende.inbox.actions import CannotAssign, assign_from_pool
from allmende.inbox.queries import pools_of
from allmende.inbox.views.page import address
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
