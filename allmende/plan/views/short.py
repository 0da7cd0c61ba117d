"""The short path: one question per screen, from nothing to a plan in force (S3-03)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allmende.channels.queries import channels_of
from allmende.plan import actions, queries
from allmende.plan.forms import short_form, values_of
from allmende.plan.queries.short import QUESTIONS, ShortPath, short_path
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person

REFUSALS = (
    actions.CannotStartPlan,
    actions.CannotSavePlan,
    actions.CannotSaveElement,
    actions.CannotSaveAudience,
    actions.CannotAnswerReadiness,
)


@for_person("plan.version.edit")
@require_safe
def short(request: PersonRequest) -> HttpResponseBase:
    """Where one left off."""
    path = short_path(request.person)
    if path.is_over:
        return SeeOther(address(request, "index"))
    return SeeOther(address(request, "short_question", question=path.next))


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def short_question(request: PersonRequest, question: str) -> HttpResponseBase:
    """One question; its answer is kept at once."""
    path = short_path(request.person)
    if question == "done":
        return show(request, "plan/short_done.html", {"path": path}) if path.is_over else _next(request, path)
    if question not in (*QUESTIONS, "publish"):
        raise Http404
    if path.is_over or (question not in path.known and question != path.next):
        return SeeOther(address(request, "short"))
    if question == "publish":
        return _publish(request, path)
    data = request.POST if request.method == "POST" else None
    form = short_form(question, request.person, data, path.known.get(question, {}), path.plan)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.answer_short(
                    person=request.person, question=question, values=values_of(form), now=timezone.now()
                )
                return _next(request, short_path(request.person))
            except REFUSALS as refused:
                form.add_error(None, str(refused))
            except ValidationError as refused:
                form.add_error(None, refused.messages)
        status = 422
    context = {
        "form": form,
        "question": question,
        "number": QUESTIONS.index(question) + 1,
        "every": len(QUESTIONS),
        "back": path.before(question),
        "channels": channels_of(request.workspace) if question == "channel" else (),
    }
    return show(request, "plan/short.html", context, status)


def _publish(request: PersonRequest, path: ShortPath) -> HttpResponseBase:
    lessons: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            actions.finish_short(person=request.person, now=timezone.now())
            messages.success(request, _("The plan is in force"))
            return SeeOther(address(request, "short_question", question="done"))
        except actions.CannotPublish as error:
            lessons = (str(error), *(str(lesson.title) for _key, lesson in error.lessons))
    context = {"path": path, "lessons": lessons, "asked": queries.readiness_of(path.plan).inward}  # type: ignore[arg-type]
    return show(request, "plan/short_publish.html", context, 422 if lessons else 200)


def _next(request: PersonRequest, path: ShortPath) -> HttpResponseBase:
    return SeeOther(address(request, "short_question", question=path.next))
