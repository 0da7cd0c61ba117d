"""Groups of members that definitions ask for: which there are, who belongs to one, and what counts by it."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.behaviours import actions, queries
from allmende.behaviours.forms import GroupForm, PeopleForm
from allmende.members.access import find_member, find_segment
from allmende.members.actions import CannotTell, Taken, bring_segment_back, join_by_name, leave_group, save_segment
from allmende.members.catalogue import GROUP_WORDS
from allmende.members.models import Segment
from allmende.team.access import PersonRequest, for_person, may
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

READ, EDIT = "members.member.read", "members.member.edit"
RULE = ("name", "trait", "value", "met_from_date", "met_until_date")


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(READ)
def groups(request: PersonRequest) -> HttpResponse:
    """Which groups are there, how many belong to each, and what asks for a group nobody has begun?"""
    may_edit = may(request.person, EDIT)
    form = GroupForm(request.POST or None, initial=_wanted(request.GET.get("need", "")))
    if request.method == "POST" and may_edit and form.is_valid():
        try:
            made = save_segment(person=request.person, segment=None, now=timezone.now(), **form.cleaned_data)
        except CannotTell as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("behaviours:put_group_away", args=[request.workspace.slug, made.pk])
            messages.success(request, _("The group is there."), extra_tags=undo)
            return redirect("behaviours:group", request.workspace.slug, made.pk)
    context = {"page": queries.groups_page(request.workspace, timezone.now()), "form": form, "may_edit": may_edit}
    return render(request, "behaviours/groups.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(READ)
def group(request: PersonRequest, segment_id: UUID) -> HttpResponse:
    """Who belongs to this group, by which rule, and what counts by it?"""
    found = find_segment(request.person, segment_id)
    form = GroupForm(request.POST or None, initial={name: getattr(found, name) for name in RULE})
    stale = None
    if request.method == "POST" and may(request.person, EDIT) and form.is_valid():
        before, values = kept(found, *RULE), {name: form.cleaned_data[name] for name in RULE}
        try:
            saved = save_segment(
                person=request.person, segment=found, now=timezone.now(), seen_revision=_seen(request), **values
            )
        except CannotTell as refusal:
            form.add_error(None, str(refusal))
        except StaleRevision as error:
            stale = error
        else:
            undo = undo_of(request.person, "members.group", saved, before)
            messages.success(request, _("Saved. It counts when everything is counted next."), extra_tags=undo)
            return redirect("behaviours:group", request.workspace.slug, saved.pk)
    return _group(request, found, {"form": form, "stale": stale}, 422 if request.method == "POST" else 200)


@for_person(EDIT)
@require_POST
def add_people(request: PersonRequest, segment_id: UUID) -> HttpResponse:
    """Put those named into the group, with undo; names nobody bears stay in the field."""
    found = find_segment(request.person, segment_id)
    people = PeopleForm(request.POST)
    if people.is_valid():
        since = _midnight(people.cleaned_data["since"], request.workspace.zone)
        names, now = people.cleaned_data["names"], timezone.now()
        try:
            taken = join_by_name(person=request.person, segment=found, names=names, since=since, now=now)
        except CannotTell as refusal:
            people.add_error(None, str(refusal))
        else:
            _say(request, taken)
            if not taken.rest:
                return redirect("behaviours:group", request.workspace.slug, found.pk)
            people = PeopleForm(initial={"names": taken.rest, "since": people.cleaned_data["since"]})
            return _group(request, found, {"people_form": people, "taken": taken}, 200)
    return _group(request, found, {"people_form": people}, 422)


@for_person(EDIT)
@require_POST
def leave(request: PersonRequest, segment_id: UUID, member_id: int) -> HttpResponse:
    """Take somebody out of the group from now on, with undo."""
    found, member = find_segment(request.person, segment_id), find_member(request.person, member_id)
    try:
        telling = leave_group(person=request.person, segment=found, members=[member.pk], now=timezone.now())
    except CannotTell as refusal:
        messages.error(request, str(refusal))
    else:
        undo = undo_url(request.person, "members.told", pk=telling.pk) if telling else ""
        said = _("%(name)s belongs to it no longer. What was counted until now stays.") % {"name": member.alias}
        messages.success(request, said, extra_tags=undo)
    return redirect("behaviours:group", request.workspace.slug, found.pk)


@for_person(EDIT)
@require_POST
def put_group_away(request: PersonRequest, segment_id: UUID) -> HttpResponse:
    """Put a group away that no definition in force asks for, with undo."""
    found = find_segment(request.person, segment_id)
    try:
        actions.put_group_away(person=request.person, segment=found, now=timezone.now())
    except CannotTell as refusal:
        messages.error(request, str(refusal))
        return redirect("behaviours:group", request.workspace.slug, found.pk)
    undo = reverse("behaviours:bring_group_back", args=[request.workspace.slug, found.pk])
    messages.success(request, _("The group is put away."), extra_tags=undo)
    return redirect("behaviours:groups", request.workspace.slug)


@for_person(EDIT)
@require_POST
def bring_group_back(request: PersonRequest, segment_id: UUID) -> HttpResponse:
    """Bring back a group that was put away."""
    found = find_segment(request.person, segment_id)
    try:
        bring_segment_back(person=request.person, segment=found, now=timezone.now())
    except CannotTell as refusal:
        messages.error(request, str(refusal))
    return redirect("behaviours:groups", request.workspace.slug)


def _group(request: PersonRequest, found: Segment, more: dict[str, Any], status: int) -> HttpResponse:
    context = {
        "page": queries.group_page(found, timezone.now()),
        "may_edit": may(request.person, EDIT) and found.archived_at is None,
        "form": GroupForm(initial={name: getattr(found, name) for name in RULE}),
        "people_form": PeopleForm(),
    }
    return render(request, "behaviours/group.html", context | more, status=status)


def _say(request: PersonRequest, taken: Taken) -> None:
    if taken.telling is None:
        messages.info(request, _("Nobody new was named; nothing was changed."))
        return
    said = ngettext("%(count)d person came into the group.", "%(count)d people came into the group.", taken.people)
    undo = undo_url(request.person, "members.told", pk=taken.telling.pk)
    messages.success(request, said % {"count": taken.people}, extra_tags=undo)


def _wanted(key: str) -> dict[str, str]:
    return {"key": key, "name": str(GROUP_WORDS[key])} if key in GROUP_WORDS else {}


def _seen(request: PersonRequest) -> int | None:
    typed = request.POST.get("seen_revision", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _midnight(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None
