"""Hours and money: noted in one line, compared with the plan."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import find_money, find_plan, find_time
from allmende.plan.forms.work import MoneyForm, TimeForm
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.queries import undo_url


@for_person("plan.version.read")
@require_safe
def resources(request: PersonRequest) -> HttpResponseBase:
    """What did we plan, and what did we use?"""
    return _page(request)


@for_person("plan.step.report")
@require_POST
def note_time(request: PersonRequest) -> HttpResponseBase:
    """Hours of one's own."""
    plan = find_plan(request.person)
    form = TimeForm(request.POST, plan=plan)
    made = _noted(request, form, actions.note_time, plan)
    if made is None:
        return _page(request, time_form=form)
    messages.success(request, _("The hours are noted"), extra_tags=_undo(request, "time", made, is_new=True))
    return SeeOther(address(request, "resources"))


@for_person("plan.step.report")
@require_POST
def note_money(request: PersonRequest) -> HttpResponseBase:
    """Money that was spent."""
    plan = find_plan(request.person)
    form = MoneyForm(request.POST, plan=plan)
    made = _noted(request, form, actions.note_money, plan)
    if made is None:
        return _page(request, money_form=form)
    messages.success(request, _("The money is noted"), extra_tags=_undo(request, "money", made, is_new=True))
    return SeeOther(address(request, "resources"))


@for_person("plan.step.report")
@require_POST
def remove_time(request: PersonRequest, entry_id: UUID) -> HttpResponseBase:
    """Hours were noted wrongly."""
    found = find_time(request.person, entry_id)
    actions.remove_time(person=request.person, entry=found, now=timezone.now())
    messages.success(request, _("Hours taken out"), extra_tags=_undo(request, "time", found, is_new=False))
    return SeeOther(address(request, "resources"))


@for_person("plan.step.report")
@require_POST
def remove_money(request: PersonRequest, entry_id: UUID) -> HttpResponseBase:
    """Money was noted wrongly."""
    found = find_money(request.person, entry_id)
    try:
        actions.remove_money(person=request.person, entry=found, now=timezone.now())
        messages.success(request, _("Money taken out"), extra_tags=_undo(request, "money", found, is_new=False))
    except actions.CannotNoteUse as refused:
        messages.error(request, str(refused))
    return SeeOther(address(request, "resources"))


def _noted(request: PersonRequest, form: forms.Form, action: Any, plan: Any) -> Any:
    if not form.is_valid():
        return None
    now, today = timezone.now(), timezone.localdate()
    try:
        return action(person=request.person, plan=plan, today=today, now=now, **form.cleaned_data)
    except actions.CannotNoteUse as refused:
        form.add_error(refused.field or None, str(refused))
        return None


def _page(
    request: PersonRequest, time_form: TimeForm | None = None, money_form: MoneyForm | None = None
) -> HttpResponseBase:
    chosen = request.GET.get("weeks", "")
    weeks = int(chosen) if chosen in map(str, queries.PERIODS) else queries.PERIODS[0]
    page = queries.resources_page(request.person, timezone.localdate(), weeks)
    context: dict[str, Any] = {"page": page, "periods": queries.PERIODS}
    if page:
        known = {"on_date": timezone.localdate()}
        context["time_form"] = time_form or TimeForm(plan=page.plan, initial=known)
        context["money_form"] = money_form or MoneyForm(plan=page.plan, initial=known)
    return show(request, "plan/resources.html", context, 422 if time_form or money_form else 200)


def _undo(request: PersonRequest, kind: str, entry: Any, is_new: bool) -> str:
    """An undo puts a new note away, or brings a removed one back."""
    before = {"archived_at": timezone.now().isoformat() if is_new else None}
    return undo_url(request.person, f"plan.{kind}", pk=entry.pk, revision=entry.revision, before=before)
