"""Training: what is learnt, who needs what and why, role profiles, skills (S0-35, S2-12, S3-15, S3-16)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.team import actions, queries
from allmende.team.access import (
    PersonRequest,
    find_colleague,
    find_profile,
    find_training_exception,
    find_training_unit,
    for_person,
    may,
    require,
)
from allmende.team.forms.training import ExceptionForm, ProfileForm, SkillsForm, TrainForm, TrainingUnitForm
from allmende.team.models import RoleProfile, TrainingUnit
from allmende.team.views.asked import seen_revision

EDIT = "team.unit.edit"
READ = "team.workspace.read"
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_person(READ)
@require_safe
def training(request: PersonRequest) -> HttpResponseBase:
    """Who has learnt what, and what is still needed? Who does not plan training sees their own."""
    plans = may(request.person, EDIT)
    context = {
        "learners": queries.learners(request.workspace, None if plans else request.person),
        "units": queries.units_of_training(request.workspace),
        "exceptions": queries.exceptions_of(request.workspace),
        "today": timezone.localdate(),
        "profiles": queries.profiles_of(request.workspace) if plans else (),
    }
    return render(request, "team/training.html", context)


@for_person(EDIT)
@get_or_post
def new_training(request: PersonRequest) -> HttpResponseBase:
    """Something more that is learnt."""
    return _unit_page(request, TrainingUnitForm(request.POST or None), None)


@for_person(EDIT)
@get_or_post
def training_unit(request: PersonRequest, training_unit_id: UUID) -> HttpResponseBase:
    """What it is, who needs it, what it opens."""
    found = find_training_unit(request.person, training_unit_id)
    return _unit_page(request, TrainingUnitForm(request.POST) if request.POST else TrainingUnitForm.of(found), found)


@for_person(EDIT)
@require_POST
def put_training_away(request: PersonRequest, training_unit_id: UUID) -> HttpResponseBase:
    """Nobody needs it any more."""
    found = find_training_unit(request.person, training_unit_id)
    actions.archive_training_unit(person=request.person, unit=found, now=timezone.now())
    undo = queries.undo_of(request.person, "team.training_unit", found, {"archived_at": None})
    messages.success(request, gettext("Put away: %(name)s.") % {"name": found.name}, extra_tags=undo)
    return _to_training(request)


@for_person(EDIT)
@get_or_post
def train(request: PersonRequest, training_unit_id: UUID, person_id: UUID) -> HttpResponseBase:
    """How far somebody is with a training."""
    unit, learner = find_training_unit(request.person, training_unit_id), find_colleague(request.person, person_id)
    record = queries.record_of(unit, learner)
    form = TrainForm(request.POST or None, record)
    if request.method == "POST" and form.is_valid():
        names = ("state", "booked_date", "completed_date", "valid_until_date")
        before = queries.kept(record, *names) if record else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.move_training(
                person=request.person, unit=unit, learner=learner, now=timezone.now(), **form.cleaned_data
            )
        except actions.CannotTrain as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = queries.undo_of(request.person, "team.training", saved, before)
            messages.success(request, gettext("Saved: %(name)s.") % {"name": learner.name}, extra_tags=undo)
            return _to_training(request)
    context = {"form": form, "unit": unit, "learner": learner, "record": record}
    return _page(request, "team/train.html", context)


@for_person(EDIT)
@get_or_post
def new_exception(request: PersonRequest) -> HttpResponseBase:
    """Somebody may do what a gate keeps without its training, until a day and with a reason."""
    form = ExceptionForm(request.POST or None, request.person)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = actions.except_from_training(person=request.person, now=now, **form.cleaned_data)
        except actions.CannotTrain as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = queries.undo_of(request.person, "team.exception", made, {"archived_at": now.isoformat()})
            messages.success(request, gettext("Saved: %(name)s.") % {"name": made.person.name}, extra_tags=undo)
            return _to_training(request)
    return _page(request, "team/training_exception.html", {"form": form})


@for_person(EDIT)
@require_POST
def end_exception(request: PersonRequest, exception_id: UUID) -> HttpResponseBase:
    """The gate counts for them again."""
    found = find_training_exception(request.person, exception_id)
    actions.end_training_exception(person=request.person, exception=found, now=timezone.now())
    undo = queries.undo_of(request.person, "team.exception", found, {"archived_at": None})
    messages.success(
        request, gettext("The exception has ended: %(name)s.") % {"name": found.person.name}, extra_tags=undo
    )
    return _to_training(request)


@for_person(EDIT)
@get_or_post
def new_profile(request: PersonRequest) -> HttpResponseBase:
    """What a role asks for."""
    return _profile_form(request, None)


@for_person(EDIT)
@require_safe
def profile(request: PersonRequest, profile_id: UUID) -> HttpResponseBase:
    """The profile beside the people who have the role; nobody is ranked."""
    found = find_profile(request.person, profile_id)
    return render(request, "team/profile.html", {"profile": found, "comparison": queries.compare(found)})


@for_person(EDIT)
@get_or_post
def edit_profile(request: PersonRequest, profile_id: UUID) -> HttpResponseBase:
    """Change what a role asks for."""
    return _profile_form(request, find_profile(request.person, profile_id))


@for_person(EDIT)
@require_POST
def put_profile_away(request: PersonRequest, profile_id: UUID) -> HttpResponseBase:
    """Nobody is measured against it any more."""
    found = find_profile(request.person, profile_id)
    actions.archive_profile(person=request.person, profile=found, now=timezone.now())
    undo = queries.undo_of(request.person, "team.profile", found, {"archived_at": None})
    messages.success(request, gettext("Put away: %(name)s.") % {"name": found.name}, extra_tags=undo)
    return _to_training(request)


@for_person(READ)
@get_or_post
def skills(request: PersonRequest, person_id: UUID) -> HttpResponseBase:
    """What somebody can and likes: said by themselves, or by who plans training."""
    found = find_colleague(request.person, person_id)
    if found.pk != request.person.pk:
        require(request.person, EDIT)
    form = SkillsForm(request.POST or None, queries.skills_of(found), queries.asked_skills(found))
    if request.method == "POST" and form.is_valid():
        before = actions.save_skills(person=request.person, colleague=found, skills=form.values(), now=timezone.now())
        undo = queries.undo_url(request.person, "team.skills", colleague=found.pk, before=before)
        messages.success(request, gettext("Saved: %(name)s.") % {"name": found.name}, extra_tags=undo)
        return _to_training(request)
    return _page(request, "team/skills.html", {"form": form, "colleague": found})


@for_person(READ)
@require_POST
def confirm_briefing(request: PersonRequest) -> HttpResponseBase:
    """One has read one's briefing."""
    actions.confirm_briefing(person=request.person, now=timezone.now())
    messages.success(request, gettext("Thank you. It is noted that you have read it."))
    return redirect("web:briefing", slug=request.workspace.slug)


