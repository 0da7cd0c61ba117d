"""Screens of the team, and the doors before any workspace. Form in, one call, template out."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.team import actions, queries
from allmende.team.access import (
    PersonRequest,
    find_hours,
    find_own_guest_link,
    find_uninvited,
    for_person,
    for_user,
    open_to_all,
    persons_of,
)
from allmende.team.catalogue import ROLE_HINTS, ROLE_WORDS
from allmende.team.forms import (
    ClosedDayForm,
    HoursForm,
    InviteForm,
    SettingsForm,
    WelcomeForm,
    zones,
)
from allmende.team.models import Person
from allmende.team.views.asked import asked_day, seen_revision
from allmende.team.views.people import edit_person, leave, link_page, relink
from allmende.team.views.responsibility import edit_unit, give, new_unit, put_unit_away, responsibility

__all__ = ["edit_person", "edit_unit", "give", "leave", "new_unit", "put_unit_away", "relink", "responsibility"]

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
# When this session was opened by a one-time link; for so many seconds the password may be set without the old one.
CAME_BY_LINK = "came_by_link"
FRESH_SECONDS = 900


# --- doors -----------------------------------------------------------------------------------------------------------


@for_user("whoever is logged in chooses among their own workspaces")
@require_safe
def choose_workspace(request: PersonRequest) -> HttpResponseBase:
    """One workspace: straight in. Several: a list. None: a word of explanation."""
    persons = persons_of(request.user, timezone.now())
    if len(persons) == 1:
        return redirect(_home(persons[0]))
    homes = [(person, _home(person)) for person in persons]
    return render(request, "team/choose_workspace.html", {"homes": homes})


@open_to_all("a one-time link is the log-in")
@never_cache
@get_or_post
def log_in_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Spend a one-time link. Looking at it spends nothing: previews and scanners of mail programs look too."""
    if request.method != "POST":
        return render(request, "team/login_link.html")
    user = actions.use_login_link(token=token, now=timezone.now())
    if user is None:
        return render(request, "team/login_link_spent.html", status=410)
    if request.user.is_authenticated:
        logout(request)
    if not user.has_usable_password():
        # Nobody has chosen yet: the first visit speaks the language of the browser.
        actions.set_appearance(user=user, language=get_language_from_request(request))
    # allauth asks for a second factor where one is set up, and rotates the session.
    from allauth.account.utils import perform_login

    goal = "/" if user.has_usable_password() else reverse("welcome")
    response: HttpResponseBase = perform_login(request, user, redirect_url=goal)
    request.session[CAME_BY_LINK] = timezone.now().timestamp()
    response.set_cookie("django_language", user.language, samesite="Lax", secure=request.is_secure())
    return response


@for_user("whoever is logged in sets their own name and password")
@never_cache
@get_or_post
def welcome(request: PersonRequest) -> HttpResponseBase:
    """Name and password after the first use of a link. Nobody changes a password they neither know nor just got a link for."""
    user = request.user
    if user.has_usable_password() and not _came_by_link(request):
        return redirect("choose_workspace")
    founder = queries.founder(user)
    form = WelcomeForm(
        request.POST or None, user=user, is_founder=bool(founder), initial={"name": "" if founder else user.name}
    )
    if request.method == "POST" and form.is_valid():
        actions.introduce_user(user=user, founder=founder, now=timezone.now(), **form.cleaned_data)
        request.session.pop(CAME_BY_LINK, None)
        update_session_auth_hash(request, user)
        return redirect("choose_workspace")
    return _page(request, "team/welcome.html", {"form": form})


# --- people ----------------------------------------------------------------------------------------------------------


