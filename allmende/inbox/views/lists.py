"""The list of conversations."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from allmende.inbox.access import find_conversation, for_others, is_for_another
from allmende.inbox.forms import ReplyForm
from allmende.inbox.queries import AROUND_LISTS, INBOX_PULSE
from allmende.inbox.views.page import list_context, thread_page
from allmende.team.access import PersonRequest, for_person


@require_GET
@for_person("inbox.conversation.read", told=AROUND_LISTS)
def index(request: PersonRequest) -> HttpResponse:
    """Who is waiting for us? Where there is room, the most urgent conversation lies open beside the list."""
    context = list_context(request)
    ids = [row.public_id for row in context["listing"].rows]
    first = find_conversation(request.person, ids[0]) if ids else None
    if first and is_for_another(request.person, first):
        # Nobody reads what was written for somebody else without having asked for it.
        closed = for_others(request.person, ids)
        left = next((one for one in ids if one not in closed), None)
        first = find_conversation(request.person, left) if left else None
    if first is None:
        return render(request, "inbox/index.html", context)
    return thread_page(request, first, context, form=ReplyForm())


@require_GET
@for_person("inbox.conversation.read", pulse=INBOX_PULSE)
def rows(request: PersonRequest) -> HttpResponse:
    """The list alone, for looking again: unchanged rows cost a 304. A later page continues the one before."""
    return render(request, "inbox/rows.html", list_context(request))
