"""Do members do what we hope? The list, one behaviour, what stands behind its figure, and what came of our posts."""

import csv

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from allmende.behaviours.access import find_definition
from allmende.behaviours.actions import CannotAdopt, adopt_definition
from allmende.behaviours.queries import (
    SPANS,
    Content,
    behaviour_page,
    behaviours_listing,
    content_performance,
    examples_of,
    name_of,
)
from allmende.ledger.shipped import shipped_definition
from allmende.plan.queries import objectives_in_force
from allmende.team.access import PersonRequest, for_person, may

# The times of a series that one page shows.
MOST_ASKED = 50


@require_GET
@for_person("behaviours.definition.read")
def index(request: PersonRequest) -> HttpResponse:
    """Every behaviour that is counted, with what became of it."""
    listing = behaviours_listing(request.workspace)
    can_adopt = may(request.person, "behaviours.definition.edit")
    return render(request, "behaviours/index.html", {"listing": listing, "can_adopt": can_adopt})


@require_GET
@for_person("behaviours.definition.read")
def definition(request: PersonRequest, key: str) -> HttpResponse:
    """One behaviour: how it is counted, how it went, whether it moved, and how that is known."""
    page = behaviour_page(find_definition(request.person, key))
    context = {"page": page, "sees_members": may(request.person, "members.member.read"), "now": timezone.localtime()}
    return render(request, "behaviours/definition.html", context)


@require_GET
@for_person("members.member.read")
def examples(request: PersonRequest, key: str) -> HttpResponse:
    """The newest units behind the figure, for the team only."""
    found = find_definition(request.person, key)
    shown = examples_of(found, as_of=timezone.now())
    context = {"definition": found, "name": name_of(found), "examples": shown, "now": timezone.localtime()}
    return render(request, "behaviours/examples.html", context)


@require_POST
@for_person("behaviours.definition.edit")
def adopt(request: PersonRequest, key: str) -> HttpResponse:
    """Count a shipped behaviour from now on."""
    spec = shipped_definition(key)
    if spec is None:
        raise Http404
    try:
        adopt_definition(workspace=request.workspace, spec=spec, person=request.person, now=timezone.now())
    except CannotAdopt as error:
        messages.error(request, str(error))
        return redirect("behaviours:index", request.workspace.slug)
    messages.success(request, _("In force. The first figures stand here as soon as everything known was counted."))
    return redirect("behaviours:definition", request.workspace.slug, key)


@require_safe
@for_person("inbox.conversation.read")
def content(request: PersonRequest) -> HttpResponse:
    """Which posts brought members to do something? Of one item, or the times of a series, also as a fragment for its page."""
    context = {
        "rows": _asked(request), "spans": SPANS, "days": _days(request), "items": request.GET.getlist("item")[:MOST_ASKED],
        "serves": request.GET.get("serves", ""), "objectives": objectives_in_force(request.workspace),
    }  # fmt: skip
    is_fragment = context["items"] and request.headers.get("HX-Request")
    return render(request, "behaviours/content_of_item.html" if is_fragment else "behaviours/content.html", context)


@require_safe
@for_person("inbox.conversation.read")
def content_table(request: PersonRequest) -> HttpResponse:
    """The same as a table to take along."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="content.csv"'
    writer = csv.writer(answer)
    writer.writerow(
        ["published", "title", "objective", "completed_on_site", "answers_by_members", "replies", "people",
         "arrived_from_link", "clicks", "reactions"]
    )  # fmt: skip
    for one in _asked(request):
        writer.writerow(
            [timezone.localtime(one.published_at).date().isoformat(), _safe(one.title), one.chip.code if one.chip else "",
             _told(one.completed), one.helped, one.replies, _told(one.people), _told(one.arrived), one.clicks, one.reactions]
        )  # fmt: skip
    return answer


def _asked(request: PersonRequest) -> list[Content]:
    return content_performance(
        request.workspace,
        timezone.now(),
        _days(request),
        request.GET.get("serves", "")[:40],
        request.GET.getlist("item")[:MOST_ASKED],
    )


def _days(request: PersonRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in {str(days) for days in SPANS} else SPANS[0]


def _told(value: int | None) -> str:
    return "" if value is None else str(value)


def _safe(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
