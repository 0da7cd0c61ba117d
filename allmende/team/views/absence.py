"""Absences: entered, approved, and covered by a deputy who confirmed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.team import actions, queries, states
from allmende.team.access import PersonRequest, find_absence, for_person, may, require
from allmende.team.forms.duty import AbsenceForm
from allmende.team.models import Absence

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
FIELDS = ("kind", "starts_date", "ends_date", "deputy", "deputy_confirmed_at", "state")


@for_person("team.workspace.read")
@require_safe
def absences(request: PersonRequest) -> HttpResponseBase:
    """Who is away from today on."""
    found = queries.absences_from(request.workspace, timezone.localdate())
    return render(request, "team/absences.html", {"absences": found})


@for_person("team.duty.stand")
@get_or_post
def new_absence(request: PersonRequest) -> HttpResponseBase:
    """Say that somebody is away, and ask a deputy."""
    today = timezone.localdate()
    initial = {"absent": request.person.pk, "starts_date": today, "ends_date": today}
    form = AbsenceForm(request.POST, person=request.person) if request.POST else None
    return _page(request, form or AbsenceForm(person=request.person, initial=initial), None)


@for_person("team.workspace.read")
@get_or_post
def absence(request: PersonRequest, absence_id: UUID) -> HttpResponseBase:
    """One absence: who stands in, which shifts it touches, what it leaves open."""
    one = find_absence(request.person, absence_id)
    if request.method == "POST":
        require(request.person, "team.duty.stand")
    may_change = one.person_id == request.person.pk or may(request.person, "team.duty.plan")
    form = AbsenceForm(request.POST, person=request.person, absence=one) if request.POST else None
    return _page(request, form or (AbsenceForm.of(one, request.person) if may_change else None), one)


@for_person("team.duty.stand")
@require_POST
def settle_absence(request: PersonRequest, absence_id: UUID) -> HttpResponseBase:
    """Approve it, stand in, or say that one cannot."""
    one, person, now = find_absence(request.person, absence_id), request.person, timezone.now()
    before = queries.kept(one, *FIELDS)
    acts = {
        "approve": (actions.approve_absence, pgettext("absence", "Approved.")),
        "confirm": (actions.confirm_deputy, gettext("Thank you: you stand in.")),
        "decline": (actions.decline_deputy, gettext("Said. Somebody else has to be asked.")),
    }
    act, said = acts.get(request.POST.get("settle", ""), (None, ""))
    try:
        if act:
            act(person=person, absence=one, now=now)
            messages.success(request, said, extra_tags=queries.undo_of(person, "team.absence", one, before))
    except actions.CannotPlanDuty as error:
        messages.error(request, str(error))
    return redirect("team:absence", slug=request.workspace.slug, absence_id=one.pk)


@for_person("team.duty.stand")
@require_POST
def withdraw_absence(request: PersonRequest, absence_id: UUID) -> HttpResponseBase:
    """The person is here after all."""
    one = find_absence(request.person, absence_id)
    actions.withdraw_absence(person=request.person, absence=one, now=timezone.now())
    undo = queries.undo_of(request.person, "team.absence", one, {"archived_at": None})
    messages.success(request, gettext("%(name)s is here after all.") % {"name": one.person.name}, extra_tags=undo)
    return redirect("team:absences", slug=request.workspace.slug)


def _page(request: PersonRequest, form: AbsenceForm | None, one: Absence | None) -> HttpResponseBase:
    person, now, stale = request.person, timezone.now(), None
    if request.method == "POST" and form and form.is_valid():
        before = queries.kept(one, *FIELDS) if one else {"archived_at": now.isoformat()}
        seen = request.POST.get("revision", "")
        values = {"absent": person, **form.cleaned_data}
        try:
            if one:
                values.pop("absent")
                revision = int(seen) if seen.isdecimal() else None
                saved = actions.change_absence(person=person, absence=one, now=now, seen_revision=revision, **values)
            else:
                saved = actions.request_absence(person=person, now=now, **values)
        except actions.StaleRevision as error:
            stale = error
        except actions.CannotPlanDuty as error:
            form.add_error(error.field, str(error))
        else:
            undo = queries.undo_of(person, "team.absence", saved, before)
            messages.success(request, _said(saved), extra_tags=undo)
            return redirect("team:absence", slug=request.workspace.slug, absence_id=saved.pk)
    context = {"form": form, "absence": one, "stale": stale, **(_about(request, one) if one else {})}
    return render(request, "team/absence.html", context, status=422 if request.method == "POST" else 200)


def _about(request: PersonRequest, one: Absence) -> dict[str, object]:
    person = request.person
    stands = may(person, "team.duty.stand") and one.person_id != person.pk
    page = queries.absence_page(one, timezone.now())
    return {
        "page": page,
        "fit": queries.fit_for(person, page.gaps),
        "may_confirm": stands and not one.deputy_confirmed_at,
        "may_decline": stands and one.deputy_id == person.pk,
        "may_approve": one.state == states.REQUESTED and may(person, "team.absence.approve"),
        "may_plan": may(person, "team.duty.plan"),
    }


def _said(one: Absence) -> str:
    if one.deputy and not one.deputy_confirmed_at:
        return gettext("Entered. %(name)s is asked to stand in.") % {"name": one.deputy.name}
    return gettext("Entered.") if one.deputy else gettext("Entered. Nobody stands in yet.")
