"""Patterns that answers may begin with: the list, writing one, and beginning an answer with it (S2-24)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allmende.domain.wording import words_changed
from allmende.inbox.access import find_conversation, find_pattern, pattern_begun_with
from allmende.inbox.actions import CannotSavePattern, archive_pattern, begin_with, save_pattern
from allmende.inbox.forms import PatternForm, ReplyForm
from allmende.inbox.models import TextPattern
from allmende.inbox.queries import patterns_for, patterns_of
from allmende.inbox.views.page import as_uuid, list_context, thread_page
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of

RIGHT = "inbox.reply.send"
LONGEST = 20_000


@require_GET
@for_person(RIGHT)
def patterns(request: PersonRequest) -> HttpResponse:
    """What do answers begin with, and how far are they changed?"""
    return render(request, "inbox/patterns.html", {"patterns": patterns_of(request.workspace)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(RIGHT)
def add_pattern(request: PersonRequest) -> HttpResponse:
    """Write a pattern."""
    return _pattern_form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(RIGHT)
def edit_pattern(request: PersonRequest, pattern_id: UUID) -> HttpResponse:
    """Change a pattern."""
    return _pattern_form(request, find_pattern(request.person, pattern_id))


@for_person(RIGHT)
@require_POST
def put_pattern_away(request: PersonRequest, pattern_id: UUID) -> HttpResponse:
    """Offer a pattern no longer."""
    found = find_pattern(request.person, pattern_id)
    put_away = archive_pattern(person=request.person, pattern=found, now=timezone.now())
    undo = undo_of(request.person, "inbox.pattern", put_away, {"archived_at": None})
    messages.success(request, _("Put away: %(name)s.") % {"name": put_away.name}, extra_tags=undo)
    return redirect("inbox:patterns", slug=request.workspace.slug)


@require_GET
@for_person(RIGHT)
def offered(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """The patterns for a conversation: a fragment at the answer, a page without scripts."""
    found = find_conversation(request.person, public_id)
    context = {"conversation": found, "patterns": patterns_for(found)}
    template = "inbox/offered.html" if request.headers.get("HX-Request") else "inbox/offered_page.html"
    return render(request, template, context)


@for_person(RIGHT)
@require_POST
def begin(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Put the words of a pattern into the form; nothing is saved or sent."""
    found = find_conversation(request.person, public_id)
    key = as_uuid(request.POST.get("with", ""))
    pattern = find_pattern(request.person, key) if key else None
    typed = request.POST.get("text", "")
    text = begin_with(typed, pattern) if pattern else typed
    initial = {"text": text, "pattern": pattern.pk if pattern else "", "seen_until": request.POST.get("seen_until", "")}
    form = ReplyForm(initial=initial)
    if request.headers.get("HX-Request"):
        return render(request, "inbox/reply_text.html", {"form": form, "pattern": pattern, "conversation": found})
    return thread_page(request, found, {**list_context(request), "is_open": True, "pattern": pattern}, form=form)


@for_person(RIGHT)
@require_POST
def changed(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """How many words of the pattern are changed by now; nothing is saved."""
    find_conversation(request.person, public_id)
    key = as_uuid(request.POST.get("pattern", ""))
    pattern = pattern_begun_with(request.person, key)
    number = words_changed(pattern.text, request.POST.get("text", "")[:LONGEST]) if pattern else 0
    return render(request, "inbox/changed.html", {"pattern": pattern, "number": number})


def _pattern_form(request: PersonRequest, found: TextPattern | None) -> HttpResponse:
    names = ("name", "situation", "text")
    known = {name: getattr(found, name) for name in names} | {"seen_revision": found.revision} if found else {}
    form = PatternForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        before = kept(found, *names) if found else {"archived_at": timezone.now().isoformat()}
        try:
            saved = save_pattern(person=request.person, pattern=found, now=timezone.now(), **form.values())
        except CannotSavePattern as refused:
            form.add_error("name", str(refused))
        except StaleRevision as error:
            form.data = {**form.data.dict(), "seen_revision": str(error.revision)}  # type: ignore[attr-defined]
            form.add_error(None, str(error))
        else:
            undo = undo_of(request.person, "inbox.pattern", saved, before)
            messages.success(request, _("Saved: %(name)s.") % {"name": saved.name}, extra_tags=undo)
            return redirect("inbox:patterns", slug=request.workspace.slug)
    context = {"form": form, "pattern": found, "draft_name": f"pattern-{found.pk if found else 'new'}"}
    return render(request, "inbox/pattern_form.html", context, status=422 if request.method == "POST" else 200)
