"""The war room of one incident: who leads, the line, facts, log, checklist, held posts, statements (S3-21)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels.access import find_hold
from allmende.crisis import actions, queries
from allmende.crisis.access import find_fact, find_incident, find_point, find_statement_named
from allmende.crisis.forms import AboutForm, EndForm, FactForm, LevelForm, LineForm, LogForm, SayForm, UpdateForm
from allmende.crisis.models import Fact, Incident
from allmende.crisis.states import BURNING, UNKNOWN
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
LINE = ("line", "never_say", "spokesperson", "public_text")
ABOUT = ("title", "led_by", "cluster", "affected", "step_down", "serves_keys", "cost")
FACT = ("kind", "text", "source", "answer_by_at", "archived_at")


@for_person("crisis.incident.read")
@require_safe
def incident(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """What now?"""
    return _room(request, find_incident(request.person, incident_id), LogForm())


@for_person("crisis.incident.log")
@require_POST
def log(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Add a line to the log."""
    found, form = find_incident(request.person, incident_id), LogForm(request.POST)
    if not form.is_valid():
        return _room(request, found, form, status=422)
    try:
        actions.write_log(person=request.person, incident=found, now=timezone.now(), **form.values())
    except actions.CannotLog as refused:
        form.add_error("text", str(refused))
        return _room(request, found, form, status=422)
    messages.success(request, _("Written down."))
    return SeeOther(_here(request, found) + "#log")


