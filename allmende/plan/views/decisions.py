"""Decisions: the list, a new one, one page per decision with its steps."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries, states
from allmende.plan.access import find_brief_order, find_decision
from allmende.plan.forms import DECISION_FORMS, ConferenceForm, DecideForm, DecisionForm, DiscussForm, OutcomeForm
from allmende.plan.models import DecisionCheck
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person, may
from allmende.team.actions import StaleRevision
from allmende.team.queries import undo_url


@for_person("plan.decision.read")
@require_safe
def decisions(request: PersonRequest) -> HttpResponseBase:
    """What is to be decided, and what came of it?"""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    context = {
        "decisions": queries.decisions_listed(request.person, state, kind),
        "state": state,
        "kind": kind,
        "kinds": kinds_for(request),
        "filters": ("", "open", *states.DECISION_STATES),
        "may_request": may(request.person, "plan.decision.request"),
        "today": timezone.localdate(),
    }
    return show(request, "plan/decisions.html", context)


def kinds_for(request: PersonRequest) -> list[str]:
    """Everybody may ask for everything but to hire: a candidate's data are read by few."""
    may_hire = may(request.person, "plan.hiring.read")
    return [kind for kind in states.DECISION_KINDS if kind != states.HIRING or may_hire]


@for_person("plan.decision.request")
@require_http_methods(["GET", "HEAD", "POST"])
def new_decision(request: PersonRequest, kind: str) -> HttpResponseBase:
    """Ask for a decision of this kind."""
    if kind not in kinds_for(request):
        raise Http404
    ground = queries.ground_of(request.workspace)
    form = DECISION_FORMS[kind](request.POST or None, request.FILES or None, ground=ground)
    return _decision_form(request, form, kind, None)


