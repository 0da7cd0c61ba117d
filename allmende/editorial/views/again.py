"""Another slot for many that did not go out."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from allmende.channels.actions import CannotSettle
from allmende.channels.models import Dispatch
from allmende.channels.queries import picked_rows
from allmende.editorial.actions import plan_again
from allmende.editorial.forms import PlanAgainForm, picked_in
from allmende.team.access import PersonRequest, SeeOther, for_person, way_back


@for_person("channels.dispatch.settle")
@require_POST
def again(request: PersonRequest) -> HttpResponse:
    """All that is ticked in the queue leaves now, or gets a new slot."""
    picked, form = picked_in(request.POST), PlanAgainForm(request.POST)
    left: Sequence[tuple[Dispatch, str]] | None = None
    if form.is_valid():
        try:
            made = plan_again(person=request.person, picked=picked, when=form.when(), now=timezone.now())
        except CannotSettle as refusal:
            form.add_error(None, str(refusal))
        else:
            if made.done:
                said = render_to_string("channels/settled.txt", {"made": made, "kind": form.cleaned_data["kind"]})
                messages.success(request, " ".join(said.split()))
            if not (made.left or made.gone):
                return SeeOther(_way_back(request))
            left, form.is_uncovered = made.left, made.is_uncovered
            form.add_error(None, render_to_string("channels/settled_left.txt", {"made": made}).strip())
    rows = picked_rows(request.workspace, picked) if left is None else left
    context = {"form": form, "rows": rows, "next": _way_back(request), "now": timezone.now()}
    return render(request, "channels/several.html", context, status=422)


def _way_back(request: PersonRequest) -> str:
    return way_back(request, reverse("channels:queue", args=[request.workspace.slug]))
