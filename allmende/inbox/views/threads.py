"""One thread with its rule."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allmende.channels.actions import CannotHandOver
from allmende.channels.models import Dispatch
from allmende.channels.queries import abilities_of
from allmende.guidelines.access import find_channel
from allmende.guidelines.queries import guidelines_for
from allmende.inbox.access import find_conversation, find_merged, pattern_begun_with
from allmende.inbox.actions import (
    CannotReply,
    CannotShow,
    SomebodyAnswered,
    answer,
    look_at_conversation,
    look_into_private,
)
from allmende.inbox.forms import ReplyForm
from allmende.inbox.models import Conversation, SecondReading
from allmende.inbox.queries import (
    AROUND_LISTS,
    INBOX_PULSE,
    budget_of,
    conversations_with,
    folded_in,
    managed_here,
    managed_in,
    notes_of,
    similar_to,
    turns_of,
    who_else_looks,
)
from allmende.inbox.templatetags.inbox_words import planned_words
from allmende.inbox.views.page import address, as_uuid, list_context, thread_page
from allmende.inbox.views.pictures import take_pictures
from allmende.members.access import find_member
from allmende.team.access import TO_THE_DAY, PersonRequest, for_person
from allmende.team.queries import undo_url

MINUTE = 60
# The page says every half minute that somebody has a thread open.
PRESENT_SECONDS = 30
BEGUN = "begun"


@require_http_methods(["GET", "POST"])
@for_person("inbox.conversation.read", told=AROUND_LISTS)
def conversation(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """One thread with its rule; a POST is an answer."""
    found = find_conversation(request.person, public_id)
    if found.merged_into_id:
        return _to_merged(request, public_id)
    typed = {"text": request.session.pop(f"reply:{public_id}", "")} | request.session.pop(f"reply-more:{public_id}", {})
    form = ReplyForm(request.POST or None, request.FILES or None, initial=typed)
    newer = None
    if request.method == "POST" and form.is_valid():
        try:
            return _send(request, found, form)
        except SomebodyAnswered as error:
            newer = error.answer
            form.add_error("text", str(error))
        except CannotShow as error:
            form.picture_errors[error.media_id] = str(error)
        except (CannotReply, CannotHandOver) as error:
            form.add_error("text", str(error))
    pattern = pattern_begun_with(request.person, as_uuid(request.POST.get("pattern", "")))
    context = {**list_context(request), "is_open": True, "newer_id": newer.pk if newer else None, "pattern": pattern}
    return thread_page(request, found, context, form=form)


def _to_merged(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """To the one it became; what was typed before anybody knew stands in the form there."""
    into = find_merged(request.person, public_id)
    typed = request.POST.get("text", "").strip()
    if typed:
        request.session[f"reply:{into}"] = typed
        said = _(
            "Not sent yet. A colleague merged the conversation into this one meanwhile; your words are in its form."
        )
        messages.error(request, said)
    return redirect(address(request, "conversation", into))


def _send(request: PersonRequest, found: Conversation, form: ReplyForm) -> HttpResponse:
    if form.files:  # chosen without scripts; what they show is still to be said
        return take_pictures(request, found, form)
    send_at = form.cleaned_data["send_at"]
    sent = answer(
        person=request.person,
        conversation=found,
        text=form.cleaned_data["text"],
        seen_until=form.cleaned_data["seen_until"] or 0,
        now=timezone.now(),
        url=address(request, "conversation", found.public_id),
        pattern=pattern_begun_with(request.person, form.cleaned_data["pattern"]),
        send_at=send_at,
        shown=form.shown(),
    )
    if isinstance(sent, SecondReading):
        undo = undo_url(request.person, "inbox.reader_asked", reading=sent.pk)
        messages.success(request, _("Asked. It leaves as soon as a colleague has approved it."), extra_tags=undo)
        return redirect(request.get_full_path())
    if send_at:
        said = planned_words(sent.send_after, found.due_at, timezone.now())
        messages.success(request, said, extra_tags=address(request, "take_back", sent.public_id))
        return redirect(request.get_full_path())
    said, undo = leaves(request, sent)
    messages.success(request, said, extra_tags=undo)
    return redirect(request.get_full_path())


def leaves(request: PersonRequest, dispatch: Dispatch) -> tuple[str, str]:
    """That an answer leaves in a moment, and where it is taken back until then."""
    seconds = int((dispatch.send_after - dispatch.created_at).total_seconds())
    said = ngettext("Leaves in %(seconds)d second.", "Leaves in %(seconds)d seconds.", seconds) % {"seconds": seconds}
    if seconds >= MINUTE and seconds % MINUTE == 0:
        minutes = seconds // MINUTE
        said = ngettext("Leaves in %(minutes)d minute.", "Leaves in %(minutes)d minutes.", minutes) % {
            "minutes": minutes
        }
    return said, f"{address(request, 'take_back', dispatch.public_id)}#until-{seconds}"


@require_GET
@for_person("inbox.conversation.read", pulse=INBOX_PULSE, clock=TO_THE_DAY)
def turns(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """What was said, alone, for looking again: an unchanged thread costs a 304, once all words left and all pictures came."""
    found = find_conversation(request.person, public_id)
    look_into_private(person=request.person, conversation=found, now=timezone.now())
    is_whole = "whole" in request.GET
    said = turns_of(found, is_whole)
    shown = {
        "turns": said,
        "folded": folded_in(found, said, is_whole),
        "notes": notes_of(found),
        "abilities": abilities_of(found.channel),
    }
    context = {"conversation": found, "thread": shown, "now": timezone.now()}
    answer = render(request, "inbox/turns.html", context)
    if any(turn.is_under_way for turn in said):
        answer["Cache-Control"] = "private, no-store"
    return answer


@for_person("inbox.conversation.read")
@require_POST
def here(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say that this person has the thread open; answers who else has."""
    found, now = find_conversation(request.person, public_id), timezone.now()
    typing = request.POST.get("typing", "")
    look_at_conversation(person=request.person, conversation=found, now=now, is_typing=bool(typing))
    # What is said the moment somebody begins to type comes between the half minutes that are counted.
    spent = _spent(request, 0 if typing == BEGUN else PRESENT_SECONDS)
    context = {"present": who_else_looks(found, request.person, now), "spent": spent}
    return render(request, "inbox/present.html", context | {"budget": budget_of(request.person)})


