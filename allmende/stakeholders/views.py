"""Stakeholders, and the reports written for them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions as plan
from allmende.plan.models import Stakeholder
from allmende.plan.queries import chosen_contact, contact_choices, contact_of, objectives_in_force
from allmende.stakeholders import actions, queries
from allmende.stakeholders.access import find_guest_report, find_report, find_stakeholder
from allmende.stakeholders.catalogue import STAKEHOLDER_WORDS, TEXT_WORDS, Words
from allmende.stakeholders.forms import PeriodForm, ReleaseForm, StakeholderForm, TextsForm, period_of
from allmende.stakeholders.models import Report
from allmende.team.access import PersonRequest, SeeOther, find_any_unit, for_person, open_to_all
from allmende.team.actions import CannotMakeResponsible, StaleRevision
from allmende.team.catalogue import speaking
from allmende.team.models import Responsibility
from allmende.team.queries import kept, undo_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


# --- stakeholders ----------------------------------------------------------------------------------------------------


@for_person("stakeholders.stakeholder.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Who decides about us, and what do they know?"""
    rows = queries.listing(request.workspace, timezone.localdate())
    return render(request, "stakeholders/index.html", {"rows": rows, "today": timezone.localdate()})


@for_person("stakeholders.stakeholder.edit")
@get_or_post
def add(request: PersonRequest) -> HttpResponseBase:
    """Enter somebody new."""
    begun = {"influence": "decides", "relation": "identified", "update_interval_days": 28}
    form = StakeholderForm(
        request.POST or None,
        initial={**begun, "contact": f"person:{request.person.pk}"},
        objectives=objectives_in_force(request.workspace),
        contacts=contact_choices(request.workspace),
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = plan.add_stakeholder(person=request.person, now=now, **_known(request, form))
        except CannotMakeResponsible as error:
            form.add_error("contact", str(error))
        else:
            undo = undo_of(request.person, "plan.stakeholder", made, {"archived_at": now.isoformat()})
            messages.success(request, _("%(name)s was entered.") % {"name": made.name}, extra_tags=undo)
            return SeeOther(_to(request, "stakeholder", made))
    return _form_page(request, "stakeholders/edit.html", {"form": form, "stakeholder": None})


@for_person("stakeholders.stakeholder.read")
@require_safe
def stakeholder(request: PersonRequest, stakeholder_id: UUID) -> HttpResponseBase:
    """One stakeholder, and the reports written for them."""
    return _stakeholder_page(request, find_stakeholder(request.person, stakeholder_id))


@for_person("stakeholders.stakeholder.edit")
@get_or_post
def edit(request: PersonRequest, stakeholder_id: UUID) -> HttpResponseBase:
    """Change what is known of them."""
    found = find_stakeholder(request.person, stakeholder_id)
    contact = contact_of(found)
    objectives, contacts = objectives_in_force(request.workspace), contact_choices(request.workspace, contact)
    if request.method == "POST":
        form = StakeholderForm(request.POST, objectives=objectives, contacts=contacts)
    else:
        form = StakeholderForm.of(found, chosen_contact(contact) if contact else "", objectives, contacts)
    stale = None
    if request.method == "POST" and form.is_valid():
        known = _known(request, form)
        if contact and form.cleaned_data["contact"] == chosen_contact(contact):
            known["contact"] = None  # unchanged: it is not given anew
        before = kept(found, *(name for name in known if name != "contact"))
        try:
            plan.change_stakeholder(
                person=request.person,
                stakeholder=found,
                now=timezone.now(),
                seen_revision=_seen_revision(request),
                **known,
            )
        except StaleRevision as error:
            stale = _named(error, STAKEHOLDER_WORDS)
        except CannotMakeResponsible as error:
            form.add_error("contact", str(error))
        else:
            undo = undo_of(request.person, "plan.stakeholder", found, before, **_contact_undo(found, contact))
            messages.success(request, _("Saved."), extra_tags=undo)
            return SeeOther(_to(request, "stakeholder", found))
    return _form_page(request, "stakeholders/edit.html", {"form": form, "stakeholder": found, "stale": stale})


@for_person("stakeholders.stakeholder.edit")
@require_POST
def archive(request: PersonRequest, stakeholder_id: UUID) -> HttpResponseBase:
    """Put somebody away, with undo."""
    found = find_stakeholder(request.person, stakeholder_id)
    plan.archive_stakeholder(person=request.person, stakeholder=found, now=timezone.now())
    said = _("%(name)s was put away.") % {"name": found.name}
    messages.success(request, said, extra_tags=_to(request, "restore", found))
    return SeeOther(reverse("stakeholders:index", args=[request.workspace.slug]))


@for_person("stakeholders.stakeholder.edit")
@require_POST
def restore(request: PersonRequest, stakeholder_id: UUID) -> HttpResponseBase:
    """Bring somebody back."""
    found = find_stakeholder(request.person, stakeholder_id)
    plan.restore_stakeholder(person=request.person, stakeholder=found, now=timezone.now())
    messages.success(request, _("%(name)s is back.") % {"name": found.name}, extra_tags=_to(request, "archive", found))
    return SeeOther(_to(request, "stakeholder", found))


# --- reports ---------------------------------------------------------------------------------------------------------


@for_person("stakeholders.report.compose")
@require_POST
def compose(request: PersonRequest, stakeholder_id: UUID) -> HttpResponseBase:
    """Compose the report for a period, or compose the draft anew."""
    found = find_stakeholder(request.person, stakeholder_id)
    form = PeriodForm(request.POST)
    if form.is_valid():
        try:
            made = actions.compose_report(
                person=request.person, stakeholder=found, now=timezone.now(), **period_of(form)
            )
        except actions.CannotCompose as error:
            form.add_error(error.field, str(error))
        else:
            return SeeOther(_to(request, "report", made))
    return _stakeholder_page(request, found, form)


@for_person("stakeholders.stakeholder.read")
@require_safe
def report(request: PersonRequest, report_id: UUID) -> HttpResponseBase:
    """What is true, and what do we need?"""
    return _report_page(request, find_report(request.person, report_id))


@for_person("stakeholders.stakeholder.read")
@require_safe
def report_pdf(request: PersonRequest, report_id: UUID) -> HttpResponseBase:
    """The released report on paper."""
    found = find_report(request.person, report_id)
    if not found.is_released:
        messages.error(request, _("There is no PDF yet: a report is set when it is released. Release it first."))
        return SeeOther(_to(request, "report", found))
    return _pdf(found) or _being_set(request, found, _to(request, "report", found))


@for_person("stakeholders.report.compose")
@get_or_post
def texts(request: PersonRequest, report_id: UUID) -> HttpResponseBase:
    """Heading, example, setback, ask."""
    found = find_report(request.person, report_id)
    form = TextsForm(request.POST) if request.method == "POST" else TextsForm.of(found)
    stale = None
    if request.method == "POST" and form.is_valid():
        before = kept(found, *form.cleaned_data)
        try:
            actions.write_report(
                person=request.person,
                report=found,
                now=timezone.now(),
                seen_revision=_seen_revision(request),
                **form.cleaned_data,
            )
        except StaleRevision as error:
            stale = _named(error, TEXT_WORDS)
        except actions.CannotChangeReport as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Saved."), extra_tags=undo_of(request.person, "stakeholders.report", found, before)
            )
            return SeeOther(_to(request, "report", found))
    return _form_page(request, "stakeholders/texts.html", {"form": form, "report": found, "stale": stale})


