"""The one page of the inbox: the list, and beside it a thread with its rule."""

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from allmende.channels.queries import FILM_TYPES, PICTURE_TYPES, abilities_of
from allmende.guidelines.catalogue import SITUATIONS
from allmende.inbox.access import is_for_another
from allmende.inbox.actions import LONGEST_ALT, look_into_private, no_pictures
from allmende.inbox.forms import CLOSE_WORDS, CloseForm, DeclineForm, NoteForm, PictureRow, ReplyForm
from allmende.inbox.models import Conversation, SecondReading
from allmende.inbox.queries import begun_pictures, listing, media_named, read_filter, standing_of, thread
from allmende.team.access import PersonRequest


def address(request: PersonRequest, name: str, key: object) -> str:
    """The address of a conversation's page of this name, in the part of the list that is looked at."""
    return reverse(f"inbox:{name}", args=[request.workspace.slug, key])


def list_context(request: PersonRequest) -> dict[str, Any]:
    """What the list needs; the frame around the page shows some of it too."""
    now = timezone.now()
    given = request.GET
    place, group = given.get("after", "")[:80], given.get("group", "")[:20]
    # What a form changed since the door stands in no list that was read before.
    stand = standing_of(request.person, now) if request.method == "GET" else None
    found = listing(request.workspace, request.person, now, read_filter(given), place, group, stand)
    request.known |= {"inbox": (found.counts["all"], found.counts["late"]), "plan": found.ground.objectives}
    return {
        "listing": found,
        "now": now,
        "open_id": as_uuid(given.get("open", "")),
        "close_reasons": CLOSE_WORDS.items(),
        "channels": found.ground.channels,
        "situations": tuple([(one.number, f"{one.number} {one.name}") for one in SITUATIONS]),
    }


def as_uuid(text: str) -> UUID | None:
    """An id from an address, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def thread_page(request: PersonRequest, found: Conversation, context: dict[str, Any], **forms: Form) -> HttpResponse:
    """The list with one thread beside it; a form among `forms` that was refused says so at its field, with status 422."""
    found.workspace = request.workspace
    if is_for_another(request.person, found):
        look_into_private(person=request.person, conversation=found, now=timezone.now())
    page = thread(found, request.person, context["listing"].ground, context["now"], "whole" in request.GET)
    reply = forms.setdefault("form", ReplyForm())
    reply.initial["seen_until"] = page.newest_id
    if page.reading and not reply.initial.get("text"):
        reply.initial["text"] = page.reading.text
    if isinstance(reply, ReplyForm):
        reply.count_as(page.limit)
        context |= with_pictures(request, found, reply, page.reading)
    if reply.is_bound:  # what came in between is on the page now
        reply.data = {**dict(reply.data.items()), "seen_until": str(page.newest_id)}
    shown = {"note_form": NoteForm(prefix="note"), "close_form": CloseForm(), "decline_form": DeclineForm(), **forms}
    context |= {"thread": page, "conversation": found, "open_id": found.public_id, **shown}
    is_refused = any(form.is_bound for form in forms.values())
    return render(request, "inbox/index.html", context, status=422 if is_refused else 200)


def with_pictures(
    request: PersonRequest, found: Conversation, reply: ReplyForm, reading: SecondReading | None = None
) -> dict[str, Any]:
    """The pictures of an answer as they were posted, else as they are kept; and what the network takes of them."""
    if reply.is_bound:
        shown, errors = reply.shown(), reply.picture_errors
        known = media_named(request.workspace, [one.media_id for one in shown]) if shown else {}
        reply.pictures = [
            PictureRow(known[one.media_id], one.alt, one.bare_reason, errors.get(one.media_id, ""))
            for one in shown
            if one.media_id in known
        ]
    else:
        kept = begun_pictures(found, request.person, reading)
        reply.pictures = [PictureRow(one.media, one.alt, one.bare_reason) for one in kept]
    limit = abilities_of(found.channel).media.of_answers
    why_none = "" if limit.maximum else no_pictures(found.channel)
    problems = [said for key, said in reply.picture_errors.items() if key is None]
    return {
        "picture_limit": limit,
        "longest_alt": min(limit.alt_maximum or LONGEST_ALT, LONGEST_ALT),
        "picture_types": ",".join((*PICTURE_TYPES, *FILM_TYPES) if limit.films else PICTURE_TYPES),
        "why_none": why_none,
        "problems": problems,
    }


def refused(request: PersonRequest, found: Conversation, **forms: Form) -> HttpResponse:
    """The same page again, with what was wrong at its field."""
    return thread_page(request, found, {**list_context(request), "is_open": True}, **forms)
