"""What came of our posts."""

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allmende.behaviours.queries import SPANS, Content, content_performance, safe_cell
from allmende.plan.queries import objectives_in_force
from allmende.team.access import PersonRequest, for_person

# The times of a series that one page shows.
MOST_ASKED = 50


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
            [timezone.localtime(one.published_at).date().isoformat(), safe_cell(one.title), one.chip.code if one.chip else "",
             _told(one.completed), one.helped, one.replies, _told(one.people), _told(one.arrived), _told(one.clicks), one.reactions]
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