@for_person("stakeholders.report.compose")
@require_POST
def discard(request: PersonRequest, report_id: UUID) -> HttpResponseBase:
    """Throw a draft away."""
    found = find_report(request.person, report_id)
    try:
        actions.discard_report(person=request.person, report=found, now=timezone.now())
    except actions.CannotChangeReport as error:
        messages.error(request, str(error))
        return SeeOther(_to(request, "report", found))
    said = _("The draft is gone. What was counted is still there; compose it anew at any time.")
    undo = undo_of(request.person, "stakeholders.report", found, {"archived_at": None})
    messages.success(request, said, extra_tags=undo)
    return SeeOther(_to(request, "stakeholder", found.stakeholder))


@for_person("stakeholders.report.release")
@require_POST
def release(request: PersonRequest, report_id: UUID) -> HttpResponseBase:
    """Release what was read."""
    found = find_report(request.person, report_id)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _report_page(request, found, form)
    try:
        actions.release_report(
            person=request.person,
            report=found,
            now=timezone.now(),
            seen_revision=form.cleaned_data["revision"],
            override_reason=form.cleaned_data["override_reason"],
        )
    except actions.CannotRelease as error:
        form.add_error(None, str(error))
        return _report_page(request, found, form)
    messages.success(request, _("Released. Print it, or make a link for %(name)s.") % {"name": found.stakeholder.name})
    return SeeOther(_to(request, "report", found))


