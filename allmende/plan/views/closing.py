"""Close the plan, and read one that was closed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import find_closed_plan, find_plan
from allmende.plan.forms import CloseForm
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person


@for_person("plan.version.publish")
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: PersonRequest) -> HttpResponseBase:
    """Why the plan ends, and what that means."""
    plan = find_plan(request.person)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_plan(person=request.person, plan=plan, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The plan is closed; everybody is told"))
            return SeeOther(address(request, "closed", plan_id=plan.pk))
        except actions.CannotClosePlan as refused:
            form.add_error("reason", str(refused))
    context = {"plan": plan, "form": form}
    return show(request, "plan/close.html", context, 422 if request.method == "POST" else 200)


@for_person("plan.version.read")
@require_safe
def closed(request: PersonRequest, plan_id: UUID) -> HttpResponseBase:
    """A closed plan: why it ended, its versions, what rests."""
    page = queries.closed_page(find_closed_plan(request.person, plan_id))
    has_plan = queries.current_plan(request.workspace) is not None
    return show(request, "plan/closed.html", {"page": page, "plan": page.plan, "has_plan": has_plan})
