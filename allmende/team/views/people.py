"""A colleague: name, role and access, a new way in, and leaving with nothing in their hands unnoticed (I-01)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from allmende.team import actions, queries
from allmende.team.access import PersonRequest, find_colleague, for_person
from allmende.team.forms import LeaveForm, PersonForm
from allmende.team.models import Person
from allmende.team.views.asked import seen_revision


@for_person("team.person.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_person(request: PersonRequest, person_id: str) -> HttpResponseBase:
    """A colleague's name, role and access."""
    colleague = find_colleague(request.person, person_id)
    form = PersonForm(request.POST, person=request.person) if request.POST else PersonForm.of(colleague, request.person)
    stale = None
    if request.method == "POST" and form.is_valid():
        before = queries.kept(colleague, "name", "role", "employment", "access_until_date")
        try:
            actions.change_person(
                person=request.person,
                colleague=colleague,
                now=timezone.now(),
                seen_revision=seen_revision(request),
                **form.cleaned_data,
            )
        except actions.CannotChange as error:
            form.add_error("role", str(error))
        except actions.StaleRevision as error:
            stale = error
        else:
            undo = queries.undo_of(request.person, "team.person_changed", colleague, before)
            messages.success(request, gettext("Saved: %(name)s.") % {"name": colleague.name}, extra_tags=undo)
            return redirect("team:index", slug=request.workspace.slug)
    return _person_page(request, colleague, form, LeaveForm(), stale)


@for_person("team.person.edit")
@require_POST
def leave(request: PersonRequest, person_id: str) -> HttpResponseBase:
    """End a colleague's access."""
    colleague = find_colleague(request.person, person_id)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _person_page(request, colleague, PersonForm.of(colleague, request.person), form)
    try:
        actions.end_access(person=request.person, colleague=colleague, now=timezone.now(), **form.cleaned_data)
    except actions.StillTheirs as error:
        form.add_error("reason", str(error))
        return _person_page(request, colleague, PersonForm.of(colleague, request.person), form)
    except actions.CannotChange as error:
        form.add_error(None, str(error))
        return _person_page(request, colleague, PersonForm.of(colleague, request.person), form)
    said = gettext("%(name)s has no access any more. What they did stays readable.") % {"name": colleague.name}
    undo = queries.undo_of(request.person, "team.person_changed", colleague, {"left_at": None})
    messages.success(request, said, extra_tags=undo)
    return redirect("team:index", slug=request.workspace.slug)


@for_person("team.person.edit")
@never_cache
@require_POST
def relink(request: PersonRequest, person_id: str) -> HttpResponseBase:
    """A new log-in link for a colleague, shown once."""
    colleague = find_colleague(request.person, person_id)
    try:
        token = actions.relink_person(person=request.person, colleague=colleague, now=timezone.now())
    except actions.CannotRelink as error:
        messages.error(request, str(error))
        return redirect("team:edit_person", slug=request.workspace.slug, person_id=colleague.pk)
    return link_page(request, colleague, token)


def _person_page(
    request: PersonRequest,
    colleague: Person,
    form: PersonForm,
    leaving: LeaveForm,
    stale: actions.StaleRevision | None = None,
) -> HttpResponse:
    """A colleague's page: what can be changed about them, and what is still theirs before they leave."""
    theirs = queries.still_theirs(colleague, timezone.now())
    shown = {"form": form, "leaving": leaving, "theirs": theirs, "colleague": colleague, "stale": stale}
    return render(request, "team/edit_person.html", shown, status=422 if request.method == "POST" else 200)


def link_page(request: HttpRequest, person: Person, token: str | None) -> HttpResponse:
    """The page that shows a link once. No redirect: the token must not be kept anywhere on its way to the screen."""
    link = request.build_absolute_uri(reverse("login_link", kwargs={"token": token})) if token else ""
    return render(request, "team/link_once.html", {"colleague": person, "link": link})
