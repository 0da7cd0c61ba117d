"""Propose a version, read it as the second, take it back; and the page where a stakeholder agrees without an account."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries, states
from allmende.plan.access import (
    draft_of,
    find_agreement,
    find_guest_agreement,
    find_guest_receipt,
    find_receipt,
    open_version_of,
)
from allmende.plan.forms import AnswerForm, ProposeForm, ReaderForm, TakeBackForm
from allmende.plan.models import PlanVersion
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person, guest_language, open_to_all
from allmende.team.catalogue import speaking


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: PersonRequest) -> HttpResponseBase:
    """Look at what changes, say why, lay it before those who must agree."""
    version = draft_of(request.person)
    if version is None:  # pressed twice, or a colleague was faster
        return SeeOther(address(request, "proposal"))
    form = ProposeForm(
        request.POST or None, initial={"seen_revision": version.revision, "reason": version.change_reason}
    )
    status = 200
    lessons: tuple[tuple[str, queries.Lesson], ...] = ()
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.propose_version(
                    person=request.person,
                    version=version,
                    reason=form.cleaned_data["reason"],
                    revision=form.cleaned_data["seen_revision"],
                    now=timezone.now(),
                )
                messages.success(request, _("Version %(number)s is proposed") % {"number": version.number})
                return SeeOther(address(request, "proposal"))
            except actions.CannotPublish as refused:
                form.add_error(None, str(refused))
                lessons = refused.lessons
        status = 422
    context = {"form": form, "lessons": lessons, **queries.proposal_ahead(request.person, version)}
    return show(request, "plan/propose.html", context, status)


@for_person("plan.version.read")
@require_safe
def proposal(request: PersonRequest) -> HttpResponseBase:
    """The version that is proposed or agreed: who answered, what is missing, what comes next."""
    version = open_version_of(request.person)
    if version is None or version.state == states.DRAFT:
        return SeeOther(address(request, "versions"))
    return _proposal_page(request, version)


@for_person("plan.version.edit")
@require_POST
def take_back(request: PersonRequest) -> HttpResponseBase:
    """Changes are wanted: back to the draft."""
    version = open_version_of(request.person)
    if version is None or version.state == states.DRAFT:
        return SeeOther(address(request, "draft"))
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return _proposal_page(request, version, take_back_form=form)
    try:
        actions.take_back(person=request.person, version=version, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The version is a draft again"))
    except actions.CannotPublish as refused:
        messages.error(request, str(refused))
    return SeeOther(address(request, "draft"))


@for_person("plan.version.agree")
@require_POST
def read_second(request: PersonRequest) -> HttpResponseBase:
    """Agree as the second reader."""
    version = open_version_of(request.person)
    if version is None:
        return SeeOther(address(request, "versions"))
    form = ReaderForm(request.POST)
    if form.is_valid():
        try:
            actions.read_second(person=request.person, version=version, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Read and agreed; it can be published now"))
        except actions.CannotPublish as refused:
            messages.error(request, str(refused))
    return SeeOther(address(request, "proposal"))


@for_person("plan.version.edit")
@never_cache
@require_POST
def agreement_link(request: PersonRequest, agreement_id: int) -> HttpResponseBase:
    """A link for one stakeholder, shown once."""
    found = find_agreement(request.person, agreement_id)
    try:
        token = actions.open_agreement(person=request.person, agreement=found, now=timezone.now())
    except actions.CannotAsk as refused:
        messages.error(request, str(refused))
        return SeeOther(address(request, "proposal"))
    link = request.build_absolute_uri(reverse("guest_agreement", args=[token]))
    context = {"name": found.stakeholder.name, "link": link, "back": address(request, "proposal")}
    return show(request, "plan/link_once.html", context)


@for_person("plan.version.edit")
@never_cache
@require_POST
def receipt_link(request: PersonRequest, receipt_id: int) -> HttpResponseBase:
    """A link that tells one stakeholder what changed, shown once."""
    found = find_receipt(request.person, receipt_id)
    token = actions.open_receipt(person=request.person, receipt=found, now=timezone.now())
    link = request.build_absolute_uri(reverse("guest_change", args=[token]))
    back = address(request, "version", number=found.version.number)
    return show(request, "plan/link_once.html", {"name": found.reader_name, "link": link, "back": back})


@open_to_all("whoever holds a guest link reads one proposed version in plain words and answers it")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_agreement(request: HttpRequest, token: str) -> HttpResponse:
    """Goal and objectives, what changes and why; agree, or say what should change."""
    now = timezone.now()
    found = find_guest_agreement(token, now)
    version = found.version
    with (
        speaking(guest_language(request, version.workspace), version.workspace.gender_form),
        timezone.override(version.workspace.zone),
    ):
        form = AnswerForm(
            request.POST or None,
            initial={"name": found.answered_name or found.stakeholder.name, "comment": found.comment},
        )
        status, is_answered, refusal = 200, False, ""
        if request.method == "GET":
            actions.note_agreement_opened(agreement=found, now=now)
        elif request.method == "POST" and form.is_valid():
            try:
                found = actions.answer_agreement(agreement=found, now=now, **form.cleaned_data)
                is_answered = True
            except actions.CannotAnswer as refused:
                refusal, status = str(refused), 409
        elif request.method == "POST":
            status = 422
        page = queries.guest_page(version, set(found.stakeholder.objective_keys), found)
        context = {"page": page, "agreement": found, "form": form, "is_answered": is_answered, "refusal": refusal}
        answer = render(
            request, "plan/guest_agreement.html", {**context, "is_open": queries.is_open(found)}, status=status
        )
    return _for_guest(answer)


@open_to_all("whoever holds a guest link reads what changed in the plan and says so")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_change(request: HttpRequest, token: str) -> HttpResponse:
    """What changed and why, for one stakeholder; "I know" is kept with its time."""
    now = timezone.now()
    found = find_guest_receipt(token, now)
    version = found.version
    if request.method == "GET":
        actions.note_receipt_opened(receipt=found, now=now)
    elif request.method == "POST":
        actions.acknowledge_receipt(receipt=found, now=now)
        found.acknowledged_at = found.acknowledged_at or now
    keys = set(found.stakeholder.objective_keys) if found.stakeholder else set()
    with (
        speaking(guest_language(request, version.workspace), version.workspace.gender_form),
        timezone.override(version.workspace.zone),
    ):
        context = {"page": queries.guest_page(version, keys), "receipt": found}
        answer = render(request, "plan/guest_change.html", context)
    return _for_guest(answer)


def _for_guest(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _proposal_page(request: PersonRequest, version: PlanVersion, **forms: Any) -> HttpResponseBase:
    page = queries.proposal_page(request.person, version, timezone.now())
    context = {"page": page, "version": version, "take_back_form": TakeBackForm(), "reader_form": ReaderForm(), **forms}
    return show(request, "plan/proposal.html", context, 422 if forms else 200)