def _spent(request: PersonRequest, more: int) -> int:
    """Minutes of today with a thread open: kept in this person's own session and nowhere else (S4-34)."""
    today = timezone.localdate().isoformat()
    day, seconds = request.session.get("present", ("", 0))
    seconds = (seconds if day == today else 0) + more
    request.session["present"] = (today, seconds)
    return int(seconds) // MINUTE


@require_GET
@for_person("inbox.conversation.read")
def similar(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """What holds here, what we manage, and earlier conversations like this one: a fragment beside the thread, a page without scripts."""
    found = find_conversation(request.person, public_id)
    context = {
        "conversation": found,
        "similar": similar_to(found),
        "managed": managed_here(found, timezone.now()),
        "guidelines": guidelines_for(found.channel),
    }
    template = "inbox/similar.html" if request.headers.get("HX-Request") else "inbox/similar_page.html"
    return render(request, template, context)


@require_GET
@for_person("inbox.conversation.read")
def of_member(request: PersonRequest, member_id: int) -> HttpResponse:
    """What a member said: a fragment for their page, a page without scripts."""
    member = find_member(request.person, member_id)
    template = "inbox/of_member.html" if request.headers.get("HX-Request") else "inbox/of_member_page.html"
    return render(request, template, {"member": member, "conversations": conversations_with(member)})


@require_GET
@for_person("inbox.conversation.read")
def capability(request: PersonRequest, channel: str) -> HttpResponse:
    """What did we promise in this channel, and what do we manage?"""
    found = find_channel(request.person, channel)
    situations, kinds = managed_in(found, timezone.now())
    return render(request, "inbox/capability.html", {"channel": found, "situations": situations, "kinds": kinds})
