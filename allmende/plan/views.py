"""Screens of the plan."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import draft_of, find_discarded, find_draft, find_element, find_plan, find_step, find_version
from allmende.plan.forms import ELEMENT_FORMS, ElementForm, PlanForm, PublishForm, StartForm, StepReportForm, form_for
from allmende.team.access import PersonRequest, for_person, may
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

AGREEMENT_FROM = 4


class SeeOther(HttpResponseRedirect):
    """After a POST: look there (303)."""

    status_code = 303


@for_person("plan.version.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """What are we doing, for what, and does it work?"""
    now = timezone.now()
    page = queries.plan_page(request.person, now)
    if page is None:
        return _show(request, "plan/empty.html", {})
    if page.chain is None:
        if may(request.person, "plan.version.edit"):
            return SeeOther(_url(request, "draft"))
        return _show(request, "plan/preparing.html", {"page": page})
    if page.is_visit_due and page.version:
        actions.note_visit(person=request.person, plan=page.plan, version_number=page.version.number, now=now)
    return _show(request, "plan/index.html", {"page": page, "chain": page.chain, "mode": "live"})


@for_person("plan.version.read")
@require_POST
def mark_seen(request: PersonRequest) -> HttpResponseBase:
    """The note of what changed was read."""
    version = queries.version_in_force(request.workspace)
    if version:
        actions.note_visit(person=request.person, plan=version.plan, version_number=version.number, now=timezone.now())
    return SeeOther(_url(request, "index"))


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: PersonRequest) -> HttpResponseBase:
    """Begin the plan."""
    form = StartForm(request.POST or None, person=request.person, initial={"title": request.workspace.name})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.start_plan(person=request.person, now=timezone.now(), **form.values())
                return SeeOther(_url(request, "draft"))
            except actions.CannotStartPlan as error:
                form.add_error(None, str(error))
        status = 422
    return _show(request, "plan/start.html", {"form": form}, status)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PersonRequest) -> HttpResponseBase:
    """Name, responsible person, hours and rhythm of the plan."""
    plan = find_plan(request.person)
    form = PlanForm(request.POST or None, instance=plan, person=request.person)
    if not may(request.person, "plan.version.publish"):
        del form.fields["owner"]
    status = 200
    if request.method == "POST":
        if form.is_valid():
            values, revision = form.values(), form.cleaned_data["seen_revision"]
            before = kept(find_plan(request.person), *values, "state")
            try:
                saved = actions.save_plan(
                    person=request.person, plan=plan, now=timezone.now(), revision=revision, **values
                )
                undo = undo_of(request.person, "plan.settings", saved, before)
                messages.success(request, _("Saved"), extra_tags=undo)
                return SeeOther(_url(request, "index"))
            except actions.CannotSavePlan as error:
                form.add_error("owner", str(error))
            except StaleRevision as stale:
                form.know_revision(stale.revision)
                form.add_error(None, str(stale))
        status = 422
    return _show(request, "plan/settings.html", {"form": form, "plan": plan}, status)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: PersonRequest) -> HttpResponseBase:
    """The draft; a POST opens it."""
    if request.method == "POST":
        actions.open_draft(person=request.person, plan=find_plan(request.person), now=timezone.now())
        return SeeOther(_url(request, "draft"))
    version = draft_of(request.person)
    if version is None:
        return SeeOther(_url(request, "index"))
    page = queries.draft_page(request.person, version, timezone.now())
    return _show(request, "plan/draft.html", {"page": page, "chain": page.chain, "mode": "draft"})


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PersonRequest, layer: str) -> HttpResponseBase:
    """A new element of the draft, under the element `?under=key`."""
    if layer not in ELEMENT_FORMS:
        raise Http404
    version = find_draft(request.person)
    form = form_for(layer, request.person, request.POST or None)
    return _element_form(request, form, layer, version, "", request.GET.get("under", ""))


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, layer: str, key: str) -> HttpResponseBase:
    """Change an element of the draft."""
    version = find_draft(request.person)
    found = find_element(version, layer, key)
    form = form_for(layer, request.person, request.POST or None, found)
    return _element_form(request, form, layer, version, key, "")


@for_person("plan.version.edit")
@require_POST
def lint(request: PersonRequest) -> HttpResponseBase:
    """What the plan check says to an objective while it is typed; nothing is saved."""
    form = form_for("objective", request.person, request.POST)
    return _show(request, "plan/lessons.html", _lessons(form))


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PersonRequest, layer: str, key: str) -> HttpResponseBase:
    """Take an element out of the draft; asks first, because what hangs on it goes too."""
    version = find_draft(request.person)
    try:
        found = find_element(version, layer, key)
    except Http404:
        if request.method == "POST" and layer in ELEMENT_FORMS:
            return SeeOther(_url(request, "draft"))  # pressed twice, or a colleague was faster: it is gone
        raise
    error = ""
    if request.method == "POST":
        try:
            seen = request.POST.get("seen_revision", "")
            removed = actions.remove_element(
                person=request.person,
                version=version,
                layer=layer,
                key=key,
                revision=int(seen) if seen.isdigit() else None,
                now=timezone.now(),
            )
            undo = undo_url(request.person, "plan.removed", version=version.pk, removed=removed) if removed else ""
            messages.success(request, _("Removed from the draft"), extra_tags=undo)
            return SeeOther(_url(request, "draft"))
        except (actions.CannotSaveElement, StaleRevision) as refused:
            error = str(refused)
    below = queries.names_below(version, key)
    context = {"element": found, "layer": layer, "below": below, "error": error}
    return _show(request, "plan/remove.html", context, 422 if error else 200)


@for_person("plan.version.publish")
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: PersonRequest) -> HttpResponseBase:
    """Look at what changes, say why, put it in force."""
    version = draft_of(request.person)
    if version is None:  # pressed twice, or a colleague was faster: see what is in force
        return SeeOther(_url(request, "index"))
    page = queries.draft_page(request.person, version, timezone.now(), for_publication=True)
    needs_agreement = (page.level or 0) >= AGREEMENT_FROM
    form = PublishForm(
        request.POST or None, needs_agreement=needs_agreement, initial={"seen_revision": version.revision}
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _publish(request, form, version)
                return SeeOther(_url(request, "index"))
            except actions.CannotPublish as error:
                form.add_error(None, str(error))
        status = 422
    return _show(request, "plan/publish.html", {"page": page, "form": form}, status)


@for_person("plan.version.edit")
@require_POST
def discard(request: PersonRequest) -> HttpResponseBase:
    """Give the revision up."""
    version = draft_of(request.person)
    if version is None:
        return SeeOther(_url(request, "index"))
    try:
        actions.discard_draft(person=request.person, version=version, now=timezone.now())
        undo = reverse("plan:restore", kwargs={"slug": request.workspace.slug, "version_id": version.pk})
        messages.success(request, _("Draft discarded; the version in force stays as it is"), extra_tags=undo)
    except actions.CannotDiscardDraft as error:
        messages.error(request, str(error))
    return SeeOther(_url(request, "index"))


@for_person("plan.version.edit")
@require_POST
def restore(request: PersonRequest, version_id: UUID) -> HttpResponseBase:
    """Take a discarded draft up again."""
    draft = draft_of(request.person)
    if draft is not None and draft.pk == version_id:
        return SeeOther(_url(request, "draft"))
    try:
        version = find_discarded(request.person, version_id)
        actions.restore_draft(person=request.person, version=version, now=timezone.now())
        messages.success(request, _("The draft is back"))
        return SeeOther(_url(request, "draft"))
    except actions.CannotDiscardDraft as error:
        messages.error(request, str(error))
    return SeeOther(_url(request, "index"))


@for_person("plan.version.read")
@require_safe
def versions(request: PersonRequest) -> HttpResponseBase:
    """Every version that was ever in force."""
    plan = find_plan(request.person)
    return _show(request, "plan/versions.html", {"plan": plan, "versions": queries.versions_of(plan)})


@for_person("plan.version.read")
@require_safe
def version(request: PersonRequest, number: int) -> HttpResponseBase:
    """One version as it was published."""
    found = find_version(request.person, number)
    context = {"version": found, "chain": queries.version_page(request.person, found), "mode": "old"}
    return _show(request, "plan/version.html", context)


@for_person("plan.version.read")
@require_safe
def element(request: PersonRequest, key: str) -> HttpResponseBase:
    """The chain through one element: our work, the behaviour, its effect, the goal."""
    page = queries.element_page(request.person, key, timezone.now())
    return _show(request, "plan/element.html", {"page": page})


@for_person("plan.version.read")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: PersonRequest, key: str) -> HttpResponseBase:
    """A step, and how far it is."""
    found = find_step(request.person, key)
    progress = queries.progress_of(request.workspace, {key}).get(key)
    moves = queries.moves_of(request.person, progress) if may(request.person, "plan.step.report") else ()
    form = StepReportForm(request.POST or None, moves=moves)
    status = 200
    if request.method == "POST":
        if progress and request.POST.get("state") == progress.state:
            return SeeOther(_url(request, "index"))  # pressed twice, or a colleague said the same
        if form.is_valid():
            before = actions.progress_as_kept(progress)
            try:
                told = actions.report_step(
                    person=request.person, plan=found.version.plan, key=key, now=timezone.now(), **form.cleaned_data
                )
                known = {"pk": told.pk, "changed_at": told.changed_at.isoformat(), "before": before}
                undo = undo_url(request.person, "plan.step", **known)
                messages.success(request, _("Noted"), extra_tags=undo)
                return SeeOther(_url(request, "index"))
            except actions.CannotReportStep as error:
                form.add_error(None, str(error))
        status = 422
    context = {"step": found, "progress": progress, "form": form, "moves": moves}
    return _show(request, "plan/step.html", context, status)


def _element_form(
    request: PersonRequest, form: ElementForm, layer: str, version: Any, key: str, parent_key: str
) -> HttpResponseBase:
    status, context = 200, {"form": form, "layer": layer, "key": key}
    if layer == "objective":
        context |= _lessons(form)
    if request.method == "POST":
        if form.is_valid():
            before = kept(find_element(version, layer, key), *form.values()) if key else {}
            try:
                saved = _save(request, form, layer, version, key, parent_key)
                messages.success(request, _("Saved in the draft"), extra_tags=_undo(request, layer, saved, before))
                return SeeOther(f"{_url(request, 'draft')}#{saved.key}")
            except StaleRevision as stale:
                context |= {"stale": str(stale), "beside": form.beside(stale.theirs)}
                form.know_revision(stale.revision)
            except actions.CannotSaveObjective as refused:
                for lesson in refused.lessons:
                    form.add_error(lesson.field, f"{lesson.title} {lesson.why} {lesson.example}".strip())
            except actions.CannotSaveElement as refused:
                form.add_error(refused.field or None, str(refused))
            except ValidationError as wrong:
                form.add_error(None, wrong.messages)
        status = 422
    return _show(request, "plan/element_form.html", context, status)


def _undo(request: PersonRequest, layer: str, saved: Any, before: dict[str, Any]) -> str:
    if before:
        return undo_of(request.person, "plan.element", saved, before, layer=layer)
    return undo_url(request.person, "plan.new_element", layer=layer, pk=saved.pk, revision=saved.revision)


def _save(request: PersonRequest, form: ElementForm, layer: str, version: Any, key: str, parent_key: str) -> Any:
    verb = actions.SAVE[layer]
    place = {actions.PARENT_KEYS[layer]: parent_key} if layer in actions.PARENT_KEYS and not key else {}
    return verb(
        person=request.person,
        version=version,
        now=timezone.now(),
        key=key,
        revision=form.cleaned_data["seen_revision"],
        **place,
        **form.values(),
    )


def _publish(request: PersonRequest, form: PublishForm, version: Any) -> None:
    typed = dict(form.cleaned_data)
    revision = typed.pop("seen_revision")
    actions.publish_version(person=request.person, version=version, now=timezone.now(), revision=revision, **typed)
    messages.success(request, _("Version %(number)s is in force") % {"number": version.number})


def _lessons(form: ElementForm) -> dict[str, Any]:
    """Findings to what was typed, apart from what is merely still empty."""
    typed = form.typed() if form.is_bound else form.initial
    lessons = queries.lint_objective(typed)
    return {
        "findings": [lesson for lesson in lessons if typed.get(lesson.field) not in (None, "")],
        "open_questions": [lesson for lesson in lessons if typed.get(lesson.field) in (None, "")],
    }


def _url(request: PersonRequest, name: str) -> str:
    return reverse(f"plan:{name}", kwargs={"slug": request.workspace.slug})


def _show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponseBase:
    person = request.person  # type: ignore[attr-defined]
    rights = {
        "may_edit": may(person, "plan.version.edit"),
        "may_publish": may(person, "plan.version.publish"),
        "may_report": may(person, "plan.step.report"),
    }
    return render(request, template, {**rights, "now": timezone.now(), **context}, status=status)
