"""The debrief: what we learnt, what was decided, and the end (I-17)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.crisis import actions, queries, states
from allmende.crisis.access import debrief_of, find_incident, find_lesson
from allmende.crisis.forms import DebriefForm, LessonForm, PracticeForm
from allmende.crisis.models import Incident
from allmende.crisis.views.room import know_other
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
FIELDS = ("what_happened", "went_well", "went_badly")


@for_person("crisis.incident.read")
@require_http_methods(["GET", "HEAD"])
def debrief(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """What did we learn?"""
    return _page(request, find_incident(request.person, incident_id))


@for_person("crisis.incident.lead")
@require_POST
def save(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Write the three answers down."""
    found, form = find_incident(request.person, incident_id), DebriefForm(request.POST)
    standing = debrief_of(found)
    if form.is_valid():
        before = kept(standing, *FIELDS) if standing else dict.fromkeys(FIELDS, "")
        try:
            saved = actions.save_debrief(person=request.person, incident=found, now=timezone.now(), **form.values())
        except actions.CannotKeep as refused:
            form.add_error(refused.field, str(refused))
        except StaleRevision as error:
            know_other(form, error)
        else:
            undo = undo_of(request.person, "crisis.debrief", saved, before)
            messages.success(request, _("Saved."), extra_tags=undo)
            return SeeOther(_here(request, found))
    return _page(request, found, form=form, status=422)


@for_person("crisis.incident.lead")
@require_POST
def add_lesson(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Decide something."""
    found, form = find_incident(request.person, incident_id), LessonForm(request.workspace, request.POST)
    if form.is_valid():
        try:
            made = actions.save_lesson(person=request.person, incident=found, now=timezone.now(), **form.cleaned_data)
        except actions.CannotKeep as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = undo_of(request.person, "crisis.lesson", made, {"archived_at": timezone.now().isoformat()})
            messages.success(request, _("Decided."), extra_tags=undo)
            return SeeOther(_here(request, found))
    return _page(request, found, lesson_form=form, status=422)


@for_person("crisis.incident.lead")
@require_POST
def archive_lesson(request: PersonRequest, lesson_id: UUID) -> HttpResponseBase:
    """It was not decided after all."""
    lesson = find_lesson(request.person, lesson_id)
    try:
        gone = actions.archive_lesson(person=request.person, lesson=lesson, now=timezone.now())
    except actions.CannotKeep as refused:
        messages.error(request, str(refused))
    else:
        undo = undo_of(request.person, "crisis.lesson", gone, {"archived_at": None})
        messages.success(request, _("Taken out."), extra_tags=undo)
    return SeeOther(_here(request, lesson.incident))


@for_person("crisis.incident.read")
@require_POST
def finish_lesson(request: PersonRequest, lesson_id: UUID) -> HttpResponseBase:
    """It was carried out."""
    lesson, is_done = find_lesson(request.person, lesson_id), request.POST.get("done") == "yes"
    actions.finish_lesson(person=request.person, lesson=lesson, is_done=is_done, now=timezone.now())
    undo = undo_url(request.person, "crisis.finish", pk=lesson.pk, is_done=not is_done)
    messages.success(request, _("Carried out.") if is_done else _("Open again."), extra_tags=undo)
    return SeeOther(_here(request, lesson.incident))


@for_person("crisis.incident.lead")
@require_POST
def close(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Debriefed and decided: close it."""
    found = find_incident(request.person, incident_id)
    try:
        actions.close_incident(person=request.person, incident=found, now=timezone.now())
    except actions.CannotClose as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Closed. What was decided stands on the crisis page until it is carried out."))
    return SeeOther(_here(request, found))


@for_person("crisis.incident.lead")
@require_POST
def practised(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Who took part in the drill stands in the training records."""
    found, form = find_incident(request.person, incident_id), PracticeForm(request.workspace, request.POST)
    if form.is_valid():
        try:
            before = actions.record_practice(
                person=request.person, incident=found, now=timezone.now(), **form.cleaned_data
            )
        except actions.CannotKeep as refused:
            form.add_error(refused.field, str(refused))
        else:
            if before:
                undo = undo_url(request.person, "crisis.practice", before=before)
                messages.success(request, _("Written into the training records."), extra_tags=undo)
            else:
                messages.success(request, _("It stands in the training records already."))
            return SeeOther(_here(request, found))
    return _page(request, found, practice_form=form, status=422)


def _page(
    request: PersonRequest, found: Incident, form: DebriefForm | None = None, lesson_form: LessonForm | None = None,
    practice_form: PracticeForm | None = None, status: int = 200,
) -> HttpResponseBase:  # fmt: skip
    standing = debrief_of(found)
    known = (
        {name: getattr(standing, name) for name in FIELDS} | {"seen_revision": standing.revision} if standing else {}
    )
    context = {
        "incident": found,
        "debrief": standing,
        "form": form or DebriefForm(initial=known),
        "lesson_form": lesson_form or LessonForm(request.workspace),
        "practice_form": practice_form or _practice(request, found),
        "lessons": queries.lessons_of(found),
        "missing": actions.what_is_missing(found),
        "due_at": queries.debrief_due(found),
        "now": timezone.now(),
    }
    return render(request, "crisis/debrief.html", context, status=status)


def _practice(request: PersonRequest, found: Incident) -> PracticeForm | None:
    """Asked after a drill that is over; whoever was called, led or wrote into the log is proposed."""
    if not found.is_drill or found.state not in (states.OVER, states.CLOSED):
        return None
    return PracticeForm(request.workspace, initial={"people": queries.took_part(found)})


def _here(request: PersonRequest, found: Incident) -> str:
    return reverse("crisis:debrief", args=[request.workspace.slug, found.pk])