def _unit_page(request: PersonRequest, form: TrainingUnitForm, found: TrainingUnit | None) -> HttpResponseBase:
    stale = None
    if request.method == "POST" and form.is_valid():
        before = queries.kept(found, *form.fields) if found else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.save_training_unit(
                person=request.person,
                unit=found,
                now=timezone.now(),
                seen_revision=seen_revision(request),
                **form.cleaned_data,
            )
        except actions.StaleRevision as error:
            stale = error
        except actions.CannotTrain as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = queries.undo_of(request.person, "team.training_unit", saved, before)
            messages.success(request, gettext("Saved: %(name)s.") % {"name": saved.name}, extra_tags=undo)
            return _to_training(request)
    return _page(request, "team/training_unit.html", {"form": form, "unit": found, "stale": stale})


def _profile_form(request: PersonRequest, found: RoleProfile | None) -> HttpResponseBase:
    form, stale = ProfileForm(request.POST or None, request.person, found), None
    if request.method == "POST" and form.is_valid():
        before = (
            queries.kept(found, "name", "characteristics") if found else {"archived_at": timezone.now().isoformat()}
        )
        parts = actions.profile_as_kept(found) if found else {}
        try:
            saved = actions.save_profile(
                person=request.person,
                profile=found,
                now=timezone.now(),
                seen_revision=seen_revision(request),
                **form.values(),
            )
        except actions.StaleRevision as error:
            stale = error
        except actions.CannotTrain as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = queries.undo_of(request.person, "team.profile", saved, before, **parts)
            messages.success(request, gettext("Saved: %(name)s.") % {"name": saved.name}, extra_tags=undo)
            return redirect("team:profile", slug=request.workspace.slug, profile_id=saved.pk)
    return _page(request, "team/edit_profile.html", {"form": form, "profile": found, "stale": stale})


def _to_training(request: PersonRequest) -> HttpResponse:
    return redirect("team:training", slug=request.workspace.slug)


def _page(request: PersonRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, context, status=422 if request.method == "POST" else 200)
