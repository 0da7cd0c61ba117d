"""Screens of the guidelines: the reaction plan of a channel, readable like a page."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels.models import Channel
from allmende.guidelines import actions, queries
from allmende.guidelines.access import find_channel, find_message, find_plan, find_rule
from allmende.guidelines.forms import BrandForm, CoreMessageForm, ReviewDateForm, RuleForm
from allmende.guidelines.models import CoreMessage, ReactionPlan
from allmende.guidelines.states import PLAN_HOLDS, PLAN_OPEN
from allmende.team.access import PersonRequest, find_any_unit, for_person
from allmende.team.actions import StaleRevision, unit_of_person
from allmende.team.models import Person, ResponsibleUnit
from allmende.team.queries import kept, undo_of


@for_person("guidelines.plan.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Every channel, and whether a reaction plan holds there."""
    return render(request, "guidelines/index.html", {"channels": queries.channels_in(request.workspace)})


@for_person("guidelines.plan.read")
@require_safe
def reaction_plan(request: PersonRequest, channel: str) -> HttpResponseBase:
    """What holds in this channel."""
    found = find_channel(request.person, channel)
    return _plan_page(request, found, queries.shown_plan(found))


@for_person("guidelines.plan.read")
@require_safe
def version(request: PersonRequest, plan_id: str) -> HttpResponseBase:
    """One version of a reaction plan: the draft, the one in force or an older one."""
    plan = find_plan(request.person, plan_id)
    return _plan_page(request, plan.channel, plan)


@for_person("guidelines.plan.edit")
@require_POST
def draft(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Begin a draft, or go on with the one there is."""
    found = find_channel(request.person, channel)
    plan = actions.open_draft(person=request.person, channel=found, now=timezone.now())
    return redirect("guidelines:version", slug=request.workspace.slug, plan_id=plan.pk)


@for_person("guidelines.plan.agree")
@require_POST
def agree(request: PersonRequest, plan_id: str) -> HttpResponseBase:
    """Put a draft in force."""
    plan = find_plan(request.person, plan_id)
    try:
        actions.put_in_force(person=request.person, plan=plan, now=timezone.now())
    except actions.CannotPutInForce as error:
        messages.error(request, str(error))
        return redirect("guidelines:version", slug=request.workspace.slug, plan_id=plan.pk)
    messages.success(
        request, gettext("Version %(number)s is in force for new messages from now on.") % {"number": plan.number}
    )
    return redirect("guidelines:reaction_plan", slug=request.workspace.slug, channel=plan.channel.slug)


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: PersonRequest, rule_id: int) -> HttpResponseBase:
    """Change one rule of a draft."""
    rule = find_rule(request.person, rule_id)
    known = queries.rule_choices(request.person, rule, timezone.localdate())
    form, stale = RuleForm.of(rule, known, request.POST or None), None
    if request.method == "POST" and form.is_valid():
        number = request.POST.get("revision", "")
        fields = form.values()
        fields["responder_id"] = _unit(request, fields["responder_id"], rule.responder)
        fields["decider_id"] = _unit(request, fields["decider_id"], rule.decider)
        before = kept(rule, *fields)
        try:
            actions.save_rule(
                person=request.person,
                rule=rule,
                now=timezone.now(),
                seen_revision=int(number) if number.isdecimal() else None,
                **fields,
            )
        except actions.CannotEdit as error:
            form.add_error(None, str(error))
        except StaleRevision as error:
            stale = error
        else:
            undo = undo_of(request.person, "guidelines.rule_changed", rule, before)
            messages.success(request, gettext("Saved: %(name)s.") % {"name": rule.name}, extra_tags=undo)
            return redirect("guidelines:version", slug=request.workspace.slug, plan_id=rule.plan_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "rule": rule, "plan": rule.plan, "stale": stale}
    return render(request, "guidelines/edit_rule.html", context, status=status)


def _unit(request: PersonRequest, choice: str, named: ResponsibleUnit | None) -> UUID | None:
    """Whom the form names; `named` already, it stays so, whether they still work here or not."""
    if named is not None and choice == queries.choice_of(named):
        return named.pk
    found = find_any_unit(request.person, choice, timezone.now())
    if isinstance(found, Person):
        found = unit_of_person(colleague=found, now=timezone.now(), person=request.person)
    return found.pk if found else None


@for_person("channels.channel.edit")
@require_POST
def open_for_all(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Open the channel."""
    found = find_channel(request.person, channel)
    try:
        actions.open_channel(person=request.person, channel=found, now=timezone.now())
    except actions.CannotOpen as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, gettext("%(name)s is open. From now on we speak and answer there.") % {"name": found.name}
        )
    return redirect("guidelines:reaction_plan", slug=request.workspace.slug, channel=found.slug)


