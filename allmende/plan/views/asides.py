"""Let a finding of the plan check stand, or take it up again."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allmende.plan import actions
from allmende.plan.access import find_aside, find_plan
from allmende.plan.views.page import address
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.queries import undo_url


@for_person("plan.version.edit")
@require_POST
def set_lesson_aside(request: PersonRequest) -> HttpResponseBase:
    """With the reason why it may stand."""
    sent = {name: request.POST.get(name, "")[:300] for name in ("key", "code", "reason")}
    try:
        row = actions.set_lesson_aside(
            person=request.person, plan=find_plan(request.person), now=timezone.now(), **sent
        )
        undo = undo_url(request.person, "plan.set_aside", pk=row.pk)
        messages.success(request, _("Set aside; the reason stands beside it"), extra_tags=undo)
    except actions.CannotSetAside as refused:
        messages.error(request, str(refused))
    return SeeOther(address(request, "draft"))


@for_person("plan.version.edit")
@require_POST
def take_lesson_up(request: PersonRequest, aside_id: int) -> HttpResponseBase:
    """It is to be mended after all."""
    kept = actions.take_lesson_up(person=request.person, aside=find_aside(request.person, aside_id), now=timezone.now())
    messages.success(request, _("To be mended again"), extra_tags=undo_url(request.person, "plan.taken_up", **kept))
    return SeeOther(address(request, "draft"))
