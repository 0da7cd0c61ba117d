"""Write elements of the draft."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.plan import actions, queries
from allmende.plan.access import draft_of, find_draft, find_element, find_newest
from allmende.plan.forms import ELEMENT_FORMS, ElementForm, form_for
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PersonRequest, layer: str) -> HttpResponseBase:
    """A new element of the draft, under the element `?under=key`; a lever `&beside=1` another one begins as its alternative."""
    if layer not in ELEMENT_FORMS:
        raise Http404
    version = draft_of(request.person)
    if version is None:
        return _draft_gone(request, layer)
    form = form_for(layer, request.person, request.POST or None, initial={"is_alternative": "beside" in request.GET})
    return _element_form(request, form, layer, version, "", request.GET.get("under", ""))


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, layer: str, key: str) -> HttpResponseBase:
    """Change an element of the draft."""
    version = draft_of(request.person)
    if version is None:
        find_newest(request.person, key)
        return _draft_gone(request, layer)
    found = find_element(version, layer, key)
    form = form_for(layer, request.person, request.POST or None, found)
    return _element_form(request, form, layer, version, key, "")


@for_person("plan.version.edit")
@require_POST
def lint(request: PersonRequest) -> HttpResponseBase:
    """What the plan check says to the element of `?layer=` while it is typed; nothing is saved."""
    asked = {name: request.GET.get(name, "") for name in ("key", "under")}
    layer = request.GET.get("layer", "objective")
    if layer not in queries.COUNTED:
        raise Http404
    version = find_draft(request.person)
    found = find_element(version, layer, asked["key"]) if asked["key"] else None
    form = form_for(layer, request.person, request.POST, found)
    return show(request, "plan/lessons.html", _lessons(form, layer, version, asked["key"], asked["under"]))


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PersonRequest, layer: str, key: str) -> HttpResponseBase:
    """Take an element out of the draft; asks first, because what hangs on it goes too."""
    version = find_draft(request.person)
    try:
        found = find_element(version, layer, key)
    except Http404:
        if request.method == "POST" and layer in ELEMENT_FORMS:
            return SeeOther(address(request, "draft"))  # pressed twice, or a colleague was faster: it is gone
        raise
    error = ""
    if request.method == "POST":
        try:
            seen = request.POST.get("seen_revision", "")
            removed = actions.remove_element(
                person=request.person,
                version=version,
                layer=layer,
                key=key,
                revision=int(seen) if seen.isdigit() else None,
                now=timezone.now(),
            )
            undo = undo_url(request.person, "plan.removed", version=version.pk, removed=removed) if removed else ""
            messages.success(request, _("Removed from the draft"), extra_tags=undo)
            return SeeOther(address(request, "draft"))
        except (actions.CannotSaveElement, StaleRevision) as refused:
            error = str(refused)
    below = queries.names_below(version, key)
    context = {"element": found, "layer": layer, "below": below, "error": error}
    return show(request, "plan/remove.html", context, 422 if error else 200)


def _element_form(
    request: PersonRequest, form: ElementForm, layer: str, version: Any, key: str, parent_key: str
) -> HttpResponseBase:
    # Several forms may stand open in the draft at once: each needs ids of its own.
    is_in_place = "HX-Request" in request.headers
    form.auto_id = f"id-{key}-%s" if is_in_place else form.auto_id
    next(iter(form.visible_fields())).field.widget.attrs["autofocus"] = is_in_place
    status, context = 200, {"form": form, "layer": layer, "key": key, "is_in_place": is_in_place}
    if layer in queries.COUNTED:
        asked = urlencode({"layer": layer, "key": key, "under": parent_key})
        context |= {"lint_url": f"{address(request, 'lint')}?{asked}"}
        context |= _lessons(form, layer, version, key, parent_key)
    if request.method == "POST":
        if form.is_valid():
            before = kept(find_element(version, layer, key), *form.values()) if key else {}
            try:
                saved = _save(request, form, layer, version, key, parent_key)
                messages.success(request, _("Saved in the draft"), extra_tags=_undo(request, layer, saved, before))
                return SeeOther(f"{address(request, 'draft')}#{saved.key}")
            except StaleRevision as stale:
                context |= {"stale": str(stale), "beside": form.beside(stale.theirs)}
                form.know_revision(stale.revision)
            except actions.CannotSaveObjective as refused:
                for lesson in refused.lessons:
                    form.add_error(lesson.field, f"{lesson.title} {lesson.why} {lesson.example}".strip())
            except actions.CannotSaveElement as refused:
                form.add_error(refused.field or None, str(refused))
            except ValidationError as wrong:
                form.add_error(None, wrong.messages)
        status = 422
    return show(request, "plan/element_form.html", context, status)


def _draft_gone(request: PersonRequest, layer: str) -> HttpResponseBase:
    """Proposed, published or discarded while somebody wrote: what they typed stays readable, nothing is written."""
    if layer not in ELEMENT_FORMS:
        raise Http404
    if request.method != "POST":
        return SeeOther(address(request, "draft"))
    form = form_for(layer, request.person, request.POST)
    form.add_error(
        None,
        _(
            "Not saved: the draft was proposed, published or discarded while you were writing. "
            "What you typed stands here; copy it before you leave the page."
        ),
    )
    context = {"form": form, "layer": layer, "key": "", "is_in_place": "HX-Request" in request.headers}
    return show(request, "plan/element_form.html", context, 409)


def _undo(request: PersonRequest, layer: str, saved: Any, before: dict[str, Any]) -> str:
    if before:
        return undo_of(request.person, "plan.element", saved, before, layer=layer)
    return undo_url(request.person, "plan.new_element", layer=layer, pk=saved.pk, revision=saved.revision)


def _save(request: PersonRequest, form: ElementForm, layer: str, version: Any, key: str, parent_key: str) -> Any:
    verb = actions.SAVE[layer]
    place = {actions.PARENT_KEYS[layer]: parent_key} if layer in actions.PARENT_KEYS and not key else {}
    return verb(
        person=request.person,
        version=version,
        now=timezone.now(),
        key=key,
        revision=form.cleaned_data["seen_revision"],
        **place,
        **form.values(),
    )


def _lessons(form: ElementForm, layer: str, version: Any, key: str, parent_key: str) -> dict[str, Any]:
    """Findings to what was typed, apart from what is merely still empty."""
    typed = form.typed() if form.is_bound else form.offered()
    lessons, aside = queries.lint_typed(version, layer, key, parent_key, typed)
    empty = {name for name in form.fields if typed.get(name) in (None, "")}
    return {
        "findings": [lesson for lesson in lessons if lesson.field not in empty],
        "open_questions": [lesson for lesson in lessons if lesson.field in empty],
        "let_stand": aside,
        "reach": queries.reach_typed(version, typed) if layer == "objective" else None,
    }