@for_person("team.workspace.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Who works here, and when we are there."""
    today = timezone.localdate()
    hours = queries.default_hours(request.workspace)
    context = {
        "people": queries.not_left(request.workspace),
        "uninvited": queries.uninvited(request.workspace),
        "today": today,
        "hours": hours,
        "holidays": queries.next_holidays(hours, today, request.user.language, 4),
        "roles": [(ROLE_WORDS[role], hint) for role, hint in ROLE_HINTS.items()],
    }
    return render(request, "team/index.html", context)


@for_person("team.person.invite")
@never_cache
@get_or_post
def invite(request: PersonRequest) -> HttpResponseBase:
    """Take somebody in and show their log-in link, once; `?place=` is that of somebody known from a book."""
    place = find_uninvited(request.person, request.GET["place"]) if request.GET.get("place") else None
    form = (
        InviteForm.of(place, request.person)
        if place
        else InviteForm(person=request.person, initial={"role": "manager"})
    )
    if request.method == "POST":
        form = InviteForm(request.POST, person=request.person)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite_person(person=request.person, place=place, now=timezone.now(), **form.cleaned_data)
        except actions.CannotInvite as error:
            form.add_error(error.field, str(error))
        else:
            return link_page(request, made.person, made.token)
    return _page(request, "team/invite.html", {"form": form, "place": place})


# --- service hours ---------------------------------------------------------------------------------------------------


@for_person("team.workspace.read")
@require_safe
def hours(request: PersonRequest) -> HttpResponseBase:
    """When we are there."""
    today, language = timezone.localdate(), request.user.language
    sets = [(one, queries.next_holidays(one, today, language)) for one in queries.hours_in(request.workspace)]
    return render(request, "team/hours.html", {"sets": sets})


@for_person("team.hours.edit")
@get_or_post
def new_hours(request: PersonRequest) -> HttpResponseBase:
    """A further set of service hours."""
    form = HoursForm(request.POST) if request.POST else HoursForm.of(queries.default_hours(request.workspace))
    if request.method == "POST" and form.is_valid():
        made = actions.add_hours(person=request.person, now=timezone.now(), **form.values())
        undo = queries.undo_url(request.person, "team.hours_added", pk=made.pk, revision=made.revision)
        messages.success(request, gettext("Saved: %(name)s.") % {"name": made.name}, extra_tags=undo)
        return redirect("team:edit_hours", slug=request.workspace.slug, hours_id=made.pk)
    return _page(request, "team/edit_hours.html", {"form": form, "zones": zones()})


@for_person("team.hours.edit")
@get_or_post
def edit_hours(request: PersonRequest, hours_id: str) -> HttpResponseBase:
    """Spans per weekday, place of the holidays, closed days."""
    hours = find_hours(request.person, hours_id)
    form, stale = HoursForm(request.POST) if request.POST else HoursForm.of(hours), None
    if request.method == "POST" and form.is_valid():
        before = actions.hours_as_kept(hours)
        try:
            actions.save_hours(
                person=request.person,
                hours=hours,
                now=timezone.now(),
                seen_revision=seen_revision(request),
                **form.values(),
            )
        except actions.StaleRevision as error:
            stale = error
        else:
            undo = queries.undo_of(request.person, "team.hours_changed", hours, before)
            messages.success(request, gettext("Saved. Due times follow the new hours from now on."), extra_tags=undo)
            return redirect("team:hours", slug=request.workspace.slug)
    day_form = ClosedDayForm(initial={"on_date": asked_day(request.GET.get("closed", ""))})
    context = {"form": form, "hours": hours, "stale": stale, "zones": zones(), "day_form": day_form}
    return _page(request, "team/edit_hours.html", context)


@for_person("team.hours.edit")
@require_POST
def shut_day(request: PersonRequest, hours_id: str) -> HttpResponseBase:
    """Enter a closed day."""
    hours = find_hours(request.person, hours_id)
    form = ClosedDayForm(request.POST)
    if form.is_valid():
        day = actions.close_day(person=request.person, hours=hours, now=timezone.now(), **form.cleaned_data)
        undo = queries.undo_url(request.person, "team.day_closed", pk=hours.pk, day=day.pk)
        messages.success(request, gettext("Nobody is there on that day. Due times know it."), extra_tags=undo)
        return redirect("team:edit_hours", slug=request.workspace.slug, hours_id=hours.pk)
    context = {"form": HoursForm.of(hours), "hours": hours, "zones": zones(), "day_form": form}
    return _page(request, "team/edit_hours.html", context)


@for_person("team.hours.edit")
@require_POST
def reopen_day(request: PersonRequest, hours_id: str, day_id: int) -> HttpResponseBase:
    """Remove a closed day."""
    hours = find_hours(request.person, hours_id)
    day = actions.open_day(person=request.person, hours=hours, closed_day_id=day_id, now=timezone.now())
    if day:
        known = {"pk": hours.pk, "on_date": day.on_date.isoformat(), "name": day.name}
        undo = queries.undo_url(request.person, "team.day_opened", **known)
        messages.success(request, gettext("On that day we are there as usual."), extra_tags=undo)
    return redirect("team:edit_hours", slug=request.workspace.slug, hours_id=hours.pk)


# --- workspace -------------------------------------------------------------------------------------------------------


@for_person("team.workspace.edit")
@get_or_post
def settings(request: PersonRequest) -> HttpResponseBase:
    """Name, language, zone, form of address, and which modules are used."""
    form = SettingsForm(request.POST) if request.POST else SettingsForm.of(request.workspace)
    stale = None
    if request.method == "POST" and form.is_valid():
        values = form.values()
        before = queries.kept(request.workspace, *values)
        try:
            actions.change_workspace(
                person=request.person, now=timezone.now(), seen_revision=seen_revision(request), **values
            )
        except actions.StaleRevision as error:
            stale = error
        else:
            undo = queries.undo_of(request.person, "team.workspace_changed", request.workspace, before)
            messages.success(request, gettext("Saved."), extra_tags=undo)
            return redirect("team:settings", slug=request.workspace.slug)
    return _page(request, "team/settings.html", {"form": form, "stale": stale, "zones": zones()})


@for_person("team.workspace.read", pulse={})
@require_safe
def notices(request: PersonRequest) -> HttpResponseBase:
    """What this person should know."""
    return render(request, "team/notices.html", {"notices": queries.notices_of(request.person)})


@for_person("team.workspace.read")
@require_POST
def mark_seen(request: PersonRequest) -> HttpResponseBase:
    """Mark one notice, or all, as seen."""
    number, now = request.POST.get("notice", ""), timezone.now()
    which = int(number) if number.isdecimal() else None
    seen = actions.see_notices(person=request.person, now=now, notice_id=which)
    undo = queries.undo_url(request.person, "team.notices_seen", seen_at=now.isoformat()) if seen else ""
    words = ngettext("One notice is marked as seen.", "%(count)d notices are marked as seen.", seen)
    messages.success(request, words % {"count": seen}, extra_tags=undo)
    return redirect("team:notices", slug=request.workspace.slug)


@for_person("team.guest.invite")
@require_safe
def guests(request: PersonRequest) -> HttpResponseBase:
    """Doors that stand open to guests."""
    links = queries.open_guest_links(request.workspace, timezone.now())
    return render(request, "team/guests.html", {"links": links})


@for_person("team.guest.invite")
@require_POST
def revoke(request: PersonRequest, link_id: str) -> HttpResponseBase:
    """Close a guest's door."""
    link = find_own_guest_link(request.person, link_id)
    actions.revoke_guest_link(person=request.person, link=link, now=timezone.now())
    said = gettext("The link of %(name)s opens nothing any more.") % {"name": link.guest_name}
    messages.success(request, said, extra_tags=queries.undo_url(request.person, "team.link_revoked", pk=link.pk))
    return redirect("team:guests", slug=request.workspace.slug)


@for_person("team.audit.read")
@require_safe
def audit_book(request: PersonRequest) -> HttpResponseBase:
    """Who did what; on demand the chain is read through."""
    before = request.GET.get("before", "")
    page = queries.audit_page(request.workspace, int(before) if before.isdecimal() else None)
    check = queries.check_audit(request.workspace) if "check" in request.GET else None
    return render(request, "team/audit.html", {"page": page, "check": check})


def _page(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """A form's page: 200 when asked for, 422 when what was sent could not be taken."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _came_by_link(request: HttpRequest) -> bool:
    at: float = request.session.get(CAME_BY_LINK, 0)
    return timezone.now().timestamp() - at < FRESH_SECONDS


def _home(person: Person) -> str:
    try:
        return reverse("web:today", kwargs={"slug": person.workspace.slug})
    except NoReverseMatch:
        return reverse("team:index", kwargs={"slug": person.workspace.slug})


# --- taking back -----------------------------------------------------------------------------------------------------


@for_person("team.workspace.read")
@require_POST
def undo(request: PersonRequest, token: str) -> HttpResponseBase:
    """Take back what this person just did; the room's action asks for the right to it once more."""
    try:
        actions.undo_change(person=request.person, token=token, now=timezone.now())
        messages.success(request, gettext("Undone. Everything stands as before."))
    except actions.CannotUndo as error:
        messages.error(request, str(error))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if is_ours else _home(request.person))
