"""Recurrent work: the daily round, routines and the looks at them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries, states
from allmende.plan.access import find_open_channel, find_routine, find_routine_step
from allmende.plan.catalogue.routines import FIRST_ROUND, FIRST_ROUND_MINUTES
from allmende.plan.forms import RoutineForm, RoutineReviewForm
from allmende.plan.models import Routine
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url


@for_person("plan.version.read")
@require_safe
def daily_round(request: PersonRequest) -> HttpResponseBase:
    """What is to be looked at today, presence by presence?"""
    found = queries.daily_round(request.workspace, timezone.localdate())
    changes = [row for row in queries.platform_changes(request.workspace) if row.open]
    return show(request, "plan/round.html", {"round": found, "changes": changes})


@for_person("plan.step.report")
@require_POST
def begin_round(request: PersonRequest, routine_id: UUID) -> HttpResponseBase:
    """From here the minutes count."""
    found = find_routine(request.person, routine_id)
    actions.begin_round(person=request.person, routine=found, on=timezone.localdate(), now=timezone.now())
    return SeeOther(f"{address(request, 'daily_round')}#{found.pk}")


@for_person("plan.step.report")
@require_POST
def tick(request: PersonRequest, step_id: int) -> HttpResponseBase:
    """A step of today's round is done, or not after all."""
    found = find_routine_step(request.person, step_id)
    try:
        taken = actions.tick_step(
            person=request.person,
            step=found,
            on=timezone.localdate(),
            is_done=request.POST.get("done") == "1",
            note=request.POST.get("note", "")[:300].strip(),
            now=timezone.now(),
        )
        if taken:
            undo = undo_url(
                request.person, "plan.tick", round_id=taken.round_id, step=taken.step_id, by=taken.by_id,
                at=taken.at.isoformat(), note=taken.note,
            )  # fmt: skip
            messages.success(request, _("Not ticked any more"), extra_tags=undo)
    except actions.CannotTick as refused:
        messages.error(request, str(refused))
    return SeeOther(f"{address(request, 'daily_round')}#{found.routine_id}")


@for_person("plan.version.edit")
@require_POST
def propose_routine(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Begin with the round we propose for a presence."""
    found = find_open_channel(request.person, channel)
    name = _("Daily round: %(channel)s") % {"channel": found.name}
    try:
        made = actions.save_routine(
            person=request.person,
            routine=None,
            revision=None,
            steps=[str(step) for step in FIRST_ROUND],
            now=timezone.now(),
            name=name[:120],
            purpose="",
            rhythm="workdays",
            weekday=None,
            channel=found,
            owner=request.person,
            planned_minutes=FIRST_ROUND_MINUTES,
            review_interval_days=91,
        )
        messages.success(request, _("Taken over; change it to fit you"), extra_tags=_undo_new(request, made))
    except actions.CannotSaveRoutine as refused:
        messages.error(request, str(refused))
    return SeeOther(address(request, "daily_round"))


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_routine(request: PersonRequest) -> HttpResponseBase:
    """Define recurrent work."""
    form = RoutineForm(request.POST or None, person=request.person, initial={"planned_minutes": FIRST_ROUND_MINUTES})
    return _routine_form(request, form, None)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_routine(request: PersonRequest, routine_id: UUID) -> HttpResponseBase:
    """Change recurrent work."""
    found = find_routine(request.person, routine_id)
    initial = {"steps": "\n".join(actions.steps_of(found))}
    form = RoutineForm(request.POST or None, instance=found, person=request.person, initial=initial)
    return _routine_form(request, form, found)


@for_person("plan.version.read")
@require_safe
def routine(request: PersonRequest, routine_id: UUID) -> HttpResponseBase:
    """One routine: its steps, where its minutes go, what came of looking at it."""
    return _routine_page(request, find_routine(request.person, routine_id), RoutineReviewForm())


@for_person("plan.version.edit")
@require_POST
def review_routine(request: PersonRequest, routine_id: UUID) -> HttpResponseBase:
    """Is it still worth its time?"""
    found = find_routine(request.person, routine_id)
    form = RoutineReviewForm(request.POST)
    if not form.is_valid():
        return _routine_page(request, found, form, 422)
    actions.review_routine(person=request.person, routine=found, now=timezone.now(), **form.cleaned_data)
    if form.cleaned_data["result"] == states.ROUTINE_DROPPED:
        messages.success(request, _("Noted; the routine is put away"), extra_tags=_undo_archive(request, found, None))
        return SeeOther(address(request, "daily_round"))
    messages.success(request, _("Noted"))
    is_to_change = form.cleaned_data["result"] == "change"
    return SeeOther(address(request, "edit_routine" if is_to_change else "routine", routine_id=found.pk))


@for_person("plan.version.edit")
@require_POST
def archive_routine(request: PersonRequest, routine_id: UUID) -> HttpResponseBase:
    """Put a routine away, or bring it back."""
    found = find_routine(request.person, routine_id)
    before = found.archived_at
    actions.archive_routine(
        person=request.person, routine=found, is_away=request.POST.get("away") == "1", now=timezone.now()
    )
    said = _("Put away; its rounds stay readable") if found.archived_at else _("The routine is back")
    messages.success(request, said, extra_tags=_undo_archive(request, found, before))
    return SeeOther(address(request, "routine", routine_id=found.pk))


def _routine_form(request: PersonRequest, form: RoutineForm, found: Routine | None) -> HttpResponseBase:
    status = 200
    if request.method == "POST":
        if form.is_valid():
            fresh = find_routine(request.person, found.pk) if found else None
            before = kept(fresh, *form.Meta.fields) if fresh else {}
            steps = actions.steps_of(fresh) if fresh else []
            try:
                saved = actions.save_routine(person=request.person, routine=fresh, now=timezone.now(), **form.values())
                undo = _undo_saved(request, saved, before, steps) if fresh else _undo_new(request, saved)
                messages.success(request, _("Saved"), extra_tags=undo)
                return SeeOther(address(request, "routine", routine_id=saved.pk))
            except actions.CannotSaveRoutine as refused:
                form.add_error(None, str(refused))
            except StaleRevision as error:
                form.know_revision(error.revision)
                form.add_error(None, str(error))
        status = 422
    return show(request, "plan/routine_form.html", {"form": form, "routine": found}, status)


def _routine_page(
    request: PersonRequest, found: Routine, form: RoutineReviewForm, status: int = 200
) -> HttpResponseBase:
    page = queries.routine_page(found, timezone.localdate())
    return show(request, "plan/routine.html", {"page": page, "form": form}, status)


def _undo_saved(request: PersonRequest, saved: Routine, before: dict[str, Any], steps: list[str]) -> str:
    return undo_of(request.person, "plan.routine", saved, before, steps=steps)


def _undo_new(request: PersonRequest, made: Routine) -> str:
    return undo_of(request.person, "plan.routine", made, {"archived_at": timezone.now().isoformat()}, steps=[])


def _undo_archive(request: PersonRequest, found: Routine, before: Any) -> str:
    kept_before = {"archived_at": before.isoformat() if before else None}
    return undo_url(
        request.person, "plan.routine", pk=str(found.pk), revision=found.revision, before=kept_before, steps=[]
    )