@for_person("crisis.incident.read")
@require_safe
def protocol(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """The log from the first line to the last, to be printed."""
    found = find_incident(request.person, incident_id)
    context = {"incident": found, "protocol": queries.protocol_of(found), "now": timezone.now()}
    return render(request, "crisis/protocol.html", context)


@for_person("crisis.incident.read")
@require_safe
def protocol_table(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """The log as a table (CSV)."""
    found = find_incident(request.person, incident_id)
    answer = HttpResponse(queries.log_table(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="log-{found.declared_at:%Y-%m-%d}.csv"'
    return answer


@for_person("crisis.incident.declare")
@get_or_post
def level(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Up or down, or over."""
    found = find_incident(request.person, incident_id)
    form = LevelForm(request.workspace, request.POST or None, initial={"level": found.level})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_level(person=request.person, incident=found, now=timezone.now(), **form.cleaned_data)
        except actions.CannotChangeLevel as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("The level is changed."))
            return SeeOther(_here(request, found))
    context = {"incident": found, "form": form, "end_form": EndForm()}
    return render(request, "crisis/level.html", context, status=422 if request.method == "POST" else 200)


@for_person("crisis.incident.lead")
@require_POST
def end(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """It is over."""
    found, form = find_incident(request.person, incident_id), EndForm(request.POST)
    if form.is_valid():
        try:
            actions.end_incident(person=request.person, incident=found, now=timezone.now(), **form.cleaned_data)
        except actions.CannotChangeLevel as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = reverse("crisis:rekindle", args=[request.workspace.slug, found.pk])
            messages.success(request, _("It is over. What was held waits for its release, below."), extra_tags=undo)
            return SeeOther(_here(request, found))
    context = {
        "incident": found,
        "form": LevelForm(request.workspace, initial={"level": found.level}),
        "end_form": form,
    }
    return render(request, "crisis/level.html", context, status=422)


@for_person("crisis.incident.lead")
@require_POST
def rekindle(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """It goes on after all."""
    found = find_incident(request.person, incident_id)
    actions.rekindle_incident(person=request.person, incident=found, now=timezone.now())
    messages.success(request, _("It goes on, at the level it had."))
    return SeeOther(_here(request, found))


@for_person("crisis.incident.lead")
@require_POST
def lift(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """End the stop; what was held stays held."""
    found = find_incident(request.person, incident_id)
    try:
        actions.lift_holds(person=request.person, incident=found, now=timezone.now())
        messages.success(request, _("The stop has ended. Each post that was held waits for its release, below."))
    except actions.CannotChangeLevel as refused:
        messages.error(request, str(refused))
    return SeeOther(_here(request, found) + "#held")


@for_person("channels.hold.end")
@require_POST
def end_stop(request: PersonRequest, hold_id: str) -> HttpResponseBase:
    """End one stop, from the queue: of an incident it asks what the incident's room asks. What was held stays held."""
    try:
        actions.end_stop(person=request.person, hold=find_hold(request.person, hold_id), now=timezone.now())
        messages.success(request, _("The stop has ended. What was held waits until somebody releases or drops it."))
    except actions.CannotChangeLevel as refused:
        messages.error(request, str(refused))
    return redirect("channels:queue", slug=request.workspace.slug)


@for_person("crisis.incident.lead")
@get_or_post
def line(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """What we say, by one voice."""
    found = find_incident(request.person, incident_id)
    form = LineForm(found, request.POST or None, initial=_known(found, LINE))
    title = _("What do we say?")
    return _changed(
        request, found, form, title,
        lambda: actions.set_line(person=request.person, incident=found, now=timezone.now(), **form.values()), LINE,
    )  # fmt: skip


@for_person("crisis.incident.lead")
@get_or_post
def about(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Who leads, who is affected, why we are in it."""
    found = find_incident(request.person, incident_id)
    form = AboutForm(request.workspace, found.led_by, request.POST or None, initial=_known(found, ABOUT))
    title = _("What do we know of the incident?")
    return _changed(
        request, found, form, title,
        lambda: actions.change_incident(person=request.person, incident=found, now=timezone.now(), **form.values()), ABOUT,
    )  # fmt: skip


@for_person("crisis.incident.log")
@require_POST
def update(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """When those affected hear from us again."""
    found, form = find_incident(request.person, incident_id), UpdateForm(request.POST)
    before = kept(found, "next_update_at")
    if not form.is_valid():
        messages.error(request, _("Not set. Name a day and a time."))
        return SeeOther(_here(request, found))
    try:
        saved = actions.set_next_update(
            person=request.person, incident=found, at=form.cleaned_data["at"], now=timezone.now()
        )
    except actions.CannotKeep as refused:
        messages.error(request, str(refused))
    else:
        undo = undo_of(request.person, "crisis.update", saved, before)
        messages.success(request, _("Set."), extra_tags=undo)
    return SeeOther(_here(request, found))


@for_person("crisis.incident.log")
@get_or_post
def add_fact(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Known, unknown or assumed."""
    return _fact_form(request, find_incident(request.person, incident_id), None)


@for_person("crisis.incident.log")
@get_or_post
def edit_fact(request: PersonRequest, fact_id: UUID) -> HttpResponseBase:
    """Something unknown becomes known."""
    fact = find_fact(request.person, fact_id)
    return _fact_form(request, fact.incident, fact)


@for_person("crisis.incident.log")
@require_POST
def archive_fact(request: PersonRequest, fact_id: UUID) -> HttpResponseBase:
    """It is no fact any more."""
    fact = find_fact(request.person, fact_id)
    try:
        gone = actions.archive_fact(person=request.person, fact=fact, now=timezone.now())
    except actions.CannotKeep as refused:
        messages.error(request, str(refused))
        return SeeOther(_here(request, fact.incident))
    undo = undo_of(request.person, "crisis.fact", gone, {"archived_at": None})
    messages.success(request, _("Taken out; the log keeps what was said."), extra_tags=undo)
    return SeeOther(_here(request, fact.incident))


@for_person("crisis.incident.log")
@require_POST
def tick(request: PersonRequest, tick_id: int) -> HttpResponseBase:
    """A point of the checklist is done, or not done after all."""
    point, is_done = find_point(request.person, tick_id), request.POST.get("done") == "yes"
    actions.tick_point(person=request.person, point=point, is_done=is_done, now=timezone.now())
    undo = undo_url(request.person, "crisis.tick", pk=point.pk, is_done=not is_done)
    said = _("Done: %(text)s") if is_done else _("Open again: %(text)s")
    messages.success(request, said % {"text": point.text}, extra_tags=undo)
    return SeeOther(_here(request, point.incident) + "#checklist")


@for_person("editorial.item.schedule")
@get_or_post
def say(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """Send a holding statement through the queue."""
    found = find_incident(request.person, incident_id)
    statement = find_statement_named(request.person, request.GET.get("statement", ""))
    known = {
        "text": statement.text if statement else found.line,
        "channels": [one.channel_id for one in found.places.all()],
    }
    form = SayForm(request.workspace, found.is_drill, request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        given = {"text": form.cleaned_data["text"], "channels": list(form.cleaned_data["channels"])}
        try:
            actions.send_statement(
                person=request.person, incident=found, statement=statement, now=timezone.now(), **given
            )
        except actions.CannotSay as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("It is on its way."))
            return SeeOther(_here(request, found))
    context = {"incident": found, "form": form, "statement": statement}
    return render(request, "crisis/say.html", context, status=422 if request.method == "POST" else 200)


def _room(request: PersonRequest, found: Incident, form: LogForm, status: int = 200) -> HttpResponseBase:
    now = timezone.now()
    due = timezone.localtime(found.next_update_at or now)
    context = {
        "incident": found,
        "room": queries.room_of(found, now),
        "form": form,
        "update_form": UpdateForm(initial={"at": due}),
        "unfit": actions.unfit(found.led_by, found, now) if found.state in BURNING else "",
        "can_take_back": actions.can_take_back(found, request.person, now),
        "now": now,
    }
    return render(request, "crisis/incident.html", context, status=status)


def _fact_form(request: PersonRequest, found: Incident, fact: Fact | None) -> HttpResponseBase:
    known = _known(fact, FACT) if fact else {"kind": UNKNOWN}
    form = FactForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        before = kept(fact, *FACT) if fact else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.save_fact(
                person=request.person, incident=found, fact=fact, now=timezone.now(), **form.values()
            )
        except actions.CannotKeep as refused:
            form.add_error(refused.field, str(refused))
        except StaleRevision as error:
            know_other(form, error)
        else:
            undo = undo_of(request.person, "crisis.fact", saved, before)
            messages.success(request, _("Written down."), extra_tags=undo)
            return SeeOther(_here(request, found))
    context = {"incident": found, "form": form, "title": _("What do we know?"), "fact": fact}
    return render(request, "crisis/form.html", context, status=422 if request.method == "POST" else 200)


def _changed(
    request: PersonRequest,
    found: Incident,
    form: Form,
    title: str,
    act: Callable[[], Incident],
    fields: tuple[str, ...],
) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        before = kept(found, *fields)
        try:
            saved = act()
        except actions.CannotKeep as refused:
            form.add_error(refused.field, str(refused))
        except StaleRevision as error:
            know_other(form, error)
        else:
            undo = undo_of(request.person, "crisis.incident", saved, before)
            messages.success(request, _("Saved."), extra_tags=undo)
            return SeeOther(_here(request, found))
    context = {"incident": found, "form": form, "title": title}
    return render(request, "crisis/form.html", context, status=422 if request.method == "POST" else 200)


def know_other(form: Form, error: StaleRevision) -> None:
    """A second attempt knows what the other wrote."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen_revision"] = str(error.revision)  # type: ignore[index]
    form.add_error(None, str(error))


def _known(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} | {"seen_revision": row.revision}


def _here(request: PersonRequest, found: Incident) -> str:
    return reverse("crisis:incident", args=[request.workspace.slug, found.pk])
