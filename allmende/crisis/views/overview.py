"""What burns, what is prepared; and the one act that starts the procedure (S2-23)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.crisis import actions, queries
from allmende.crisis.access import find_cause, find_incident, find_mention, find_open_signal, find_signal
from allmende.crisis.forms import DeclareForm, DismissForm, MentionForm
from allmende.crisis.models import Incident
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_of, undo_url

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PROPOSED_LEVEL, DRILL_LEVEL = 3, 4


@for_person("crisis.incident.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """What now? In calm times: what is prepared, and what is missing."""
    return _overview(request, DismissForm())


@for_person("crisis.incident.declare")
@get_or_post
def declare(request: PersonRequest) -> HttpResponseBase:
    """Declare a level: everything else follows."""
    return _declaration(request, is_drill=False)


@for_person("crisis.incident.declare")
@get_or_post
def drill(request: PersonRequest) -> HttpResponseBase:
    """Practise it at the practice network."""
    return _declaration(request, is_drill=True)


@for_person("crisis.incident.declare")
@require_POST
def take_back(request: PersonRequest, incident_id: UUID) -> HttpResponseBase:
    """It was declared by mistake."""
    found = find_incident(request.person, incident_id)
    try:
        actions.take_back(person=request.person, incident=found, now=timezone.now())
    except actions.CannotTakeBack as refused:
        messages.error(request, str(refused))
        return redirect("crisis:incident", slug=request.workspace.slug, incident_id=incident_id)
    messages.success(request, _("Taken back: %(title)s. Everybody called was told.") % {"title": found.title})
    return redirect("crisis:index", slug=request.workspace.slug)


@for_person("crisis.incident.declare")
@require_POST
def dismiss(request: PersonRequest, signal_id: int) -> HttpResponseBase:
    """What the figures propose is no crisis."""
    found, form = find_signal(request.person, signal_id), DismissForm(request.POST)
    if not form.is_valid():
        return _overview(request, form, status=422)
    try:
        actions.dismiss_signal(person=request.person, signal=found, now=timezone.now(), **form.cleaned_data)
    except actions.CannotDismiss as refused:
        messages.error(request, str(refused))
    else:
        undo = undo_url(request.person, "crisis.dismiss", pk=found.pk)
        messages.success(request, _("Put aside. Your reason stands beside it."), extra_tags=undo)
    return redirect("crisis:index", slug=request.workspace.slug)


@for_person("crisis.incident.log")
@get_or_post
def mentions(request: PersonRequest) -> HttpResponseBase:
    """What the media write about us, entered by hand."""
    form = MentionForm(request.POST or None, initial={"seen_at": timezone.localtime()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.save_mention(person=request.person, now=timezone.now(), **form.cleaned_data)
        except actions.CannotKeep as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = undo_of(request.person, "crisis.mention", made, {"archived_at": timezone.now().isoformat()})
            messages.success(request, _("Entered: %(title)s") % {"title": made.title}, extra_tags=undo)
            return redirect("crisis:mentions", slug=request.workspace.slug)
    context = {"form": form, "mentions": queries.mentions_of(request.workspace)[:50], "now": timezone.now()}
    return render(request, "crisis/mentions.html", context, status=422 if request.method == "POST" else 200)


@for_person("crisis.incident.log")
@require_POST
def archive_mention(request: PersonRequest, mention_id: UUID) -> HttpResponseBase:
    """It was not about us."""
    found = find_mention(request.person, mention_id)
    gone = actions.archive_mention(person=request.person, mention=found, now=timezone.now())
    undo = undo_of(request.person, "crisis.mention", gone, {"archived_at": None})
    messages.success(request, _("Taken out: %(title)s") % {"title": gone.title}, extra_tags=undo)
    return redirect("crisis:mentions", slug=request.workspace.slug)


def _overview(request: PersonRequest, form: DismissForm, status: int = 200) -> HttpResponseBase:
    now = timezone.now()
    context = {"page": queries.overview(request.workspace, now), "dismiss_form": form, "now": now}
    return render(request, "crisis/index.html", context, status=status)


def _declaration(request: PersonRequest, is_drill: bool) -> HttpResponseBase:
    signal = find_open_signal(request.person, request.GET.get("signal") or request.POST.get("signal") or "")
    cause = find_cause(request.person, request.GET.get("conversation", ""))
    known = queries.proposed_words(signal, cause) | {
        "level": signal.level if signal else DRILL_LEVEL if is_drill else PROPOSED_LEVEL,
        "signal": signal.pk if signal else "",
    }
    form = DeclareForm(request.workspace, request.POST or None, initial=known, is_drill=is_drill)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("title", "level", "cause")}
        places = list(form.cleaned_data["channels"])
        try:
            made = actions.declare_incident(
                person=request.person, channels=places, is_drill=is_drill, signal=signal, now=timezone.now(), **given
            )
        except actions.CannotDeclare as refused:
            form.add_error(refused.field, str(refused))
        else:
            return _declared(request, made)
    context = {"form": form, "is_drill": is_drill, "signal": signal, "conversation": cause}
    return render(request, "crisis/declare.html", context, status=422 if request.method == "POST" else 200)


def _declared(request: PersonRequest, made: Incident) -> HttpResponseBase:
    undo = ""
    if actions.can_take_back(made, request.person, timezone.now()):
        undo = reverse("crisis:take_back", args=[request.workspace.slug, made.pk])
    said = (
        _("The drill runs.")
        if made.is_drill
        else _("Declared. Posts in its scope, people and checklist follow the level.")
    )
    messages.success(request, said, extra_tags=undo)
    return redirect("crisis:incident", slug=request.workspace.slug, incident_id=made.pk)
