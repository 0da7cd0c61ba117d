"""The house's own words, and what a text makes of them (S2-16)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allmende.domain.folding import fold_text
from allmende.domain.word_list import ListedWord, WordFound, check_words
from allmende.guidelines.models import WordEntry
from allmende.team.models import Workspace

FOUND_WORDS: dict[str, str | Promise] = {
    "word_avoided": _("“%(found)s” is a word we avoid."),
    "word_unexplained": _("“%(found)s” needs an explanation where it first stands."),
    "word_other": _("Instead of “%(found)s” we say “%(better)s”."),
    "says_du": _("“%(found)s”: we say Sie."),
    "says_sie": _("“%(found)s”: we say du."),
    "gender_form": _("“%(found)s” is not our form of gender."),
}
BETTER_WORDS: dict[str, str | Promise] = {
    "word_avoided": _("Say instead: %(better)s."),
    "word_unexplained": _("For instance: %(better)s."),
    "gender_form": _("We write: %(better)s."),
}


@dataclass(frozen=True)
class WordsPage:
    """What is listed; `is_empty`: nothing at all, whatever was searched."""

    entries: Sequence[WordEntry]
    is_empty: bool


def words_page(workspace: Workspace, words: str = "", advice: str = "") -> WordsPage:
    """The word list in order of the alphabet, or what fits `words` and `advice`; at most two queries."""
    rows = WordEntry.objects.filter(workspace=workspace, archived_at__isnull=True)
    found = rows.filter(advice=advice) if advice else rows
    if words.strip():
        found = found.filter(Q(folded__contains=fold_text(words.strip())) | Q(alternative__icontains=words.strip()))
    entries = list(found)
    return WordsPage(entries, not entries and not rows.exists())


def listed_words(workspace: Workspace) -> tuple[ListedWord, ...]:
    """The word list as the domain reads it; one query."""
    rows = WordEntry.objects.filter(workspace=workspace, archived_at__isnull=True)
    return tuple(ListedWord(one.term, one.advice, one.alternative, tuple(one.others), one.reason) for one in rows)


def words_found(workspace: Workspace, text: str, listed: Sequence[ListedWord]) -> tuple[WordFound, ...]:
    """Where a text does not keep to the list and the forms of the workspace; no query."""
    return check_words(text, listed, workspace.address_form, workspace.gender_form)


def found_words(found: WordFound) -> str:
    """What was found and what to say instead, as one or two sentences; the entry's reason behind."""
    values = {"found": found.found, "better": found.better}
    better = BETTER_WORDS.get(found.code) if found.better else None
    said = (str(FOUND_WORDS[found.code]) % values, str(better) % values if better else "", found.reason)
    return " ".join(one for one in said if one)
