"""A presence ends in good order."""

from collections.abc import Callable
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels import actions, queries
from allmende.channels.access import find_channel, find_farewell
from allmende.channels.actions import FarewellWords
from allmende.channels.forms import FarewellForm
from allmende.channels.models import Channel, Farewell
from allmende.channels.views.channels import seen_revision
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

WORDS = tuple(FarewellWords.__dataclass_fields__)
# A revision that no farewell has.
NONE_SEEN = 0


@for_person("channels.channel.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def farewell(request: PersonRequest, channel: str) -> HttpResponseBase:
    """What members are told, and what becomes of everything; the same once it was said, as long as it stands."""
    found = find_channel(request.person, channel)
    standing, stale = queries.farewell_of(found), None
    initial = {name: getattr(standing, name) for name in WORDS} if standing else None
    form = FarewellForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        words = FarewellWords(**form.cleaned_data)
        try:
            _changed(request, standing, words) if standing else _begun(request, found, words)
        except StaleRevision as error:
            stale = error
        except actions.CannotEnd as error:
            form.add_error(None, str(error))
        else:
            return redirect("channels:change", slug=request.workspace.slug, channel=found.slug)
    context = {"form": form, "channel": found, "farewell": standing, "stale": stale}
    status = 422 if form.errors else 409 if stale else 200
    return render(request, "channels/farewell.html", context, status=status)


def _begun(request: PersonRequest, channel: Channel, words: FarewellWords) -> None:
    made = actions.begin_farewell(person=request.person, channel=channel, words=words, now=timezone.now())
    said = _("%(channel)s says farewell. It closes after its last day.") % {"channel": channel.name}
    undo = undo_url(request.person, "channels.farewell", farewell=made.pk)
    messages.success(request, f"{said} {_kept_back(made)}".strip(), extra_tags=undo)


def _changed(request: PersonRequest, standing: Farewell, words: FarewellWords) -> None:
    """Whoever sent the form without a farewell in it has not read the one a colleague said meanwhile."""
    before, seen = kept(standing, *asdict(words)), seen_revision(request)
    changed = actions.change_farewell(
        person=request.person, farewell=standing, words=words, seen_revision=NONE_SEEN if seen is None else seen,
        now=timezone.now(),
    )  # fmt: skip
    undo = undo_of(request.person, "channels.farewell_change", changed, before)
    messages.success(request, f"{_('Saved.')} {_kept_back(changed)}".strip(), extra_tags=undo)


def _kept_back(standing: Farewell) -> str:
    """How much is planned after the last day."""
    number = len(queries.planned_after(standing))
    if not number:
        return ""
    return ngettext(
        "%(number)d post is planned after it and is kept back: give it an earlier slot, or drop it.",
        "%(number)d posts are planned after it and are kept back: give each an earlier slot, or drop it.",
        number,
    ) % {"number": number}


@for_person("channels.channel.edit")
@require_POST
def call_off_farewell(request: PersonRequest, farewell_id: str) -> HttpResponseBase:
    """The channel stays open."""
    return _settled(request, farewell_id, actions.call_off_farewell, _("%(channel)s stays open."))


@for_person("channels.channel.edit")
@require_POST
def end_farewell(request: PersonRequest, farewell_id: str) -> HttpResponseBase:
    """Close before the last day."""
    return _settled(
        request, farewell_id, actions.end_farewell, _("%(channel)s is closed. Everything said there stays.")
    )


def _settled(request: PersonRequest, pk: str, act: Callable[..., Channel], said: str) -> HttpResponseBase:
    found = find_farewell(request.person, pk)
    try:
        channel = act(person=request.person, farewell=found, now=timezone.now())
    except actions.CannotEnd as error:
        messages.error(request, str(error))
        channel = found.channel
    else:
        messages.success(request, said % {"channel": channel.name})
    return redirect("channels:change", slug=request.workspace.slug, channel=channel.slug)
