"""The definition editor: begin a definition, change it in its sentence, look at what it would count, put it in force."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allmende.behaviours import actions, queries
from allmende.behaviours.access import find_definition, find_draft
from allmende.behaviours.forms import BeginForm, DefinitionForm, LeastForm, initial_of
from allmende.behaviours.models import BehaviourDefinition
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

EDIT = "behaviours.definition.edit"
# Letters of a sentence that are read.
LONGEST = 2000


@require_http_methods(["GET", "POST"])
@for_person(EDIT)
def begin(request: PersonRequest) -> HttpResponse:
    """Begin a definition of one's own: from the library, from another, from nothing, or from a file."""
    form = BeginForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            name, spec = _chosen(request, form.cleaned_data)
        except queries.UnreadableDefinition as refusal:
            for sentence in refusal.sentences:
                form.add_error("file", sentence)
        else:
            made = actions.begin_definition(person=request.person, spec=spec, name=name, now=timezone.now())
            undo = undo_url(request.person, "behaviours.begun", pk=made.pk)
            messages.success(request, _("Begun as a draft. Nothing is counted by it yet."), extra_tags=undo)
            return redirect("behaviours:draft", request.workspace.slug, made.pk)
    context = {"form": form, "starts": queries.starts_of(request.workspace)}
    return render(request, "behaviours/begin.html", context, status=422 if form.is_bound else 200)


@for_person(EDIT)
@require_POST
def revise(request: PersonRequest, key: str) -> HttpResponse:
    """Begin the next version of a behaviour, or go on with the one begun."""
    found = find_definition(request.person, key)
    made = actions.revise_definition(person=request.person, definition=found, now=timezone.now())
    return redirect("behaviours:draft", request.workspace.slug, made.pk)


@require_http_methods(["GET", "POST"])
@for_person(EDIT)
def draft(request: PersonRequest, draft_id: UUID) -> HttpResponse:
    """The editor. What stands in the address is shown instead of what is saved: nothing is written by looking."""
    found = find_draft(request.person, draft_id)
    form = _form(request, found, request.POST if request.method == "POST" else _typed(request))
    if request.method != "POST" or not form.is_valid():
        return _editor(request, found, form, None)
    before = kept(found, "spec", "name")
    try:
        saved = _save(request, found, form)
    except StaleRevision as stale:
        return _editor(request, found, form, stale)
    except actions.CannotDraft as error:
        messages.error(request, str(error))
        return redirect("behaviours:index", request.workspace.slug)
    undo = undo_of(request.person, "behaviours.draft", saved, before)
    messages.success(request, _("Saved as a draft."), extra_tags=undo)
    return redirect("behaviours:draft", request.workspace.slug, saved.pk)


def _save(request: PersonRequest, found: BehaviourDefinition, form: DefinitionForm) -> BehaviourDefinition:
    """What stands in the form becomes the draft. Raises CannotDraft and StaleRevision."""
    return actions.save_draft(
        person=request.person, draft=found, spec=form.spec, name=form.cleaned_data["name"],
        seen_revision=_seen(request), now=timezone.now(),
    )  # fmt: skip


@require_GET
@for_person(EDIT)
def look(request: PersonRequest, draft_id: UUID) -> HttpResponse:
    """The sentence as it would read, what keeps it out of force, and where the preview comes from; writes nothing."""
    found = find_draft(request.person, draft_id)
    form = _form(request, found, request.GET)
    return render(request, "behaviours/look.html", {"form": form, "draft": found, "is_valid": form.is_valid()})


@require_GET
@for_person(EDIT)
def preview(request: PersonRequest, draft_id: UUID) -> HttpResponse:
    """What it would find in the newest twelve months; writes nothing, and stops after some seconds."""
    form = _form(request, find_draft(request.person, draft_id), request.GET)
    asked = LeastForm(request.GET)
    definition = form.definition if form.is_valid() else None
    context: dict[str, Any] = {"preview": None, "units": "", "least": asked.value}
    if definition:
        found = queries.preview_of(request.workspace, definition, least=asked.value / 100, as_of=timezone.now())
        context |= {"preview": found, "units": queries.units_word(definition)}
    return render(request, "behaviours/preview.html", context)


