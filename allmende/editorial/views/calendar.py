"""The calendar: month, week, list, and moving what stands in it."""

from contextlib import suppress
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels.queries import QUEUE_PULSE, open_holds
from allmende.domain.slots import is_in_reach
from allmende.editorial.access import find_variant
from allmende.editorial.actions import CannotSchedule, Moved, move_variant
from allmende.editorial.forms import MoveForm, with_free_slot
from allmende.editorial.models import Variant
from allmende.editorial.queries import (
    ANY_SERIES,
    KINDS,
    LIST,
    MONTH,
    VIEWS,
    Filters,
    calendar_page,
    choices_of,
    listing,
    proposed_wall,
    room_for,
    title_of_series,
)
from allmende.team.access import PersonRequest, SeeOther, for_person, way_back


@require_safe
@for_person("editorial.item.read", pulse=QUEUE_PULSE)
def index(request: PersonRequest) -> HttpResponse:
    """What do we say where and when?"""
    view, on, filters = _asked(request.GET)
    now, choices = timezone.now(), choices_of(request.workspace)
    request.known["plan"] = choices.objectives
    context = {"view": view, "on": on, "filters": filters, "choices": choices, "now": now}
    context["holds"] = open_holds(request.workspace)
    context["kinds"] = tuple([(kind, str(word)) for kind, word in KINDS.items()])
    context["tail"] = urlencode({name: getattr(filters, name) for name in filters.__slots__ if getattr(filters, name)})
    context["series_title"] = title_of_series(request.workspace, filters.series)
    if view == LIST:
        found = listing(request.workspace, filters=filters, now=now)
        return render(request, "editorial/list.html", context | {"listing": found})
    language = (get_language() or "de")[:2]
    page = calendar_page(
        request.workspace, view=view, on=on, filters=filters, choices=choices, now=now, language=language
    )
    return render(request, f"editorial/{view}.html", context | {"page": page})


def _asked(asked: QueryDict) -> tuple[str, date, Filters]:
    """What the address asks for; what makes no sense in it is left out."""
    view, state, series = asked.get("view", MONTH), asked.get("state", ""), asked.get("series", "")
    on = timezone.localdate()
    with suppress(ValueError):
        typed = date.fromisoformat(asked.get("on", ""))
        on = typed if is_in_reach(typed) else on
    filters = Filters(
        channel=asked.get("channel", "")[:60],
        objective=asked.get("objective", "")[:40],
        state=state if state in KINDS else "",
        person=_id_in(asked.get("person", "")),
        series=series if series == ANY_SERIES else _id_in(series),
    )
    return view if view in VIEWS else MONTH, on, filters


def _id_in(told: str) -> str:
    try:
        return str(UUID(told))
    except ValueError:
        return ""


@require_http_methods(["GET", "POST"])
@for_person("editorial.item.schedule")
def move(request: PersonRequest, variant_id: UUID) -> HttpResponse:
    """To which day and time? The page of its own is a dialog where there are scripts; dropping posts here too."""
    variant = find_variant(request.person, variant_id)
    form = MoveForm(with_free_slot(request.POST) if request.POST else None, initial=_place_of(request, variant))
    if "clear" in request.POST:
        return _clear(request, variant)
    if request.method == "POST" and form.is_valid():
        on, at = form.cleaned_data["on_date"], form.cleaned_data["at_time"]
        wall = datetime.combine(on, at) if at else proposed_wall(request.workspace, variant, on, timezone.now())
        try:
            return _move(
                request, variant, wall, form.cleaned_data["seen_revision"], knowingly=form.cleaned_data["knowingly"]
            )
        except CannotSchedule as error:
            form.refuse(error)
    is_fragment = bool(request.headers.get("HX-Request"))
    context = {"variant": variant, "form": form, "room": room_for(request.workspace, variant, timezone.now())}
    context["next"] = request.POST.get("next") or request.GET.get("next", "")
    template = "editorial/move_form.html" if is_fragment else "editorial/move.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _clear(request: PersonRequest, variant: Variant) -> HttpResponse:
    seen = request.POST.get("seen_revision", "")
    try:
        return _move(request, variant, None, int(seen) if seen.isdecimal() else None)
    except CannotSchedule as error:
        messages.error(request, str(error))
        return _back(request, variant)


def _place_of(request: PersonRequest, variant: Variant) -> dict[str, object]:
    wall = datetime.fromisoformat(variant.slot_wall) if variant.slot_wall else None
    if wall is None:
        wall = proposed_wall(request.workspace, variant, timezone.localdate(), timezone.now())
    return {"on_date": wall.date(), "at_time": wall.time(), "seen_revision": variant.revision}


@for_person("editorial.item.schedule")
@require_POST
def unmove(request: PersonRequest, variant_id: UUID) -> HttpResponse:
    """Take a move back: to where it stood before, if nobody moved it since."""
    variant = find_variant(request.person, variant_id)
    with suppress(ValueError):
        wall = datetime.fromisoformat(request.GET["wall"]) if request.GET.get("wall") else None
        seen = int(request.GET.get("revision", ""))
        try:
            _move(request, variant, wall, seen, is_undo=True)
        except CannotSchedule as error:
            messages.error(request, str(error))
    return _back(request, variant)


def _move(
    request: PersonRequest,
    variant: Variant,
    wall: datetime | None,
    seen: int | None,
    *,
    knowingly: str = "",
    is_undo: bool = False,
) -> HttpResponse:
    moved = move_variant(
        person=request.person, variant=variant, wall=wall, zone=request.workspace.zone, seen_revision=seen,
        now=timezone.now(), knowingly=knowingly, is_undo=is_undo,
    )  # fmt: skip
    said = render_to_string("editorial/moved.txt", {"moved": moved}).strip()
    messages.success(request, said, extra_tags="" if is_undo else undo_of(request, moved))
    return _back(request, moved.variant)


def undo_of(request: PersonRequest, moved: Moved) -> str:
    """Where a move is taken back, as long as nobody moved the text since."""
    address = reverse("editorial:unmove", args=[request.workspace.slug, moved.variant.pk])
    return f"{address}?{urlencode({'wall': moved.before, 'revision': moved.variant.revision})}"


def _back(request: PersonRequest, variant: Variant) -> HttpResponse:
    """To the page one came from, else to the month the text stands in."""
    address = reverse("editorial:index", args=[request.workspace.slug])
    month = f"{address}?{urlencode({'on': variant.slot_wall[:10]})}" if variant.slot_wall else address
    return SeeOther(way_back(request, month))