@for_person("team.guest.invite")
@never_cache
@require_POST
def link(request: PersonRequest, report_id: UUID) -> HttpResponseBase:
    """Make a link for the stakeholder and show it, once."""
    found = find_report(request.person, report_id)
    try:
        token = actions.open_report(person=request.person, report=found, now=timezone.now())
    except actions.CannotOpen as error:
        messages.error(request, str(error))
        return SeeOther(_to(request, "report", found))
    address = request.build_absolute_uri(reverse("guest_report", args=[token]))
    context = {"report": found, "address": address, "days": actions.OPEN_DAYS}
    return render(request, "stakeholders/link_once.html", context)


@open_to_all("whoever holds a guest link reads one released report")
@never_cache
@require_safe
def guest_report(request: HttpRequest, token: str) -> HttpResponse:
    """The released page, for its stakeholder, in the report's language."""
    now = timezone.now()
    found = find_guest_report(token, now)
    if request.method == "GET":
        actions.note_opened(report=found, now=now)
    page = queries.guest_page(found)
    with speaking(page.paper.language, found.workspace.gender_form), timezone.override(found.workspace.zone):
        answer = render(
            request,
            "stakeholders/guest.html",
            {"page": page, "report": found, "pdf_url": reverse("guest_report_pdf", args=[token])},
        )
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


@open_to_all("whoever holds a guest link reads one released report")
@never_cache
@require_safe
def guest_pdf(request: HttpRequest, token: str) -> HttpResponseBase:
    """The released page on paper, for its stakeholder."""
    found = find_guest_report(token, timezone.now())
    with speaking(queries.guest_page(found).paper.language, found.workspace.gender_form):
        answer = _pdf(found) or _being_set(request, found, reverse("guest_report", args=[token]))
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


# --- shared by the views ---------------------------------------------------------------------------------------------


def _stakeholder_page(request: PersonRequest, found: Stakeholder, form: PeriodForm | None = None) -> HttpResponse:
    period = queries.next_period(found, timezone.localdate())
    proposed = {"period_start_date": period.starts_date, "period_end_date": period.ends_date}
    context = {
        "stakeholder": found,
        "contact": contact_of(found),
        "reports": queries.reports_for(found),
        "form": form or PeriodForm(initial=proposed),
        "today": timezone.localdate(),
    }
    return render(request, "stakeholders/stakeholder.html", context, status=422 if form else 200)


def _pdf(found: Report) -> FileResponse | None:
    try:
        file = queries.pdf_file(found).open("rb")
    except FileNotFoundError:
        return None
    return FileResponse(file, filename=queries.pdf_name(found), content_type="application/pdf")


def _being_set(request: HttpRequest, found: Report, back: str) -> HttpResponse:
    """The worker sets it within seconds; the page asks again by itself."""
    answer = render(request, "stakeholders/being_set.html", {"report": found, "back": back}, status=202)
    answer["Refresh"] = "2"
    return answer


def _report_page(request: PersonRequest, found: Report, form: ReleaseForm | None = None) -> HttpResponse:
    context = {
        "page": queries.report_page(found),
        "report": found,
        "form": form or ReleaseForm(initial={"revision": found.revision}),
        "today": timezone.localdate(),
    }
    return render(request, "stakeholders/report.html", context, status=422 if form else 200)


def _form_page(request: PersonRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _to(request: PersonRequest, name: str, row: Stakeholder | Report) -> str:
    return reverse(f"stakeholders:{name}", args=[request.workspace.slug, row.pk])


def _known(request: PersonRequest, form: StakeholderForm) -> dict[str, Any]:
    """What was typed; the contact as a person or unit of this workspace."""
    known = dict(form.cleaned_data)
    return known | {"contact": find_any_unit(request.person, known["contact"], timezone.now())}


def _contact_undo(found: Stakeholder, before: Responsibility | None) -> dict[str, Any]:
    """How the contact goes back to whoever had it, where it changed."""
    line = contact_of(found)
    if line is None or line == before:
        return {}
    return {"line": line.pk, "unit": str(before.unit_id) if before else ""}


def _seen_revision(request: PersonRequest) -> int:
    """The revision the form was made from; 0 when it was lost, which no record has."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() else 0


def _named(stale: StaleRevision, words: Mapping[str, Words]) -> StaleRevision:
    """The fields of the other's writing by the names people read."""
    stale.theirs = {str(words.get(name, name)): value for name, value in stale.theirs.items()}
    return stale
