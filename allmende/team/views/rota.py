"""The duty rota: a week of shifts and gaps; planning, moving, confirming, handing over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.team import actions, queries, states
from allmende.team.access import (
    PersonRequest,
    SeeOther,
    find_hours,
    find_requirement,
    find_shift,
    for_person,
    may,
    require,
    way_back,
)
from allmende.team.forms.duty import CoverForm, GapForm, PutForm, ShiftForm, is_instant
from allmende.team.models import CoverageRequirement, Person, Shift
from allmende.team.views.asked import asked_day, seen_revision

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
SHIFT_FIELDS = ("person", "hours", "kind", "starts_at", "ends_at", "state", "note", "serves_key")
# What stands written on a shift's mark; that one is confirmed goes without saying.
LOUD = (states.ASSIGNED, states.SWAP_REQUESTED, states.ON_DUTY, states.HANDED_OVER)


@for_person("team.workspace.read", pulse={})
@require_safe
def rota(request: PersonRequest) -> HttpResponseBase:
    """The week as people by days, or as service hours by days."""
    now = timezone.now()
    on = asked_day(request.GET.get("on", "")) or timezone.localdate()
    view = request.GET.get("view", queries.PEOPLE)
    view = view if view in queries.VIEWS else queries.PEOPLE
    week = queries.week_of(request.workspace, on, now, request.user.language, view)
    keys = [shift.serves_key for day in week.rota.days for shift in day.shifts]
    context = {
        "purposes": queries.purposes_of(request.person, keys),
        "week": week, "on": on, "last": week.monday + timedelta(days=6), "tail": "" if view == queries.PEOPLE else f"view={view}",
        "may_plan": may(request.person, "team.duty.plan"), "begun": states.BEGUN, "loud": LOUD,
        "fit": queries.fit_for(request.person, week.gaps),
    }  # fmt: skip
    return render(request, "team/rota.html", context)


@for_person("team.duty.plan")
@get_or_post
def new_shift(request: PersonRequest) -> HttpResponseBase:
    """A further shift; the rota's plus, and a gap, say where it goes."""
    given: dict[str, Any] = {"workspace": request.workspace, "purposes": queries.purposes(request.person)}
    form = ShiftForm(request.POST, **given) if request.POST else ShiftForm(initial=_proposed(request), **given)
    return _shift_page(request, form, None)


@for_person("team.workspace.read")
@get_or_post
def shift(request: PersonRequest, shift_id: UUID) -> HttpResponseBase:
    """A shift: who, when, how far, its hand-over note; whoever plans changes it here."""
    one = find_shift(request.person, shift_id)
    if request.method == "POST":
        require(request.person, "team.duty.plan")
    may_change = may(request.person, "team.duty.plan") and one.state not in states.BEGUN
    found, workspace = queries.purposes(request.person) if may_change else [], request.workspace
    form = ShiftForm(request.POST, workspace=workspace, purposes=found, shift=one) if request.POST else None
    return _shift_page(request, form or (ShiftForm.of(one, workspace, found) if may_change else None), one)


@for_person("team.duty.plan")
@require_POST
def cancel_shift(request: PersonRequest, shift_id: UUID) -> HttpResponseBase:
    """Take a shift off the rota."""
    one = find_shift(request.person, shift_id)
    try:
        actions.cancel_shift(person=request.person, shift=one, now=timezone.now())
    except actions.CannotPlanDuty as error:
        messages.error(request, str(error))
        return redirect("team:shift", slug=request.workspace.slug, shift_id=one.pk)
    undo = queries.undo_of(request.person, "team.shift", one, {"archived_at": None})
    messages.success(request, gettext("Taken off the rota."), extra_tags=undo)
    return redirect(_week_url(request, one))


@for_person("team.duty.plan")
@get_or_post
def put_shift(request: PersonRequest, shift_id: UUID) -> HttpResponse:
    """To which day and person? The page of its own is a dialog where there are scripts; dropping posts here too."""
    person, one = request.person, find_shift(request.person, shift_id)
    form = PutForm(request.POST, shift=one, person=person) if request.POST else PutForm.of(one, person)
    if request.method == "POST" and form.is_valid():
        before = queries.kept(one, *SHIFT_FIELDS)
        seen = form.cleaned_data["seen_revision"]
        try:
            actions.plan_shift(person=person, shift=one, now=timezone.now(), seen_revision=seen, **form.values())
        except (actions.CannotPlanDuty, actions.StaleRevision) as error:
            form.add_error(None, str(error))
        else:
            undo = queries.undo_of(person, "team.shift", one, before)
            messages.success(request, _said(one), extra_tags=undo)
            return SeeOther(way_back(request, _week_url(request, one)))
    asked = request.POST.get("next") or request.GET.get("next", "")
    context = {"shift": one, "form": form, "next": asked or _week_url(request, one)}
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "team/put_shift_form.html" if is_fragment else "team/put_shift.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@for_person("team.duty.stand")
@require_POST
def move_shift(request: PersonRequest, shift_id: UUID) -> HttpResponseBase:
    """Confirm, give back, offer, take over, begin, hand over, close."""
    one = find_shift(request.person, shift_id)
    before = queries.kept(one, *SHIFT_FIELDS)
    to, note = request.POST.get("to", ""), request.POST.get("note")
    try:
        actions.move_shift(person=request.person, shift=one, to=to, note=note, now=timezone.now())
    except actions.CannotPlanDuty as error:
        messages.error(request, str(error))
    else:
        undo = queries.undo_of(request.person, "team.shift", one, before)
        messages.success(request, _moved(one), extra_tags=undo)
    return SeeOther(way_back(request, reverse("team:shift", args=[request.workspace.slug, one.pk])))


