"""What is connected and does it work?"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels import actions, queries
from allmende.channels.access import find_channel
from allmende.channels.forms import ChangeForm, ConsiderForm
from allmende.channels.models import Channel
from allmende.channels.states import LIVE, PAUSED
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, purposes_of, undo_of, undo_url


@for_person("channels.channel.read", pulse=queries.QUEUE_PULSE)
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Every channel with its proofs."""
    cards = queries.cards_of(request.workspace)
    context = {
        "cards": cards,
        "purposes": purposes_of(request.person, {key for card in cards for key in card.channel.serves_keys}),
        "holds": queries.open_holds(request.workspace),
        "pauses": queries.open_pauses(request.workspace),
        "now": timezone.now(),
    }
    return render(request, "channels/index.html", context)


@for_person("channels.channel.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def consider(request: PersonRequest) -> HttpResponseBase:
    """Put a presence down the team thinks about."""
    form = ConsiderForm(request.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"serves_keys": (), **form.cleaned_data}
        try:
            found = actions.consider_channel(person=request.person, now=timezone.now(), **given)
        except actions.CannotChoose as error:
            form.add_error("slug", str(error))
        else:
            undo = undo_of(request.person, "channels.considered", found, {"archived_at": timezone.now().isoformat()})
            messages.success(request, _("%(channel)s is put down.") % {"channel": found.name}, extra_tags=undo)
            return redirect("channels:index", slug=request.workspace.slug)
    return render(request, "channels/consider.html", {"form": form}, status=422 if form.errors else 200)


@for_person("channels.channel.edit")
@require_POST
def drop_considered(request: PersonRequest, channel: str) -> HttpResponseBase:
    """The team does not go there."""
    found = find_channel(request.person, channel)
    try:
        found = actions.drop_considered(person=request.person, channel=found, now=timezone.now())
    except actions.CannotChoose as error:
        messages.error(request, str(error))
    else:
        undo = undo_of(request.person, "channels.considered", found, {"archived_at": None})
        messages.success(request, _("%(channel)s is dropped.") % {"channel": found.name}, extra_tags=undo)
    return redirect("channels:index", slug=request.workspace.slug)


@for_person("channels.channel.edit")
@require_POST
def pause(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Stop speaking on a channel, go on listening."""
    found = find_channel(request.person, channel)
    before = {"state": found.state}
    try:
        actions.pause_channel(person=request.person, channel=found, now=timezone.now())
    except actions.CannotPauseChannel as error:
        messages.error(request, str(error))
    else:
        said = _("%(channel)s is paused: it listens, and nothing leaves.") % {"channel": found.name}
        messages.success(request, said, extra_tags=_undo_of(request, found, before))
    return redirect("channels:index", slug=request.workspace.slug)


@for_person("channels.channel.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Name, short name and letter of a channel."""
    found, stale = find_channel(request.person, channel), None
    before = kept(found, "name", "slug", "mark", "byline", "legal_notice_url", "serves_keys")
    form = ChangeForm(request.person, request.POST or None, channel=found, initial=before)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_channel(
                person=request.person, channel=found, seen_revision=seen_revision(request), now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except StaleRevision as error:
            stale = error
        except actions.CannotRename as error:
            form.add_error("slug", str(error))
        else:
            messages.success(request, _("Saved."), extra_tags=_undo_of(request, found, before))
            return redirect("channels:index", slug=request.workspace.slug)
    context = {"form": form, "channel": found, "stale": stale, "proofs": queries.proofs_of(found)}
    farewell = queries.farewell_of(found)
    planned_after = queries.planned_after(farewell) if farewell else []
    context |= {"farewell": farewell, "planned_after": planned_after, "opened": (LIVE, PAUSED)}
    return render(request, "channels/change.html", context, status=422 if form.errors else 409 if stale else 200)


@for_person("channels.channel.edit")
@require_POST
def close(request: PersonRequest, channel: str) -> HttpResponseBase:
    """End a presence."""
    said = _("%(channel)s is closed. Everything said there stays.")
    return _turned(request, channel, actions.close_channel, said, "reopen")


@for_person("channels.channel.edit")
@require_POST
def reopen(request: PersonRequest, channel: str) -> HttpResponseBase:
    """Listen again on a closed channel."""
    said = _("%(channel)s listens again. Its reaction plan opens it.")
    return _turned(request, channel, actions.reopen_channel, said, "close")


def seen_revision(request: PersonRequest) -> int | None:
    """Which revision the form that was sent knew."""
    number = request.POST.get("revision", "")
    return int(number) if number.isdecimal() else None


def _turned(request: PersonRequest, slug: str, act: Callable[..., Channel], said: str, back: str) -> HttpResponseBase:
    found = find_channel(request.person, slug)
    before = {"state": found.state}
    try:
        act(person=request.person, channel=found, now=timezone.now())
    except actions.CannotEnd as error:
        messages.error(request, str(error))
        return redirect("channels:change", slug=request.workspace.slug, channel=found.slug)
    messages.success(request, said % {"channel": found.name}, extra_tags=_undo_of(request, found, before))
    return redirect("channels:index", slug=request.workspace.slug)


def _undo_of(request: PersonRequest, channel: Channel, before: Mapping[str, Any]) -> str:
    return undo_url(request.person, "channels.channel", channel=channel.pk, revision=channel.revision, **before)