@for_person(EDIT)
@require_POST
def into_force(request: PersonRequest, draft_id: UUID) -> HttpResponse:
    """Count by this draft from now on, as it stands in the form: what was typed and not saved is saved first."""
    found = find_draft(request.person, draft_id)
    form = _form(request, found, request.POST) if "kind" in request.POST else None
    if form is not None and not form.is_valid():
        return _editor(request, found, form, None)
    try:
        found = _save(request, found, form) if form is not None and _is_changed(found, form) else found
        made, before = actions.put_in_force(person=request.person, draft=found, now=timezone.now())
    except StaleRevision as stale:
        return _editor(request, found, form or _form(request, found, None), stale)
    except (actions.CannotAdopt, actions.CannotDraft) as error:
        messages.error(request, str(error))
        return redirect("behaviours:draft", request.workspace.slug, found.pk)
    undo = undo_url(request.person, "behaviours.in_force", pk=made.pk, before=before)
    said = _("In force. The first figures stand here as soon as everything known was counted.")
    messages.success(request, said, extra_tags=undo)
    return redirect("behaviours:definition", request.workspace.slug, made.key)


@for_person(EDIT)
@require_POST
def put_away(request: PersonRequest, draft_id: UUID) -> HttpResponse:
    """Put a draft away."""
    found = find_draft(request.person, draft_id)
    held = actions.discard_draft(person=request.person, draft=found, now=timezone.now())
    messages.success(
        request, _("The draft is put away."), extra_tags=undo_url(request.person, "behaviours.discarded", **held)
    )
    return redirect("behaviours:index", request.workspace.slug)


def _chosen(request: PersonRequest, typed: dict[str, Any]) -> tuple[str, Any]:
    """Name and values to begin from. Raises UnreadableDefinition for a file that holds none."""
    if typed["file"]:
        name, spec = queries.read_definition(typed["file"].read(queries.LARGEST + 1))
        return typed["name"] or name or str(spec["key"]), spec
    start = next((one for one in queries.starts_of(request.workspace) if one.source == typed["source"]), None)
    return typed["name"] or (start.name if start else _("New behaviour")), queries.spec_of(
        request.workspace, typed["source"]
    )


def _is_changed(found: BehaviourDefinition, form: DefinitionForm) -> bool:
    """Whether the form says something else than what is saved."""
    saved = queries.flat(found.spec)
    return form.cleaned_data["name"] != queries.name_of(found) or any(
        saved.get(path) != value for path, value in form.values.items()
    )


def _seen(request: PersonRequest) -> int:
    told = request.POST.get("revision", "")
    return int(told) if told.isdecimal() and len(told) < 9 else 0


def _typed(request: PersonRequest) -> QueryDict | None:
    return request.GET if "kind" in request.GET else None


def _form(request: PersonRequest, found: BehaviourDefinition, typed: QueryDict | None) -> DefinitionForm:
    initial = initial_of(queries.flat(found.spec), queries.name_of(found))
    return DefinitionForm(typed, initial=initial, names=queries.channel_names(request.workspace))


def _editor(
    request: PersonRequest, found: BehaviourDefinition, form: DefinitionForm, stale: StaleRevision | None
) -> HttpResponse:
    told, trouble = request.GET.get("sentence", "").strip()[:LONGEST], ""
    if told:
        try:
            read = queries.read_sentence(told, form.names)
            form = DefinitionForm(initial=initial_of(read, queries.name_of(found)), names=form.names)
        except queries.UnreadableSentence as refusal:
            trouble = str(refusal)
    context = {
        "form": form,
        "draft": found,
        "stale": stale,
        "told": told,
        "trouble": trouble,
        "least_form": LeastForm(),
    }
    is_refused = request.method == "POST" or bool(trouble)
    return render(request, "behaviours/draft.html", context, status=422 if is_refused else 200)
