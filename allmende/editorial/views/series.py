"""What comes again: all series, one of them, setting one up, skipping or moving one time, stopping."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.editorial import actions
from allmende.editorial.access import find_item, find_occurrence, find_series
from allmende.editorial.forms import SeriesForm, TimeForm, begins_at
from allmende.editorial.models import Occurrence
from allmende.editorial.queries import dates_of, first_time, series_page, series_rows
from allmende.editorial.queries.series import SHOWN
from allmende.team.access import PersonRequest, SeeOther, for_person, way_back
from allmende.team.queries import undo_url

# How many dates ahead a page shows at most, and how many more at a press.
MOST_DATES, MORE_DATES = 65, 15


@require_safe
@for_person("editorial.item.read")
def series(request: PersonRequest) -> HttpResponse:
    """What comes again, and when next?"""
    words = request.GET.get("q", "").strip()[:100]
    rows = series_rows(request.workspace, timezone.now(), words)
    return render(request, "editorial/series.html", {"rows": rows, "words": words})


@require_safe
@for_person("editorial.item.read")
def one_series(request: PersonRequest, series_id: UUID) -> HttpResponse:
    """When does this come again, when did it come, and what came of it?"""
    before, shown = (_number(request.GET.get(name, "")) for name in ("before", "dates"))
    found = find_series(request.person, series_id)
    dates = min(shown, MOST_DATES) if shown else SHOWN
    page = series_page(found, timezone.now(), before, dates)
    more = dates + MORE_DATES if page.dates.has_more and dates < MOST_DATES else None
    return render(request, "editorial/one_series.html", {"page": page, "series": found, "more_dates": more})


def _number(told: str) -> int | None:
    return int(told) if told.isdecimal() and len(told) < 6 else None


@for_person("editorial.item.schedule")
@require_POST
def reach_time(request: PersonRequest, series_id: UUID, number: int) -> HttpResponse:
    """One time further ahead becomes an item now, to be skipped or moved."""
    found, now = find_series(request.person, series_id), timezone.now()
    try:
        made = actions.make_ahead(person=request.person, series=found, number=number, now=now)
        if "skip" not in request.POST:
            return SeeOther(reverse("editorial:move_time", args=[request.workspace.slug, made.pk]))
        actions.skip_occurrence(person=request.person, occurrence=made, now=now)
        undo = undo_url(request.person, "editorial.occurrence_skipped", occurrence=made.pk)
        messages.success(request, _("Skipped this once. The series goes on."), extra_tags=undo)
    except actions.CannotKeepSeries as refused:
        messages.error(request, str(refused))
    return SeeOther(_page(request, found.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.schedule")
def begin_series(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """How shall this item come again? The next dates stand beside it while one types; nothing is saved for that."""
    item, now = find_item(request.person, item_id), timezone.now()
    form = SeriesForm(request.POST or None, initial=begins_at(first_time(item, now)))
    is_look = "look" in request.POST
    if form.is_valid() and not is_look:
        try:
            made = actions.start_series(person=request.person, item=item, wish=form.wish(), now=now)
            actions.make_times(series=made, now=now)
            undo = undo_url(request.person, "editorial.series_started", series=made.pk, revision=made.revision)
            messages.success(request, _("It comes again from now on."), extra_tags=undo)
            return SeeOther(_page(request, made.pk))
        except actions.CannotKeepSeries as refused:
            form.is_uncovered = isinstance(refused, actions.UncaredSeries)
            form.add_error(None, str(refused))
    context: dict[str, Any] = {"item": item, "form": form}
    if not form.is_bound or not form.errors:
        wished = form.wish().of(item)
        context |= {"series": wished, "dates": dates_of(wished, now)}
    is_fragment = is_look and request.headers.get("HX-Request")
    template = "editorial/series_dates.html" if is_fragment else "editorial/begin_series.html"
    return render(request, template, context, status=422 if form.is_bound and not is_look else 200)


@for_person("editorial.item.schedule")
@require_POST
def stop_series(request: PersonRequest, series_id: UUID) -> HttpResponse:
    """It comes no more; with `also` the items made already and not out are put away too."""
    found = find_series(request.person, series_id)
    from_number = 1 if request.POST.get("also") else 0
    try:
        stopped = actions.stop_series(person=request.person, series=found, from_number=from_number, now=timezone.now())
        undo = undo_url(request.person, "editorial.series_stopped", series=stopped.pk, revision=stopped.revision)
        messages.success(request, _("Stopped. It comes no more."), extra_tags=undo)
    except actions.CannotKeepSeries as refused:
        messages.error(request, str(refused))
    return SeeOther(_page(request, found.pk))


@for_person("editorial.item.schedule")
@require_POST
def skip_time(request: PersonRequest, occurrence_id: int) -> HttpResponse:
    """This one time it is not said."""
    found = find_occurrence(request.person, occurrence_id)
    try:
        actions.skip_occurrence(person=request.person, occurrence=found, now=timezone.now())
        undo = undo_url(request.person, "editorial.occurrence_skipped", occurrence=found.pk)
        messages.success(request, _("Skipped this once. The series goes on."), extra_tags=undo)
    except actions.CannotKeepSeries as refused:
        messages.error(request, str(refused))
    return SeeOther(way_back(request, _page(request, found.series_id)))


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("editorial.item.schedule")
def move_time(request: PersonRequest, occurrence_id: int) -> HttpResponse:
    """To which day and time? This one alone, or with all that follow."""
    found = find_occurrence(request.person, occurrence_id)
    has_following = not found.series.is_evergreen and found.series.stopped_at is None
    form = TimeForm(request.POST or None, initial=_place_of(found), has_following=has_following)
    if form.is_valid():
        try:
            said, undo = _moved(request, found, form)
            messages.success(request, said, extra_tags=undo)
            return SeeOther(_page(request, found.series_id))
        except actions.CannotKeepSeries as refused:
            form.is_uncovered = isinstance(refused, actions.UncaredSeries)
            form.add_error(None, str(refused))
    context = {"occurrence": found, "form": form}
    return render(request, "editorial/move_time.html", context, status=422 if form.is_bound else 200)


def _moved(request: PersonRequest, found: Occurrence, form: TimeForm) -> tuple[str, str]:
    """What was done and where it is taken back."""
    now, number = timezone.now(), found.number
    if not form.is_for_following:
        stood = actions.move_occurrence(
            person=request.person, occurrence=found, wall=form.wall, now=now, knowingly=form.cleaned_data["knowingly"]
        )
        undo = undo_url(request.person, "editorial.occurrence_moved", stood=stood)
        return _("Moved this once. The others keep their time."), undo
    before = actions.move_following(
        person=request.person, occurrence=found, wall=form.wall, now=now, knowingly=form.cleaned_data["knowingly"]
    )
    found.series.refresh_from_db()
    told = {name: str(value) for name, value in before.items()}
    undo = undo_url(
        request.person, "editorial.series_moved", series=found.series_id, revision=found.series.revision, number=number,
        before=told,
    )  # fmt: skip
    return _("Moved, with all that follow."), undo


def _place_of(found: Occurrence) -> dict[str, Any]:
    day, _t, clock = found.due_wall.partition("T")
    return {"on_date": day, "at_time": clock}


def _page(request: PersonRequest, series_id: UUID) -> str:
    return reverse("editorial:one_series", args=[request.workspace.slug, series_id])
