"""An objection to a moderation decision: somebody looks again, and the author learns what came of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allmende.channels.actions import CannotModerate
from allmende.inbox import actions
from allmende.inbox.access import find_decision
from allmende.inbox.views.moderation import DECIDE, decision_context
from allmende.inbox.views.page import address
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url


@for_person(DECIDE)
@require_POST
def settle_objection(request: PersonRequest, moderation_id: UUID) -> HttpResponse:
    """What comes of it, with the reasons for the author; a refusal loses nothing typed."""
    found = find_decision(request.person, moderation_id)
    typed = {name: request.POST.get(name, "") for name in ("outcome", "reasons")}
    try:
        actions.settle_objection(person=request.person, decision=found, now=timezone.now(), **typed)
    except (actions.CannotDecide, CannotModerate) as refused:
        context = decision_context(request, find_decision(request.person, moderation_id))
        return render(request, "inbox/decision.html", {**context, "typed": typed, "refused": str(refused)}, status=422)
    messages.success(request, _("Settled. Now tell the author what came of it and why."))
    return redirect(address(request, "decision", found.pk))


@for_person(DECIDE)
@require_POST
def outcome_told(request: PersonRequest, moderation_id: UUID) -> HttpResponse:
    """The author knows what came of their objection."""
    found = find_decision(request.person, moderation_id)
    try:
        how = request.POST.get("how", "")
        actions.note_outcome_told(person=request.person, decision=found, how=how, now=timezone.now())
    except actions.CannotDecide as refused:
        messages.error(request, str(refused))
    else:
        undo = undo_url(request.person, "inbox.outcome_told", pk=found.pk)
        messages.success(request, _("Noted."), extra_tags=undo)
    return redirect(address(request, "decision", found.pk))