@for_person("plan.decision.request")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_decision(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """Write a request anew while nobody looked it over."""
    check = find_decision(request.person, decision_id)
    if not queries.decision_page(request.person, check, timezone.localdate()).can_edit:
        return SeeOther(address(request, "decision", decision_id=decision_id))
    ground = queries.ground_of(request.workspace)
    form = DECISION_FORMS[check.kind](request.POST or None, request.FILES or None, ground=ground, check=check)
    return _decision_form(request, form, check.kind, check)


def _decision_form(
    request: PersonRequest, form: DecisionForm, kind: str, check: DecisionCheck | None
) -> HttpResponseBase:
    context: dict[str, Any] = {"form": form, "kind": kind, "check": check}
    if request.method != "POST":
        return show(request, "plan/decision_form.html", context)
    if form.is_valid():
        preview = _preview(request, form)
        if preview is not None:
            return show(request, "plan/decision_form.html", context | {"preview": preview})
        try:
            saved = _save(request, form, kind, check)
            return SeeOther(address(request, "decision", decision_id=saved.pk))
        except actions.CannotSubmitDecision as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except StaleRevision as stale:
            form.add_error(None, str(stale))
    return show(request, "plan/decision_form.html", context, 422)


def _preview(request: PersonRequest, form: DecisionForm) -> list[dict[str, str]] | None:
    """The sessions a programme reads as, until the person has seen just these."""
    if not isinstance(form, ConferenceForm):
        return None
    programme = form.cleaned_data["programme"]
    seen = " ".join(form.cleaned_data["seen_programme"].split())
    if seen == str(queries.mark_of(programme)) and "preview" not in request.POST:
        return None
    form.know_programme(programme, queries.mark_of(programme))
    return queries.sessions_typed(programme)


def _save(request: PersonRequest, form: DecisionForm, kind: str, check: DecisionCheck | None) -> DecisionCheck:
    now = timezone.now()
    if check is None:
        saved = actions.submit_decision(person=request.person, kind=kind, now=now, **form.values())
        undo = undo_url(request.person, "plan.decision_withdrawn", pk=saved.pk, is_withdrawn=False)
        messages.success(request, _("Submitted"), extra_tags=undo)
        return saved
    revision = form.cleaned_data["seen_revision"]
    saved = actions.change_decision(person=request.person, check=check, now=now, revision=revision, **form.values())
    undo = undo_url(request.person, "plan.decision_changed", pk=saved.pk, revision=saved.revision)
    messages.success(request, _("Saved"), extra_tags=undo)
    return saved


@for_person("plan.decision.read")
@require_safe
def decision(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """Does it serve the plan, what was decided, and what came of it?"""
    return _page(request, find_decision(request.person, decision_id))


@for_person("plan.decision.read")
@require_safe
def brief(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """The brief for a board meeting, to read and to print."""
    check = find_decision(request.person, decision_id)
    if check.kind != states.BOARD_MEETING:
        raise Http404
    page = queries.decision_page(request.person, check, timezone.localdate())
    return show(request, "plan/brief.html", {"page": page, "check": check})


@for_person("plan.decision.read")
@require_http_methods(["GET", "HEAD", "POST"])
def brief_pdf(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """Ask for the brief as PDF; wait for it; have it."""
    order = find_brief_order(request.person, decision_id)
    check, back = order.check_made, address(request, "brief", decision_id=decision_id)
    if request.method == "POST":
        try:
            actions.order_brief(person=request.person, check=check, now=timezone.now())
        except actions.CannotSetBrief as refused:
            messages.error(request, str(refused))
            return SeeOther(back)
        return SeeOther(address(request, "brief_pdf", decision_id=decision_id))
    if not order.pk:
        return SeeOther(back)
    try:
        file = queries.brief_file(order).open("rb")
    except FileNotFoundError:
        if order.set_at:
            return SeeOther(back)
        answer = show(request, "plan/brief_being_set.html", {"check": check}, 202)
        answer["Refresh"] = "2"
        return answer
    return FileResponse(file, filename=queries.brief_name(check), content_type="application/pdf")


@for_person("plan.decision.request")
@require_POST
def look_over(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """The check is right as it stands, apart from the matches that were struck."""
    check = find_decision(request.person, decision_id)
    struck = [pair.partition(":") for pair in request.POST.getlist("struck")]
    pairs = [(int(place), key) for place, _colon, key in struck if place.isdigit()]
    return _step(
        request, check, lambda: actions.look_over(person=request.person, check=check, struck=pairs, now=timezone.now())
    )


@for_person("plan.decision.request")
@require_POST
def discuss(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """What was said, for and against."""
    check = find_decision(request.person, decision_id)
    form = DiscussForm(request.POST)
    if not form.is_valid():
        return _page(request, check, 422, discuss_form=form)
    return _step(
        request,
        check,
        lambda: actions.note_discussion(person=request.person, check=check, now=timezone.now(), **form.cleaned_data),
    )


@for_person("plan.decision.decide")
@require_POST
def decide(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """Yes, under conditions, or no."""
    check = find_decision(request.person, decision_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, check, 422, decide_form=form)
    try:
        before = check.state
        decided = actions.decide(person=request.person, check=check, now=timezone.now(), **form.cleaned_data)
    except actions.CannotDecide as refused:
        form.add_error(refused.field or None, str(refused))
        return _page(request, find_decision(request.person, decision_id), 422, decide_form=form)
    undo = undo_url(request.person, "plan.decision_moved", pk=decided.pk, revision=decided.revision, before=before)
    messages.success(request, _("Decided"), extra_tags=undo)
    return SeeOther(address(request, "decision", decision_id=decision_id))


@for_person("plan.decision.request")
@require_POST
def record_outcome(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """What came of it."""
    check = find_decision(request.person, decision_id)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, check, 422, outcome_form=form)
    return _step(
        request,
        check,
        lambda: actions.record_outcome(person=request.person, check=check, now=timezone.now(), **form.cleaned_data),
    )


@for_person("plan.decision.request")
@require_POST
def withdraw_decision(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """Take a request back before it is decided."""
    check = find_decision(request.person, decision_id)
    try:
        actions.withdraw_decision(person=request.person, check=check, now=timezone.now())
    except actions.CannotSubmitDecision as refused:
        messages.error(request, str(refused))
        return SeeOther(address(request, "decision", decision_id=decision_id))
    undo = undo_url(request.person, "plan.decision_withdrawn", pk=check.pk, is_withdrawn=True)
    messages.success(request, _("Withdrawn"), extra_tags=undo)
    return SeeOther(address(request, "decisions"))


@for_person("plan.hiring.read")
@require_POST
def erase_candidate(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """What the candidate told is gone for good."""
    check = find_decision(request.person, decision_id)
    actions.erase_candidate(person=request.person, check=check, now=timezone.now())
    messages.success(request, _("The candidate's data are erased. Profile and decision stay."))
    return SeeOther(address(request, "decision", decision_id=decision_id))


def _step(request: PersonRequest, check: DecisionCheck, take: Any) -> HttpResponseBase:
    """Take a step, with the way back."""
    before = check.state
    try:
        moved = take()
    except actions.CannotDecide as refused:
        messages.error(request, str(refused))
        return SeeOther(address(request, "decision", decision_id=check.pk))
    undo = undo_url(request.person, "plan.decision_moved", pk=moved.pk, revision=moved.revision, before=before)
    messages.success(request, _("Noted"), extra_tags=undo)
    return SeeOther(address(request, "decision", decision_id=check.pk))


def _page(request: PersonRequest, check: DecisionCheck, status: int = 200, **forms: Any) -> HttpResponseBase:
    page = queries.decision_page(request.person, check, timezone.localdate())
    follow_up = check.follow_up_date or timezone.localdate() + timedelta(days=90)
    context = {
        "page": page,
        "check": check,
        "discuss_form": DiscussForm(),
        "decide_form": DecideForm(initial={"follow_up_date": follow_up}),
        "outcome_form": OutcomeForm(),
        "may_request": may(request.person, "plan.decision.request"),
        "may_erase": may(request.person, "plan.hiring.read"),
        **forms,
    }
    return show(request, "plan/decision.html", context, status)
