"""What happened around the plan, what it means for each element, and how the revision goes about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries, states
from allmende.plan.access import find_event, find_plan, judgement_named, open_version_of, plan_of
from allmende.plan.catalogue import ASSESSMENT_WORDS
from allmende.plan.forms import ConfirmForm, EventForm, NeedForm, ReviseForm, judgements_of
from allmende.plan.models import ChangeEvent, Judgement, StrategicPlan
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

EVENT_FIELDS = ("kind", "what", "occurred_date", "noticed_date", "archived_at")


@for_person("plan.version.read")
@require_safe
def events(request: PersonRequest) -> HttpResponseBase:
    """What happened, and how long the plan took to answer."""
    plan = plan_of(request.person)
    if plan is None:  # what was closed stands on the plan's page
        return SeeOther(address(request, "index"))
    context = {"plan": plan, "rows": queries.event_rows(plan, timezone.now()), "place": "events"}
    return show(request, "plan/events.html", context)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_event(request: PersonRequest) -> HttpResponseBase:
    """Write down what happened."""
    plan, today = find_plan(request.person), timezone.localdate()
    judgement = judgement_named(request.person, request.GET.get("judgement", ""))
    form = EventForm(request.POST or None, initial={"noticed_date": today, **queries.as_event(judgement)})
    if request.method == "POST" and form.is_valid():
        try:
            event, undo = _added(request, plan, judgement, form.values())
            messages.success(request, _("Noted; say now what it means for the plan"), extra_tags=undo)
            return SeeOther(address(request, "event", event_id=event.pk))
        except (actions.CannotSaveEvent, actions.CannotFollowJudgement) as refused:
            form.add_error(getattr(refused, "field", "") or None, str(refused))
    context = {"form": form, "judgement": judgement}
    return show(request, "plan/event_form.html", context, 422 if request.method == "POST" else 200)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_event(request: PersonRequest, event_id: UUID) -> HttpResponseBase:
    """Mend what was written."""
    event = find_event(request.person, event_id)
    form = EventForm(request.POST or None, instance=find_event(request.person, event_id))
    if request.method == "POST" and form.is_valid():
        before = kept(event, *EVENT_FIELDS)
        try:
            actions.change_change_event(
                person=request.person,
                event=event,
                revision=form.cleaned_data["seen_revision"],
                now=timezone.now(),
                **form.values(),
            )
            messages.success(
                request, _("Saved"), extra_tags=undo_of(request.person, "plan.change_event", event, before)
            )
            return SeeOther(address(request, "event", event_id=event.pk))
        except actions.CannotSaveEvent as refused:
            form.add_error(refused.field or None, str(refused))
        except StaleRevision as stale:
            form.add_error(None, str(stale))
    context = {"form": form, "event": event}
    return show(request, "plan/event_form.html", context, 422 if request.method == "POST" else 200)


@for_person("plan.version.edit")
@require_POST
def archive_event(request: PersonRequest, event_id: UUID) -> HttpResponseBase:
    """Put an event away that was none."""
    event = find_event(request.person, event_id)
    before = kept(event, "archived_at")
    try:
        actions.archive_change_event(person=request.person, event=event, now=timezone.now())
    except actions.CannotSaveEvent as refused:
        messages.error(request, str(refused))
        return SeeOther(address(request, "event", event_id=event.pk))
    messages.success(request, _("Put away"), extra_tags=undo_of(request.person, "plan.change_event", event, before))
    return SeeOther(address(request, "events"))


@for_person("plan.version.read")
@require_safe
def event(request: PersonRequest, event_id: UUID) -> HttpResponseBase:
    """One event: its elements judged, what is needed anew, the approach proposed."""
    return _event_page(request, find_event(request.person, event_id))


@for_person("plan.version.edit")
@require_POST
def assess(request: PersonRequest, event_id: UUID) -> HttpResponseBase:
    """Say of every element whether it still holds."""
    found = find_event(request.person, event_id)
    keys = [name.removeprefix("judgement-") for name in request.POST if name.startswith("judgement-")]
    before = {row.key: [row.judgement, row.note] for row in found.assessments.exclude(key="")}
    try:
        changed = actions.assess_elements(
            person=request.person, event=found, judgements=judgements_of(request.POST, keys), now=timezone.now()
        )
        if changed:
            undo = undo_url(
                request.person,
                "plan.assessments",
                event=found.pk,
                judgements={key: before.get(key, ["", ""]) for key in keys},
            )
            messages.success(request, _("Judged"), extra_tags=undo)
    except actions.CannotSaveEvent as refused:
        messages.error(request, str(refused))
    return SeeOther(address(request, "event", event_id=found.pk))


@for_person("plan.version.edit")
@require_POST
def need(request: PersonRequest, event_id: UUID) -> HttpResponseBase:
    """Something the plan needs and does not have yet."""
    found = find_event(request.person, event_id)
    form = NeedForm(request.POST)
    if not form.is_valid():
        return _event_page(request, found, need_form=form)
    try:
        made = actions.need_element(person=request.person, event=found, now=timezone.now(), **form.cleaned_data)
        undo = undo_url(request.person, "plan.need", event=found.pk, row=made.pk)
        messages.success(request, _("Noted"), extra_tags=undo)
    except actions.CannotSaveEvent as refused:
        messages.error(request, str(refused))
    return SeeOther(address(request, "event", event_id=found.pk))


@for_person("plan.version.edit")
@require_POST
def revise_for(request: PersonRequest, event_id: UUID) -> HttpResponseBase:
    """Begin the revision this event asks for."""
    found = find_event(request.person, event_id)
    form = ReviseForm(request.POST)
    if not form.is_valid():
        return _event_page(request, found, revise_form=form)
    try:
        actions.revise_for_event(person=request.person, event=found, now=timezone.now(), **form.values())
        messages.success(request, _("The revision is begun. Discard the draft to give it up."))
        return SeeOther(address(request, "draft"))
    except actions.CannotRevise as refused:
        form.add_error(None, str(refused))
        return _event_page(request, found, revise_form=form)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: PersonRequest) -> HttpResponseBase:
    """Choose how to go about a revision that no event asked for."""
    plan = find_plan(request.person)
    proposed = queries.approach_for(request.person, plan, timezone.now())
    form = ReviseForm(request.POST or None, initial={"approach": proposed.approach})
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_draft(person=request.person, plan=plan, now=timezone.now(), **form.values())
            return SeeOther(address(request, "draft"))
        except actions.CannotRevise as refused:
            form.add_error(None, str(refused))
    context = {"plan": plan, "form": form, "proposed": proposed}
    return show(request, "plan/revise.html", context, 422 if request.method == "POST" else 200)


@for_person("plan.version.publish")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PersonRequest) -> HttpResponseBase:
    """The review was held, and the plan stays as it is."""
    plan = find_plan(request.person)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        before = kept(plan, "confirmed_at")
        try:
            saved = actions.confirm_plan(person=request.person, plan=plan, now=timezone.now(), **form.cleaned_data)
            undo = undo_of(request.person, "plan.settings", saved, before)
            messages.success(request, _("Reviewed; the next review is due an interval from today"), extra_tags=undo)
            return SeeOther(address(request, "index"))
        except actions.CannotSavePlan as refused:
            form.add_error(None, str(refused))
    return show(request, "plan/confirm.html", {"plan": plan, "form": form}, 422 if request.method == "POST" else 200)


def _event_page(request: PersonRequest, event: ChangeEvent, **forms: Any) -> HttpResponseBase:
    page = queries.event_page(request.person, event, timezone.now())
    context = {
        "page": page,
        "event": event,
        "need_form": NeedForm(),
        "revise_form": ReviseForm(initial={"approach": page.proposed.approach}),
        "assessments": [(name, word) for name, word in ASSESSMENT_WORDS.items() if name != states.NEW],
        "open_version": open_version_of(request.person),
        "place": "events",
        **forms,
    }
    return show(request, "plan/event.html", context, 422 if forms else 200)


def _added(
    request: PersonRequest, plan: StrategicPlan, judgement: Judgement | None, told: dict[str, Any]
) -> tuple[ChangeEvent, str]:
    """The event, by itself or for a judged value, and the address that takes it back."""
    given = {"person": request.person, "plan": plan, "now": timezone.now(), **told}
    if judgement is None:
        event = actions.add_change_event(**given)
        return event, undo_of(request.person, "plan.change_event", event, {"archived_at": given["now"].isoformat()})
    before = kept(judgement, *queries.CAME_OF_IT)
    event = actions.happened_for_judgement(judgement=judgement, **given)
    judgement.refresh_from_db()
    return event, undo_of(request.person, "plan.judgement_followed", judgement, before)
