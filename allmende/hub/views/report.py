"""Anybody reports content in our channels, and reads what came of it (DSA Art. 16 and 20)."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allmende.guidelines.queries import public_words
from allmende.hub import actions
from allmende.hub.access import find_workspace
from allmende.hub.forms import ReportForm
from allmende.hub.views.public import sender_of
from allmende.inbox.access import find_reported
from allmende.inbox.actions import CannotReport, can_object, object_to_answer
from allmende.inbox.states import NOTICE_HOURS
from allmende.team.access import guest_language, open_to_all
from allmende.team.catalogue import speaking


@open_to_all("anybody reports content to us; the law asks for a name only for some of it")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """The form; `place` in the address fills in where it stands."""
    home, now, status, problem = find_workspace(workspace), timezone.now(), 200, ""
    language = guest_language(request, home)
    with speaking(language, home.gender_form), timezone.override(home.zone):
        form = ReportForm(request.POST or None, initial={"place": request.GET.get("place", "")[:500]})
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    made = actions.take_report(
                        workspace=home, sender=sender_of(request), language=language, now=now, **form.values()
                    )
                    return redirect("public_report", home.slug, made.reference)
                except actions.TooMany as error:
                    status, problem = 429, str(error)
                except CannotReport as refused:
                    form.add_error(refused.field, str(refused))
        context = {
            "workspace": home, "form": form, "problem": problem, "hours": max(NOTICE_HOURS.values()),
            "alerts": public_words(home),
        }  # fmt: skip
        answer = render(request, "hub/report.html", context, status=status)
    if status == 429:
        answer["Retry-After"] = str(int(actions.SPAN.total_seconds()))
    return answer


@open_to_all("whoever holds a report's reference reads what came of it, and objects")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_report(request: HttpRequest, workspace: str, reference: str) -> HttpResponseBase:
    """How it stands, our answer, and the way to object."""
    found, now, problem, typed = find_reported(workspace, reference), timezone.now(), "", ""
    home = found.workspace
    with speaking(guest_language(request, home), home.gender_form), timezone.override(home.zone):
        if request.method == "POST":
            typed = request.POST.get("objection", "").replace("\x00", "")[:5_000]
            try:
                object_to_answer(notice=found, objection=typed, now=now)
                return redirect("public_report", home.slug, found.reference)
            except CannotReport as refused:
                problem = str(refused)
        context = {
            "workspace": home, "notice": found, "problem": problem, "typed": typed, "can_object": can_object(found, now)
        }  # fmt: skip
        answer = render(request, "hub/public_report.html", context, status=422 if problem else 200)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
