"""Answers that a colleague reads before they leave: what waits, and what the reader says."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allmende.inbox.access import find_conversation, find_reading
from allmende.inbox.actions import CannotRead, approve_reading, decline_reading, take_back_reading
from allmende.inbox.forms import DeclineForm
from allmende.inbox.models import SecondReading
from allmende.inbox.queries import asked_readings
from allmende.inbox.views.page import address, refused
from allmende.inbox.views.threads import leaves
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url

RIGHT = "inbox.reply.send"


@require_GET
@for_person(RIGHT)
def readings(request: PersonRequest) -> HttpResponse:
    """Which answers wait for a second reader?"""
    return _list(request)


@for_person(RIGHT)
@require_POST
def approve(request: PersonRequest, reading_id: UUID) -> HttpResponse:
    """Let the words that were read leave; until they do, that can be taken back."""
    found, now = find_reading(request.person, reading_id), timezone.now()
    url = address(request, "conversation", found.conversation.public_id)
    seen_hash = request.POST.get("seen_hash", "")
    try:
        dispatch = approve_reading(person=request.person, reading=found, seen_hash=seen_hash, now=now, url=url)
    except CannotRead as error:
        messages.error(request, str(error))
    else:
        said, undo = leaves(request, dispatch)
        messages.success(request, f"{_('Approved.')} {said}", extra_tags=undo)
    return _back(request, found)


@for_person(RIGHT)
@require_POST
def decline(request: PersonRequest, reading_id: UUID) -> HttpResponse:
    """Say why the words must not leave so."""
    found, form = find_reading(request.person, reading_id), DeclineForm(request.POST)
    if not form.is_valid():
        if request.POST.get("to") == "list":
            return _list(request, form, reading_id)
        return refused(request, find_conversation(request.person, found.conversation.public_id), decline_form=form)
    reason, now = form.cleaned_data["reason"], timezone.now()
    try:
        decline_reading(person=request.person, reading=found, reason=reason, now=now)
    except CannotRead as error:
        messages.error(request, str(error))
    else:
        undo = undo_url(request.person, "inbox.reading_declined", reading=found.pk)
        said = _("Declined. %(name)s has your reason.") % {"name": found.asked_by.name}
        messages.success(request, said, extra_tags=undo)
    return _back(request, found)


@for_person(RIGHT)
@require_POST
def ask_no_more(request: PersonRequest, reading_id: UUID) -> HttpResponse:
    """Take an answer back that nobody has read yet; its words return to the form."""
    found = find_reading(request.person, reading_id)
    try:
        text = take_back_reading(person=request.person, reading=found, now=timezone.now())
    except CannotRead as error:
        messages.error(request, str(error))
    else:
        request.session[f"reply:{found.conversation.public_id}"] = text
        undo = undo_url(request.person, "inbox.reading_taken_back", reading=found.pk)
        messages.success(request, _("Taken back. Your text stands in the form again."), extra_tags=undo)
    return redirect(address(request, "conversation", found.conversation.public_id))


def _list(request: PersonRequest, form: DeclineForm | None = None, reading_id: UUID | None = None) -> HttpResponse:
    found = asked_readings(request.workspace, request.person)
    context = {"asked": found, "now": timezone.now(), "refused_form": form, "refused_id": reading_id}
    return render(request, "inbox/readings.html", context, status=422 if form else 200)


def _back(request: PersonRequest, found: SecondReading) -> HttpResponse:
    if request.POST.get("to") == "list":
        return redirect("inbox:readings", slug=request.workspace.slug)
    return redirect(address(request, "conversation", found.conversation.public_id))
