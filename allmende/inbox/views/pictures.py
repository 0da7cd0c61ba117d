"""The pictures of an answer: put into its form, and taken out of it again."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allmende.inbox.access import find_conversation
from allmende.inbox.actions import Shown, attach_pictures
from allmende.inbox.forms import ReplyForm
from allmende.inbox.models import Conversation
from allmende.inbox.views.page import address, as_uuid, with_pictures
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url


@for_person("inbox.reply.send")
@require_POST
def pictures(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Keep what was picked, pasted or dropped (`pictures`), or take one out (`drop`); the words stay as they are."""
    return take_pictures(request, find_conversation(request.person, public_id), ReplyForm(request.POST, request.FILES))


def take_pictures(request: PersonRequest, found: Conversation, form: ReplyForm) -> HttpResponse:
    """Put what was posted into the form: the fragment of the pictures, without scripts the page."""
    shown, drop, number = form.shown(), as_uuid(request.POST.get("drop", "")), len(form.files.getlist("pictures"))
    kept = [one for one in shown if one.media_id != drop]
    refusals = attach_pictures(
        person=request.person, conversation=found, shown=kept, files=form.files_read(), now=timezone.now()
    )  # fmt: skip
    said, undo = _taken_out(request, found, shown, drop)
    if request.headers.get("HX-Request"):
        fresh = ReplyForm()
        found = find_conversation(request.person, found.public_id)  # as it is now
        fresh.picture_errors = {None: " ".join(refusals)} if refusals else {}
        context = with_pictures(request, found, fresh) | {
            "conversation": found,
            "form": fresh,
            "said": said,
            "undo": undo,
        }
        return render(request, "inbox/answer_pictures.html", context, status=422 if refusals else 200)
    _tell(request, refusals, number - len(refusals), said, undo)
    request.session[f"reply:{found.public_id}"] = request.POST.get("text", "")
    more = {name: request.POST.get(name, "") for name in ("pattern", "send_at")}
    request.session[f"reply-more:{found.public_id}"] = more
    return redirect(address(request, "conversation", found.public_id))


def _taken_out(
    request: PersonRequest, found: Conversation, shown: Sequence[Shown], drop: UUID | None
) -> tuple[str, str]:
    """That a picture is out of the form, and where that is taken back."""
    for place, one in enumerate(shown):
        if one.media_id == drop:
            picture = {"media_id": str(drop), "alt": one.alt, "bare_reason": one.bare_reason}
            undo = undo_url(
                request.person, "inbox.picture_taken_out", conversation=found.pk, picture=picture, place=place
            )
            return _("Taken out. It stays in the library."), undo
    return "", ""


def _tell(request: PersonRequest, refusals: Sequence[str], number: int, said: str, undo: str) -> None:
    for refusal in refusals:
        messages.error(request, refusal)
    if said:
        messages.success(request, said, extra_tags=undo)
    if number > 0:
        text = ngettext(
            "Not sent yet: the picture is in. Say what it shows, then send the answer.",
            "Not sent yet: %(number)d pictures are in. Say what they show, then send the answer.",
            number,
        )
        messages.success(request, text % {"number": number})
