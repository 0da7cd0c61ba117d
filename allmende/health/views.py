"""What is in order here, and what is to be done about the rest."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allmende.health import queries
from allmende.team.access import PersonRequest, for_person


@for_person("team.workspace.edit")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Every check, the findings first; of other workspaces nothing is told."""
    now = timezone.now()
    report = queries.examine(queries.Look(now=now, workspace=request.workspace))
    return render(request, "health/index.html", {"report": report, "now": now})
