"""Are we ready: the questions before the launch, the hours people have, the canvas."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import find_plan
from allmende.plan.forms import CanvasForm, ReadinessForm, ReleaseForm
from allmende.plan.views.page import address, show
from allmende.team import actions as team
from allmende.team.access import PersonRequest, SeeOther, for_person, may
from allmende.team.queries import kept, undo_of, undo_url


@for_person("plan.version.read")
@require_safe
def readiness(request: PersonRequest) -> HttpResponseBase:
    """What must be settled before the plan goes to work?"""
    plan = queries.current_plan(request.workspace)
    gate, stops = (queries.readiness_of(plan), queries.open_essentials(plan)) if plan else (None, ())
    context = {"plan": plan, "gate": gate, "stops": stops}
    return show(request, "plan/readiness.html", context)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: PersonRequest, question: str) -> HttpResponseBase:
    """Answer one of the questions."""
    plan = find_plan(request.person)
    asked = next((one for one in queries.readiness_of(plan).every if one.key == question), None)
    if asked is None:
        raise Http404
    known = asked.answer
    start = {"text": known.text, "state": known.state, "seen_revision": known.revision} if known else {}
    form = ReadinessForm(request.POST or None, initial=start)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            before = kept(known, "text", "state", "for_version") if known else {}
            try:
                saved = actions.answer_readiness(
                    person=request.person,
                    plan=plan,
                    question=question,
                    now=timezone.now(),
                    revision=form.cleaned_data["seen_revision"],
                    **form.values(),
                )
                undo = undo_of(request.person, "plan.readiness", saved, before)
                messages.success(request, _("Saved"), extra_tags=undo)
                return SeeOther(f"{address(request, 'readiness')}#{question}")
            except actions.CannotAnswerReadiness as error:
                form.add_error("text", str(error))
            except team.StaleRevision as stale:
                form.know_revision(stale.revision)
                form.add_error(None, str(stale))
        status = 422
    return show(request, "plan/answer.html", {"form": form, "asked": asked}, status)


@for_person("plan.version.read")
@require_safe
def hours(request: PersonRequest) -> HttpResponseBase:
    """How much time do people have, and how much is planned for them?"""
    page = queries.hours_page(request.person, timezone.localdate())
    return show(request, "plan/hours.html", {"page": page, "may_release": may(request.person, "team.unit.edit")})


@for_person("team.unit.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: PersonRequest) -> HttpResponseBase:
    """Write down the hours a line manager confirmed."""
    form = ReleaseForm(request.POST or None, person=request.person)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = team.release_time(
                    person=request.person, now=timezone.now(), url=address(request, "hours"), **form.cleaned_data
                )
                undo = undo_url(request.person, "team.time_released", pk=made.pk)
                messages.success(request, _("Saved"), extra_tags=undo)
                return SeeOther(address(request, "hours"))
            except team.CannotReleaseTime as error:
                form.add_error(error.field, str(error))
        status = 422
    return show(request, "plan/release.html", {"form": form}, status)


@for_person("plan.version.read")
@require_safe
def canvas(request: PersonRequest) -> HttpResponseBase:
    """The whole community on one page."""
    sections = queries.canvas_of(request.workspace)
    filled = sum(section.filled for section in sections)
    every = sum(len(section.fields) for section in sections)
    return show(request, "plan/canvas.html", {"sections": sections, "filled": filled, "every": every})


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def theme(request: PersonRequest, theme: str) -> HttpResponseBase:
    """Fill one theme of the canvas."""
    fields = [field for section in queries.canvas_of(request.workspace) for field in section.fields]
    found = next((field for field in fields if field.key == theme), None)
    if found is None:
        raise Http404
    known = found.answer
    start = {"text": known.text, "element_keys": known.element_keys, "seen_revision": known.revision} if known else {}
    form = CanvasForm(request.POST or None, initial=start, elements=queries.linkable(request.workspace))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            before = kept(known, "text", "element_keys") if known else {}
            values = {"element_keys": [], **form.values()}
            try:
                saved = actions.answer_canvas(
                    person=request.person,
                    theme=theme,
                    now=timezone.now(),
                    revision=form.cleaned_data["seen_revision"],
                    **values,
                )
                undo = undo_of(request.person, "plan.canvas", saved, before)
                messages.success(request, _("Saved"), extra_tags=undo)
                return SeeOther(f"{address(request, 'canvas')}#{theme}")
            except team.StaleRevision as stale:
                form.know_revision(stale.revision)
                form.add_error(None, str(stale))
        status = 422
    return show(request, "plan/theme.html", {"form": form, "field": found}, status)
