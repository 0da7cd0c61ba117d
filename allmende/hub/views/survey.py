"""The trust survey: the page visitors answer on, and the team's page of rounds (S2-09)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.hub import actions, queries, states
from allmende.hub.access import find_round, find_survey_place
from allmende.hub.forms import SurveyForm, points_in
from allmende.team.access import PersonRequest, for_person, guest_language, open_to_all
from allmende.team.catalogue import speaking
from allmende.team.queries import kept, undo_of

USUAL = timedelta(days=14)
# "Every few months", from the end of the round before.
AGAIN = timedelta(days=90)
ANSWERED = "survey"


@open_to_all("anybody answers a few questions about trust, and reads what came of them; nobody is asked who they are")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_survey(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """The questions while a round is open, and what came of those before."""
    home, now, refusal, status = find_survey_place(workspace), timezone.now(), "", 200
    found = queries.open_round(home, now)
    has_answered = bool(found) and request.COOKIES.get(ANSWERED) == str(found.pk if found else "")
    points = points_in(request.POST)
    with speaking(guest_language(request, home), home.gender_form), timezone.override(home.zone):
        if request.method == "POST" and not has_answered:
            try:
                actions.take_answer(workspace=home, points=points, now=now)
                has_answered = True
            except actions.CannotSurvey as refused:
                refusal, status = str(refused), 422
        context = {
            "workspace": home, "survey": found, "has_answered": has_answered, "refusal": refusal, "points": points,
            "questions": states.TRUST_QUESTIONS, "scale": range(1, states.MOST_POINTS + 1),
            "rounds": [one for one in queries.rounds_of(home, now) if one.is_told and not one.is_open],
        }  # fmt: skip
        answer = render(request, "hub/public_survey.html", context, status=status)
    if has_answered and found:  # so that nobody answers twice by mistake; it says nothing of who
        answer.set_cookie(ANSWERED, str(found.pk), max_age=60 * 60 * 24 * 60, samesite="Lax", path=request.path)
    return answer


@for_person("inbox.conversation.read")
@require_safe
def survey(request: PersonRequest) -> HttpResponseBase:
    """Do members trust us?"""
    return _page(request, None)


@for_person("team.unit.edit")
@require_POST
def open_survey(request: PersonRequest) -> HttpResponseBase:
    """One more round."""
    form = SurveyForm(request.POST)
    if form.is_valid():
        try:
            made = actions.open_survey(person=request.person, now=timezone.now(), **form.cleaned_data)
        except actions.CannotSurvey as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = undo_of(request.person, "hub.survey", made, {"archived_at": timezone.now().isoformat()})
            messages.success(request, _("Opened. Give the address to your members."), extra_tags=undo)
            return redirect("hub:survey", slug=request.workspace.slug)
    return _page(request, form)


@for_person("team.unit.edit")
@require_POST
def end_survey(request: PersonRequest, round_id: UUID) -> HttpResponseBase:
    """Today is its last day."""
    found = find_round(request.person, round_id)
    before = kept(found, "ends_date")
    saved = actions.end_survey(person=request.person, survey=found, now=timezone.now())
    undo = undo_of(request.person, "hub.survey", saved, before)
    messages.success(request, _("Today is its last day."), extra_tags=undo)
    return redirect("hub:survey", slug=request.workspace.slug)


def _usual(rounds: Sequence[queries.Round]) -> dict[str, object]:
    last = max((one.survey.ends_date for one in rounds), default=None)
    first = max(timezone.localdate(), last + AGAIN) if last else timezone.localdate()
    return {"starts_date": first, "ends_date": first + USUAL}


def _page(request: PersonRequest, form: SurveyForm | None) -> HttpResponse:
    rounds = queries.rounds_of(request.workspace, timezone.now())
    form = form or SurveyForm(initial=_usual(rounds))
    address = request.build_absolute_uri(reverse("public_survey", args=[request.workspace.slug]))
    context = {"rounds": rounds, "form": form, "address": address, "fewest": states.FEWEST_TOLD}
    return render(request, "hub/survey.html", context, status=422 if form.errors else 200)