def _plan_page(request: PersonRequest, channel: Channel, plan: ReactionPlan | None) -> HttpResponseBase:
    versions = list(queries.plans_of(channel))
    gates = queries.gates_of(channel, timezone.localdate(), versions)
    context = {
        "channel": channel,
        "plan": plan,
        "rules": plan.rules.all() if plan else (),
        "versions": versions,
        "draft": next((one for one in versions if one.state in PLAN_OPEN), None),
        "gates": gates,
        "holds": plan is not None and plan.state in PLAN_HOLDS,
        "review_form": ReviewDateForm(initial={"review_date": plan.review_date if plan else None}),
        "marks": queries.network_marks(channel),
        "is_ready": all(gate.holds for gate in gates),
    }
    return render(request, "guidelines/reaction_plan.html", context)


@for_person("guidelines.plan.read")
@require_safe
def core_messages(request: PersonRequest) -> HttpResponseBase:
    """What we want understood, and what makes us unmistakable."""
    page = queries.messages_page(request.workspace, timezone.localdate())
    return render(request, "guidelines/messages.html", {"page": page})


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_message(request: PersonRequest) -> HttpResponseBase:
    """Write a core message."""
    return _message_form(request, None)


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_message(request: PersonRequest, message_id: UUID) -> HttpResponseBase:
    """Change a core message."""
    return _message_form(request, find_message(request.person, message_id))


@for_person("guidelines.plan.edit")
@require_POST
def archive_message(request: PersonRequest, message_id: UUID) -> HttpResponseBase:
    """Put a core message away."""
    found = find_message(request.person, message_id)
    put_away = actions.archive_message(person=request.person, message=found, now=timezone.now())
    undo = undo_of(request.person, "guidelines.message", put_away, {"archived_at": None})
    messages.success(request, gettext("The core message is put away"), extra_tags=undo)
    return redirect("guidelines:messages", slug=request.workspace.slug)


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def brand(request: PersonRequest) -> HttpResponseBase:
    """Write down what makes us unmistakable."""
    found = queries.messages_page(request.workspace, timezone.localdate()).brand
    names = ("promise", "difference", "voice", "never")
    known = {name: getattr(found, name) for name in names} | {"seen_revision": found.revision} if found else {}
    form = BrandForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        before = kept(found, *names) if found else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.save_brand(person=request.person, now=timezone.now(), **form.values())
            undo = undo_of(request.person, "guidelines.brand", saved, before)
            messages.success(request, gettext("Saved"), extra_tags=undo)
            return redirect("guidelines:messages", slug=request.workspace.slug)
        except StaleRevision as error:
            know_other(form, error)
    context = {"form": form, "heading": gettext("What makes us unmistakable"), "draft_name": "brand"}
    status = 422 if request.method == "POST" else 200
    return render(request, "guidelines/message_form.html", context, status=status)


@for_person("guidelines.plan.read")
@require_safe
def brand_beside(request: PersonRequest) -> HttpResponseBase:
    """What makes us unmistakable, beside a text that is being written; a page without scripts."""
    name = "guidelines/brand_beside.html" if request.headers.get("HX-Request") else "guidelines/brand_page.html"
    return render(request, name, {"brand": queries.brand_of(request.workspace)})


def _message_form(request: PersonRequest, found: CoreMessage | None) -> HttpResponseBase:
    names = ("sentence", "proof_points", "valid_from_date", "valid_until_date")
    known = {name: getattr(found, name) for name in names} if found else {"valid_from_date": timezone.localdate()}
    known |= {"seen_revision": found.revision} if found else {}
    form = CoreMessageForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        before = kept(found, *names) if found else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.save_message(person=request.person, message=found, now=timezone.now(), **form.values())
            undo = undo_of(request.person, "guidelines.message", saved, before)
            messages.success(request, gettext("Saved"), extra_tags=undo)
            return redirect("guidelines:messages", slug=request.workspace.slug)
        except actions.CannotSaveMessage as refused:
            form.add_error(refused.field or None, str(refused))
        except StaleRevision as error:
            know_other(form, error)
    context = {"form": form, "message": found, "draft_name": f"message-{found.pk if found else 'new'}"}
    context["heading"] = gettext("Change a core message") if found else gettext("Write a core message")
    status = 422 if request.method == "POST" else 200
    return render(request, "guidelines/message_form.html", context, status=status)


def know_other(form: Form, error: StaleRevision) -> None:
    """A second attempt knows what the other wrote."""
    form.data = {**form.data.dict(), "seen_revision": str(error.revision)}  # type: ignore[attr-defined]
    form.add_error(None, str(error))
