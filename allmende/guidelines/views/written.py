"""Screens of the guidelines and netiquettes: what is written for whom, and who has read it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels.models import Channel
from allmende.guidelines import actions, queries
from allmende.guidelines.access import find_guest_guideline, find_guideline
from allmende.guidelines.forms import GuestForm, GuidelineForm, NewGuidelineForm
from allmende.guidelines.models import Guideline
from allmende.guidelines.views.promises import know_other
from allmende.team.access import PersonRequest, for_person, guest_language, open_to_all
from allmende.team.actions import StaleRevision
from allmende.team.catalogue import speaking
from allmende.team.queries import undo_of, undo_url


@for_person("guidelines.plan.read")
@require_safe
def written(request: PersonRequest) -> HttpResponseBase:
    """What is written for whom."""
    return render(request, "guidelines/written.html", {"rows": queries.written_of(request.person)})


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: PersonRequest) -> HttpResponseBase:
    """Begin a guideline or a netiquette."""
    initial = {"addressee": request.GET.get("for", "")}
    form = NewGuidelineForm(request.POST or None, _channels(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        made = actions.write_guideline(person=request.person, now=timezone.now(), **form.values())
        return redirect("guidelines:edit_guideline", request.workspace.slug, made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "guidelines/write.html", {"form": form}, status=status)


@for_person("guidelines.plan.read")
@require_safe
def guideline(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """One version, to be read."""
    return _page(request, find_guideline(request.person, guideline_id))


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_guideline(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """Write the parts of a draft."""
    found = find_guideline(request.person, guideline_id)
    if not found.is_open:
        return _back(request, found)
    form = GuidelineForm(request.POST or None, found, _channels(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_guideline(person=request.person, guideline=found, now=timezone.now(), **form.values())
        except actions.CannotWrite as refused:
            form.add_error(None, str(refused))
        except StaleRevision as error:
            know_other(form, error)
        else:
            messages.success(request, gettext("Saved: %(name)s.") % {"name": saved.title})
            return _back(request, saved)
    status = 422 if request.method == "POST" else 200
    return render(request, "guidelines/edit_guideline.html", {"form": form, "guideline": found}, status=status)


@for_person("guidelines.plan.edit")
@require_POST
def next_version(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """Begin the next version, or go on with the draft there is."""
    found = find_guideline(request.person, guideline_id)
    made = actions.open_guideline_draft(person=request.person, guideline=found, now=timezone.now())
    return redirect("guidelines:edit_guideline", request.workspace.slug, made.pk)


@for_person("guidelines.plan.edit")
@require_POST
def consulted(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """Note who was heard."""
    found, by = find_guideline(request.person, guideline_id), request.POST.get("consulted_with", "")
    before = {"consulted_with": found.consulted_with, "consulted_at": None, "state": found.state}
    try:
        noted = actions.note_consulted(person=request.person, guideline=found, consulted_with=by, now=timezone.now())
    except actions.CannotAgree as refused:
        messages.error(request, str(refused))
    else:
        if found.consulted_at:
            before["consulted_at"] = found.consulted_at.isoformat()
        undo = undo_of(request.person, "guidelines.guideline_draft", noted, before)
        messages.success(request, gettext("Noted who was consulted."), extra_tags=undo)
    return _back(request, found)


@for_person("guidelines.plan.agree")
@require_POST
def hold(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """Put a draft in force."""
    found = find_guideline(request.person, guideline_id)
    try:
        actions.put_guideline_in_force(person=request.person, guideline=found, now=timezone.now())
        messages.success(request, gettext("“%(title)s” is in force from now on.") % {"title": found.title})
    except actions.CannotAgree as refused:
        messages.error(request, str(refused))
    return _back(request, found)


@for_person("guidelines.plan.agree")
@require_POST
def withdraw(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """It holds no longer."""
    found = find_guideline(request.person, guideline_id)
    try:
        actions.withdraw_guideline(person=request.person, guideline=found, now=timezone.now())
        undo = undo_url(request.person, "guidelines.withdrawn", pk=found.pk)
        messages.success(request, gettext("“%(title)s” is withdrawn.") % {"title": found.title}, extra_tags=undo)
    except actions.CannotAgree as refused:
        messages.error(request, str(refused))
    return _back(request, found)


@for_person("guidelines.plan.edit")
@require_POST
def discard_guideline(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """Put a draft away."""
    found = find_guideline(request.person, guideline_id)
    try:
        gone = actions.archive_guideline_draft(person=request.person, guideline=found, now=timezone.now())
    except actions.CannotWrite as refused:
        messages.error(request, str(refused))
        return _back(request, found)
    undo = undo_of(request.person, "guidelines.guideline_draft", gone, {"archived_at": None})
    messages.success(request, gettext("The draft is put away."), extra_tags=undo)
    return redirect("guidelines:written", slug=request.workspace.slug)


@for_person("guidelines.plan.read")
@require_POST
def acknowledge(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """I have read it."""
    found = find_guideline(request.person, guideline_id)
    try:
        actions.acknowledge_guideline(person=request.person, guideline=found, now=timezone.now())
        messages.success(request, gettext("Noted that you have read it. Thank you."))
    except actions.CannotAgree as refused:
        messages.error(request, str(refused))
    return _back(request, found)


@for_person("guidelines.plan.edit")
@require_POST
def remind(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """Tell those who have not read it once more."""
    found = find_guideline(request.person, guideline_id)
    told = actions.remind_readers(person=request.person, guideline=found, now=timezone.now())
    said = ngettext("%(number)s person is reminded.", "%(number)s people are reminded.", told)
    messages.success(request, said % {"number": told})
    return _back(request, found)


@for_person("guidelines.plan.edit")
@never_cache
@require_POST
def guest_link(request: PersonRequest, guideline_id: UUID) -> HttpResponseBase:
    """A link for somebody without an account, shown once."""
    found, form = find_guideline(request.person, guideline_id), GuestForm(request.POST)
    if not form.is_valid() or found.in_force_at is None:
        messages.error(request, gettext("No link made. Write the name of whoever is to read it."))
        return _back(request, found)
    name = form.cleaned_data["guest_name"]
    token = actions.open_guideline(person=request.person, guideline=found, guest_name=name, now=timezone.now())
    link = request.build_absolute_uri(reverse("guest_guideline", args=[token]))
    return render(request, "guidelines/link_once.html", {"guideline": found, "name": name, "link": link})


@open_to_all("whoever holds a guest link reads one guideline and says so")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_guideline(request: HttpRequest, token: str) -> HttpResponse:
    """One guideline for one guest; "I have read it" is kept with name and time."""
    now = timezone.now()
    link, found = find_guest_guideline(token, actions.GUEST_KIND, now)
    if request.method == "POST":
        actions.acknowledge_as_guest(link=link, guideline=found, now=now)
    with (
        speaking(guest_language(request, found.workspace), found.workspace.gender_form),
        timezone.override(found.workspace.zone),
    ):
        context = {
            "guideline": found,
            "parts": queries.parts_of_guideline(found, is_whole=False),
            "name": link.guest_name,
            "read_at": queries.guideline_of_guest(found, link.guest_name),
        }
        answer = render(request, "guidelines/guest_guideline.html", context)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _page(request: PersonRequest, found: Guideline) -> HttpResponseBase:
    page = queries.guideline_page(request.person, found, timezone.localdate())
    return render(request, "guidelines/guideline.html", {"page": page, "guideline": found})


def _back(request: PersonRequest, found: Guideline) -> HttpResponseBase:
    return redirect("guidelines:guideline", request.workspace.slug, found.pk)


def _channels(request: PersonRequest) -> list[Channel]:
    return [channel for channel, _plan in queries.channels_in(request.workspace)]
