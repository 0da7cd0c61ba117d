"""What every page of the plan shares: its frame, its addresses."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from allmende.team.access import PersonRequest, may


def address(request: PersonRequest, name: str, **place: object) -> str:
    """The address of the plan's page of this name."""
    return reverse(f"plan:{name}", kwargs={"slug": request.workspace.slug, **place})


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponseBase:
    """The template with what the person may do here."""
    person = request.person  # type: ignore[attr-defined]
    rights = {
        "may_edit": may(person, "plan.version.edit"),
        "may_publish": may(person, "plan.version.publish"),
        "may_report": may(person, "plan.step.report"),
    }
    return render(request, template, {**rights, "now": timezone.now(), **context}, status=status)
