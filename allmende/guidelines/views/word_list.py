"""Screens of the word list: how we say it, and whether a text keeps to it (S2-16)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.guidelines import actions, queries
from allmende.guidelines.access import find_word
from allmende.guidelines.catalogue import ADVICE_WORDS
from allmende.guidelines.forms import WordForm
from allmende.guidelines.models import WordEntry
from allmende.guidelines.views.promises import know_other
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of

FIELDS = ("term", "folded", "advice", "alternative", "others", "reason", "audience_key", "archived_at")
TEXT_LIMIT = 20_000


@for_person("guidelines.plan.read")
@require_safe
def words(request: PersonRequest) -> HttpResponseBase:
    """The word list, searched or whole."""
    asked, advice = request.GET.get("q", "")[:80], request.GET.get("advice", "")
    advice = advice if advice in ADVICE_WORDS else ""
    page = queries.words_page(request.person, asked, advice)
    context = {"page": page, "asked": asked, "advice": advice, "advices": ADVICE_WORDS.items()}
    return render(request, "guidelines/words.html", context)


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_word(request: PersonRequest) -> HttpResponseBase:
    """Write a word into the list."""
    return _word_form(request, None)


@for_person("guidelines.plan.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_word(request: PersonRequest, word_id: UUID) -> HttpResponseBase:
    """Change a word of the list."""
    return _word_form(request, find_word(request.person, word_id))


@for_person("guidelines.plan.edit")
@require_POST
def archive_word(request: PersonRequest, word_id: UUID) -> HttpResponseBase:
    """Take a word out of the list."""
    put_away = actions.archive_word(person=request.person, entry=find_word(request.person, word_id), now=timezone.now())
    undo = undo_of(request.person, "guidelines.word", put_away, {"archived_at": None})
    messages.success(request, gettext("Taken out: %(term)s") % {"term": put_away.term}, extra_tags=undo)
    return redirect("guidelines:words", slug=request.workspace.slug)


@for_person("guidelines.plan.read")
@require_POST
def check_words(request: PersonRequest) -> HttpResponseBase:
    """Where a text does not keep to the list and our forms; nothing is saved."""
    text = request.POST.get("text", "")[:TEXT_LIMIT]
    whom = {"audience_key": request.POST.get("audience", "")[:40], "channel": request.POST.get("channel", "")[:60]}
    found = queries.words_in(request.workspace, text, **whom)
    context = {"found": found, "has_text": bool(text.strip()), "is_quiet": request.POST.get("quiet") == "yes"}
    return render(request, "guidelines/words_found.html", context)


def _word_form(request: PersonRequest, entry: WordEntry | None) -> HttpResponseBase:
    plain = ("term", "advice", "alternative", "reason", "audience_key")
    known = {name: getattr(entry, name) for name in plain} if entry else {}
    known |= {"others": "\n".join(entry.others), "seen_revision": entry.revision} if entry else {"advice": "avoid"}
    form = WordForm(request.POST or None, initial=known, audiences=queries.audience_choices(request.person))
    if request.method == "POST" and form.is_valid():
        before = kept(entry, *FIELDS) if entry else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.save_word(person=request.person, entry=entry, now=timezone.now(), **form.values())
        except actions.CannotSaveWord as refused:
            form.add_error(refused.field, str(refused))
        except StaleRevision as error:
            know_other(form, error)
        else:
            undo = undo_of(request.person, "guidelines.word", saved, before)
            messages.success(request, gettext("Saved: %(name)s.") % {"name": saved.term}, extra_tags=undo)
            return redirect("guidelines:words", slug=request.workspace.slug)
    context = {"form": form, "entry": entry, "draft_name": f"word-{entry.pk if entry else 'new'}"}
    return render(request, "guidelines/word_form.html", context, status=422 if request.method == "POST" else 200)