@for_person("team.duty.stand")
@require_POST
def take_gap(request: PersonRequest) -> HttpResponseBase:
    """Stand duty in a gap oneself."""
    form = GapForm(request.POST)
    if form.is_valid():
        hours = find_hours(request.person, form.cleaned_data["hours_id"])
        span = {name: form.cleaned_data[name] for name in ("starts_at", "ends_at")}
        now = timezone.now()
        try:
            taken = actions.take_gap(person=request.person, hours=hours, now=now, **span)
        except actions.CannotPlanDuty as error:
            messages.error(request, str(error))
        else:
            undo = queries.undo_of(request.person, "team.shift", taken, {"archived_at": now.isoformat()})
            messages.success(request, gettext("Thank you: you are on duty then."), extra_tags=undo)
    return SeeOther(way_back(request, _rota_url(request)))


@for_person("team.duty.plan")
@require_POST
def accept_gap(request: PersonRequest) -> HttpResponseBase:
    """Bear a gap, with the reason."""
    form = GapForm(request.POST)
    if form.is_valid():
        hours = find_hours(request.person, form.cleaned_data["hours_id"])
        span = {name: form.cleaned_data[name] for name in ("starts_at", "ends_at", "reason")}
        now = timezone.now()
        try:
            borne = actions.accept_gap(person=request.person, hours=hours, now=now, **span)
        except actions.CannotPlanDuty as error:
            messages.error(request, str(error))
        else:
            undo = queries.undo_of(request.person, "team.gap", borne, {"archived_at": now.isoformat()})
            messages.success(request, gettext("Accepted. The reason stands beside the gap."), extra_tags=undo)
    return SeeOther(way_back(request, _rota_url(request)))


@for_person("team.duty.plan")
@get_or_post
def new_cover(request: PersonRequest) -> HttpResponseBase:
    """Which hours need somebody; the first one turns duty planning on."""
    form = CoverForm(request.POST, workspace=request.workspace) if request.POST else None
    form = form or CoverForm(
        workspace=request.workspace, initial={"starts_date": timezone.localdate(), "hours": request.GET.get("hours")}
    )
    return _cover_page(request, form, None)


@for_person("team.duty.plan")
@get_or_post
def edit_cover(request: PersonRequest, requirement_id: UUID) -> HttpResponseBase:
    """How many people these hours need, and since when."""
    requirement = find_requirement(request.person, requirement_id)
    form = CoverForm(request.POST, workspace=request.workspace) if request.POST else None
    return _cover_page(request, form or CoverForm.of(requirement, request.workspace), requirement)


@for_person("team.duty.plan")
@require_POST
def end_cover(request: PersonRequest, requirement_id: UUID) -> HttpResponseBase:
    """Nobody is required in these hours any more."""
    requirement = find_requirement(request.person, requirement_id)
    actions.end_cover(person=request.person, requirement=requirement, now=timezone.now())
    undo = queries.undo_of(request.person, "team.coverage", requirement, {"archived_at": None})
    said = gettext("Nobody has to be planned in “%(name)s” any more.") % {"name": requirement.hours.name}
    messages.success(request, said, extra_tags=undo)
    return redirect("team:rota", slug=request.workspace.slug)


