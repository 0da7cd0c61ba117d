"""The house's own words, and what a text makes of them (S2-16)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel
from allmende.domain.folding import fold_text
from allmende.domain.word_list import ListedWord, WordFound, check_words
from allmende.guidelines.models import WordEntry
from allmende.team.models import Person, Workspace
from allmende.team.queries import asked_of_rooms

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
    """What is listed; `is_empty`: nothing at all, whatever was searched. `audiences`: names of the plan's, by key."""

    entries: Sequence[WordEntry]
    is_empty: bool
    audiences: Mapping[str, str]


@dataclass(frozen=True)
class WordList:
    """The word list as the domain reads it: each word with its folded term and the audience it holds for, "" for all."""

    words: tuple[tuple[str, str, ListedWord], ...]

    @property
    def knows_audiences(self) -> bool:
        """Is a word listed for one audience only?"""
        return any(audience for _folded, audience, _word in self.words)

    def for_audiences(self, keys: Collection[str]) -> tuple[ListedWord, ...]:
        """What holds for these audiences: what is listed for one of them goes before what is listed for everybody."""
        own = {folded for folded, audience, _word in self.words if audience and audience in keys}
        return tuple(
            word for folded, audience, word in self.words if (audience in keys if audience else folded not in own)
        )


def words_page(person: Person, words: str = "", advice: str = "") -> WordsPage:
    """The word list in order of the alphabet, or what fits `words` and `advice`; at most three queries."""
    rows = WordEntry.objects.filter(workspace=person.workspace, archived_at__isnull=True)
    found = rows.filter(advice=advice) if advice else rows
    if words.strip():
        found = found.filter(Q(folded__contains=fold_text(words.strip())) | Q(alternative__icontains=words.strip()))
    entries = list(found)
    return WordsPage(entries, not entries and not rows.exists(), dict(audience_choices(person)))


def audience_choices(person: Person) -> list[tuple[str, str]]:
    """Key and name of each audience a word can be listed for, as the room above that has the plan tells."""
    return [one for answer in asked_of_rooms("audiences_addressed") for one in answer(person)]


def listed_words(workspace: Workspace) -> WordList:
    """The word list as the domain reads it; one query."""
    rows = WordEntry.objects.filter(workspace=workspace, archived_at__isnull=True)
    return WordList(
        tuple(
            (
                one.folded,
                one.audience_key,
                ListedWord(one.term, one.advice, one.alternative, tuple(one.others), one.reason),
            )
            for one in rows
        )
    )


def words_in(workspace: Workspace, text: str, *, audience_key: str = "", channel: str = "") -> tuple[WordFound, ...]:
    """Where a text does not keep to the list and our forms, for this audience, or for those whom the channel (its slug)
    is for; a channel is for the audiences its objectives mean."""
    listed = listed_words(workspace)
    keys = {audience_key} if audience_key else _addressed_in(workspace, channel) if listed.knows_audiences else ()
    return words_found(workspace, text, listed.for_audiences(keys))


def _addressed_in(workspace: Workspace, slug: str) -> set[str]:
    channel = Channel.objects.filter(workspace=workspace, slug=slug).first() if slug else None
    if channel is None:
        return set()
    answers = asked_of_rooms("audiences_of_objectives")
    return {key for answer in answers for key in answer(workspace, channel.serves_keys).values()}


def words_found(workspace: Workspace, text: str, listed: Sequence[ListedWord]) -> tuple[WordFound, ...]:
    """Where a text does not keep to the list and the forms of the workspace; no query."""
    return check_words(text, listed, workspace.address_form, workspace.gender_form)


def found_words(found: WordFound) -> str:
    """What was found and what to say instead, as one or two sentences; the entry's reason behind."""
    values = {"found": found.found, "better": found.better}
    better = BETTER_WORDS.get(found.code) if found.better else None
    said = (str(FOUND_WORDS[found.code]) % values, str(better) % values if better else "", found.reason)
    return " ".join(one for one in said if one)
