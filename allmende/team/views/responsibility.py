"""Who is responsible for what: now, and on any past day; departments and working groups."""

from datetime import date, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.team import actions, queries
from allmende.team.access import PersonRequest, find_any_unit, find_unit, for_person, may
from allmende.team.forms import GiveForm, UnitForm
from allmende.team.models import Person, ResponsibleUnit
from allmende.team.views.asked import asked_day


@for_person("team.workspace.read")
@require_safe
def responsibility(request: PersonRequest) -> HttpResponseBase:
    """Everything somebody must answer for, who does, and who did on the day asked for."""
    today = timezone.localdate()
    asked = request.GET.get("on", "")
    day = asked_day(asked)
    context = {
        "held": queries.responsibilities(request.workspace, today, request.person),
        "units": queries.units_of(request.workspace),
        "people": queries.people_of(request.workspace),
        "day": day,
        "asked": asked,
        "today": today,
        "past": queries.responsible_on(request.workspace, day, request.person) if day else [],
        "may_give": may(request.person, "team.unit.edit"),
    }
    return render(request, "team/responsibility.html", context)


@for_person("team.unit.edit")
@require_POST
def give(request: PersonRequest) -> HttpResponseBase:
    """Hand a thing over to another unit."""
    now, form = timezone.now(), GiveForm(request.POST)
    held = _held(request, form) if form.is_valid() else None
    unit = _chosen(request, form.cleaned_data["unit"], now) if held else None
    if held is None or unit is None:
        messages.error(request, gettext("Not changed: choose who is responsible, and since which day."))
        return redirect("team:responsibility", slug=request.workspace.slug)
    since = form.cleaned_data["since_date"]
    starts_at = _midnight(since) if since and since != timezone.localdate() else None
    thing = held.thing
    try:
        line = actions.make_responsible(
            person=request.person,
            kind=thing.kind,
            key=thing.key,
            label=thing.label,
            unit=unit,
            now=now,
            starts_at=starts_at,
        )
    except actions.CannotMakeResponsible as error:
        messages.error(request, str(error))
    else:
        before = str(held.unit.pk) if held.unit else ""
        undo = queries.undo_url(request.person, "team.responsible", line=line.pk, before=before)
        said = gettext("%(name)s is responsible for “%(thing)s”.") % {"name": unit.name, "thing": thing.label}
        messages.success(request, said, extra_tags=undo if before != str(unit.pk) else "")
    return redirect("team:responsibility", slug=request.workspace.slug)


@for_person("team.unit.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new_unit(request: PersonRequest) -> HttpResponseBase:
    """A further department, working group or partner."""
    return _unit_page(request, None)


@for_person("team.unit.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_unit(request: PersonRequest, unit_id: UUID) -> HttpResponseBase:
    """Name, lead and members of a unit."""
    return _unit_page(request, find_unit(request.person, unit_id))


@for_person("team.unit.edit")
@require_POST
def put_unit_away(request: PersonRequest, unit_id: UUID) -> HttpResponseBase:
    """Take a unit off the lists; the history keeps it."""
    unit = find_unit(request.person, unit_id)
    try:
        actions.archive_unit(person=request.person, unit=unit, now=timezone.now())
    except actions.CannotSaveUnit as error:
        messages.error(request, str(error))
    else:
        undo = queries.undo_of(request.person, "team.unit", unit, {"archived_at": None})
        messages.success(request, gettext("Put away: %(name)s.") % {"name": unit.name}, extra_tags=undo)
    return redirect("team:responsibility", slug=request.workspace.slug)


def _unit_page(request: PersonRequest, unit: ResponsibleUnit | None) -> HttpResponseBase:
    person = request.person
    form = (
        UnitForm(request.POST, person=person)
        if request.POST
        else UnitForm.of(unit, person)
        if unit
        else UnitForm(person=person)
    )
    stale = None
    if request.method == "POST" and form.is_valid():
        before = queries.kept(unit, "kind", "name", "lead") if unit else {}
        members = [str(row.person_id) for row in unit.members.all()] if unit else None
        seen = request.POST.get("revision", "")
        try:
            saved = actions.save_unit(
                person=person,
                unit=unit,
                now=timezone.now(),
                seen_revision=int(seen) if seen.isdecimal() else None,
                **form.cleaned_data,
            )
        except actions.StaleRevision as error:
            stale = error
        except actions.CannotSaveUnit as error:
            form.add_error(error.field, str(error))
        else:
            undo = queries.undo_of(person, "team.unit", saved, before, members=members)
            messages.success(request, gettext("Saved: %(name)s.") % {"name": saved.name}, extra_tags=undo)
            return redirect("team:responsibility", slug=request.workspace.slug)
    context = {"form": form, "unit": unit, "stale": stale}
    return render(request, "team/edit_unit.html", context, status=422 if request.method == "POST" else 200)


def _held(request: PersonRequest, form: GiveForm) -> queries.Held | None:
    wanted = (form.cleaned_data["kind"], form.cleaned_data["key"])
    found = queries.responsibilities(request.workspace, timezone.localdate(), request.person)
    ours = [held for held in found if not held.thing.change_url]
    return next((held for held in ours if (held.thing.kind, held.thing.key) == wanted), None)


def _chosen(request: PersonRequest, choice: str, now: datetime) -> ResponsibleUnit | None:
    found = find_any_unit(request.person, choice, now)
    if isinstance(found, Person):
        return actions.unit_of_person(colleague=found, now=now, person=request.person)
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