def _shift_page(request: PersonRequest, form: ShiftForm | None, one: Shift | None) -> HttpResponseBase:
    now, person, stale = timezone.now(), request.person, None
    concerns: list[Any] = []
    is_look = "look" in request.POST
    if form and form.is_bound and form.is_valid():
        concerns = queries.concerns_with(request.workspace, one, **_times_of(form))
        if not is_look:
            before = queries.kept(one, *SHIFT_FIELDS) if one else {"archived_at": now.isoformat()}
            try:
                saved = actions.plan_shift(
                    person=person, shift=one, now=now, seen_revision=seen_revision(request), **form.values()
                )
            except actions.StaleRevision as error:
                stale = error
            except actions.CannotPlanDuty as error:
                form.add_error({"ends": "ends_at"}.get(error.field or "", error.field), str(error))
            else:
                undo = queries.undo_of(person, "team.shift", saved, before)
                messages.success(request, _said(saved), extra_tags=undo)
                return redirect(_week_url(request, saved))
    context = {
        "purpose": queries.purposes_of(request.person, [one.serves_key]).get(one.serves_key) if one else None,
        "form": form, "shift": one, "stale": stale, "concerns": concerns, "looked": is_look and not concerns,
        "before": queries.shift_before(one) if one else None, "up": _week_url(request, one) if one else _rota_url(request),
        "moves": _moves(request, one, now) if one else [], **(_swaps(request, one, now) if one else {}),
    }  # fmt: skip
    status = 422 if request.method == "POST" and not is_look else 200
    return render(request, "team/shift.html", context, status=status)


def _times_of(form: ShiftForm) -> dict[str, Any]:
    values = form.values()
    return {name: values[name] for name in ("doer", "starts_at", "ends_at")}


def _moves(request: PersonRequest, one: Shift, now: datetime) -> list[str]:
    if not may(request.person, "team.duty.stand"):
        return []
    return queries.next_moves(one, request.person, now, may(request.person, "team.duty.plan"))


def _swaps(request: PersonRequest, one: Shift, now: datetime) -> dict[str, Any]:
    """Offers about this shift, and what its own person could ask for."""
    offers = queries.open_swaps(one, now)
    is_mine = one.person_id == request.person.pk and one.starts_at > now and one.state not in states.BEGUN
    is_free = is_mine and not any(offer.shift_id == one.pk for offer in offers)
    return {"offers": offers, "swappable": queries.swappable(request.person, now)[:60] if is_free else []}


def _cover_page(request: PersonRequest, form: CoverForm, requirement: CoverageRequirement | None) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        now, names = timezone.now(), ("seats", "starts_date", "weekend_starts_at", "weekend_ends_at", "unit")
        known = queries.requirement_of(form.cleaned_data["hours"])
        before = queries.kept(known, *names) if known else {"archived_at": now.isoformat()}
        saved = actions.require_cover(person=request.person, now=now, **form.cleaned_data)
        undo = queries.undo_of(request.person, "team.coverage", saved, before)
        said = gettext("Saved: %(name)s.") % {"name": saved.hours.name}
        messages.success(request, said, extra_tags=undo)
        return redirect("team:rota", slug=request.workspace.slug)
    context = {"form": form, "requirement": requirement}
    return render(request, "team/edit_cover.html", context, status=422 if request.method == "POST" else 200)


def _proposed(request: PersonRequest) -> dict[str, Any]:
    """What the form of a new shift starts with: the gap, or day and row, one came from."""
    gap, row = request.GET.get("gap", ""), request.GET.get("row", "")
    place = ZoneInfo(request.workspace.zone)
    begin, end = (_instant(request.GET.get(name, "")) for name in ("begin", "end"))
    if gap and begin and end:
        opens, closes = begin.astimezone(place), end.astimezone(place)
        return {"hours": gap, "on_date": opens.date(), "starts_at": opens.time(), "ends_at": closes.time()}
    on = asked_day(request.GET.get("on", "")) or timezone.localdate()
    kind, _colon, found = row.partition(":")
    times = queries.usual_shift(request.workspace, on)
    return {"on_date": on, "doer" if kind == "person" else "hours": found or None, **times}


def _instant(said: str) -> datetime | None:
    return datetime.fromtimestamp(int(said), UTC) if is_instant(said) else None


def _said(one: Shift) -> str:
    doer: Person | None = one.person
    if doer is None:
        return gettext("Planned. Nobody has this shift yet.")
    if one.state == states.ASSIGNED:
        return gettext("Planned. %(name)s is asked to confirm.") % {"name": doer.name}
    return gettext("Planned for %(name)s.") % {"name": doer.name}


def _moved(one: Shift) -> str:
    return {
        states.CONFIRMED: gettext("Confirmed."),
        states.OPEN: gettext("Given back. The shift is open; the rota shows it to those who can take it."),
        states.SWAP_REQUESTED: gettext("Offered for a swap. Until a colleague takes over, it stays yours."),
        states.ON_DUTY: gettext("Duty has begun."),
        states.HANDED_OVER: gettext("Handed over."),
        states.DONE: pgettext("shift", "Closed."),
    }[one.state]


def _rota_url(request: PersonRequest) -> str:
    return reverse("team:rota", args=[request.workspace.slug])


def _week_url(request: PersonRequest, one: Shift) -> str:
    on: date = request.workspace.day_at(one.starts_at)
    return f"{_rota_url(request)}?on={on.isoformat()}"
