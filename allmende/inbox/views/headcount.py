"""How many people do we need? (S2-18)"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.inbox.forms import AssumptionForm
from allmende.inbox.queries import headcount_page
from allmende.team.access import PersonRequest, find_assumption, for_person
from allmende.team.actions import assume_staffing, drop_assumption
from allmende.team.queries import assumptions_of, kept, undo_of


@for_person("team.duty.plan")
@require_http_methods(["GET", "HEAD", "POST"])
def headcount(request: PersonRequest) -> HttpResponse:
    """Seats, workload and the queue side by side, with every figure they rest on; a figure is assumed here too."""
    now, form = timezone.now(), AssumptionForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        known = assumptions_of(request.workspace).get(form.cleaned_data["name"])
        before = kept(known, "value", "reason") if known else {"archived_at": now.isoformat()}
        saved = assume_staffing(person=request.person, now=now, **form.cleaned_data)
        said = gettext("Counted with it. What is measured stands beside it.")
        messages.success(request, said, extra_tags=undo_of(request.person, "team.assumption", saved, before))
        return redirect("inbox:headcount", slug=request.workspace.slug)
    context = {"page": headcount_page(request.person, now), "form": form}
    return render(request, "inbox/headcount.html", context, status=422 if form else 200)


@for_person("team.duty.plan")
@require_POST
def drop_figure(request: PersonRequest, assumption_id: UUID) -> HttpResponse:
    """Count with what is measured again."""
    assumption = find_assumption(request.person, assumption_id)
    drop_assumption(person=request.person, assumption=assumption, now=timezone.now())
    undo = undo_of(request.person, "team.assumption", assumption, {"archived_at": None})
    messages.success(request, gettext("The assumption is dropped."), extra_tags=undo)
    return redirect("inbox:headcount", slug=request.workspace.slug)
