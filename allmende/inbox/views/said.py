"""What is out already: other words for an answer of ours, and the mark of the one that helped."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.channels.actions import CannotAccept, CannotEditSaid, accept_answer
from allmende.channels.models import Message
from allmende.channels.queries import abilities_of
from allmende.inbox.access import find_turn
from allmende.inbox.actions import edit_reply, look_into_private
from allmende.inbox.forms import EditSaidForm
from allmende.inbox.queries import corrections_of
from allmende.inbox.views.page import address
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("inbox.reply.send")
def edit_said(request: PersonRequest, turn_id: int) -> HttpResponse:
    """Other words for an answer that is out, and those it had."""
    found = find_turn(request.person, turn_id)
    look_into_private(person=request.person, conversation=found.entry.conversation, now=timezone.now())
    before = {"title": found.title, "text": found.text}
    form = EditSaidForm(request.POST or None, initial={**before, "seen": _seen(found)})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("title", "text", "reason", "seen")}
        try:
            saved = edit_reply(person=request.person, message=found, now=timezone.now(), **given)
        except CannotEditSaid as error:
            form.add_error(None, str(error))
        else:
            _say_changed(request, before, saved)
            return _to_thread(request, found)
    context = {"form": form, "turn": found, "conversation": found.entry.conversation, "now": timezone.now()}
    context |= {"corrections": corrections_of(found), "abilities": abilities_of(found.channel)}
    return render(request, "inbox/edit_said.html", context, status=422 if form.errors else 200)


@for_person("inbox.conversation.close")
@require_POST
def mark_answer(request: PersonRequest, turn_id: int) -> HttpResponse:
    """Mark an answer as the one that helped, or take the mark back."""
    found, is_accepted = find_turn(request.person, turn_id), request.POST.get("accepted") != "no"
    try:
        accept_answer(person=request.person, message=found, is_accepted=is_accepted, now=timezone.now())
    except CannotAccept as error:
        messages.error(request, str(error))
    else:
        undo = undo_url(request.person, "inbox.answer_marked", message=found.pk, before=not is_accepted)
        said = _("Marked.") if is_accepted else _("The mark is taken back.")
        messages.success(request, f"{said} {_('It shows here as soon as the network has told us.')}", extra_tags=undo)
    return _to_thread(request, found)


def _say_changed(request: PersonRequest, before: Mapping[str, str], saved: Message) -> None:
    if before == {"title": saved.title, "text": saved.text}:
        messages.info(request, _("Nothing changed. The words are the same as before."))
        return
    undo = undo_url(request.person, "inbox.reply_edited", message=saved.pk, before=before, seen=_seen(saved))
    messages.success(request, _("Changed. Members read the new words at the network."), extra_tags=undo)


def _seen(message: Message) -> str:
    return message.edited_at.isoformat() if message.edited_at else ""


def _to_thread(request: PersonRequest, found: Message) -> HttpResponse:
    return redirect(f"{address(request, 'conversation', found.entry.conversation.public_id)}?whole=1#turn-{found.pk}")
