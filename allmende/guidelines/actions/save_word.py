"""Write the house's own words down: what to use, to avoid, to explain (S2-16)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from allmende.domain.folding import fold_text
from allmende.domain.reaction import sign_pattern
from allmende.guidelines.models import WordEntry
from allmende.guidelines.queries import audience_choices
from allmende.guidelines.states import EXPLAIN, USE
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo, undo_fields
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "guidelines.plan.edit"


class CannotSaveWord(Exception):
    """Nothing was saved; `field` names the field to mend."""

    def __init__(self, sentence: str, field: str) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def save_word(
    *,
    person: Person,
    entry: WordEntry | None,
    term: str,
    advice: str,
    alternative: str,
    others: Sequence[str],
    reason: str,
    now: datetime,
    audience_key: str = "",
    revision: int | None = None,
) -> WordEntry:
    """Add a word or change one; a word that was put away comes back. Raises CannotSaveWord and StaleRevision.

    `audience_key`: the audience it holds for, "" for everybody (`domain.md` 3.9).
    """
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    fields = _checked(term, advice, alternative, others, reason)
    fields["audience_key"] = _known_audience(person, entry, audience_key)
    rows = WordEntry.objects.filter(workspace=person.workspace, folded=fields["folded"])
    same = rows.filter(audience_key=audience_key).first()
    if same and same.archived_at is None and (entry is None or same.pk != entry.pk):
        raise CannotSaveWord(gettext("Not saved: “%(term)s” is listed already.") % {"term": same.term}, "term")
    if same and entry and same.pk != entry.pk:
        said = gettext("Not saved: “%(term)s” was listed once and put away. Write it as a new word to bring it back.")
        raise CannotSaveWord(said % {"term": same.term}, "term")
    if found := entry or same:
        saved = WordEntry.objects.get(pk=found.pk, workspace=person.workspace)
        seen = revision if entry else None
        change_record(record=saved, person=person, now=now, seen_revision=seen, archived_at=None, **fields)
    else:
        by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
        saved = WordEntry.objects.create(workspace=person.workspace, **fields, **by)
    _audit(person, "guidelines.word.saved", saved, now)
    return saved


@transaction.atomic
def archive_word(*, person: Person, entry: WordEntry, now: datetime) -> WordEntry:
    """Take a word out of the list; nothing that was written changes."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    entry = WordEntry.objects.get(pk=entry.pk, workspace=person.workspace)
    change_record(record=entry, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, "guidelines.word.archived", entry, now)
    return entry


_restore = undo_fields(
    right=EDIT,
    verb="guidelines.word.saved",
    rows=lambda person: WordEntry.objects.filter(workspace=person.workspace),
)


def undo_word(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what an entry said. Raises CannotUndo, also where the word was listed anew meanwhile."""
    try:
        _restore(person=person, now=now, pk=pk, revision=revision, before=before)
    except IntegrityError as error:
        raise stale_undo() from error


def _known_audience(person: Person, entry: WordEntry | None, key: str) -> str:
    """The key, if the plan has it; a word keeps the audience it has, also where that was retired."""
    is_kept = entry is not None and entry.audience_key == key
    if key and not is_kept and key not in dict(audience_choices(person)):
        raise CannotSaveWord(
            gettext("Not saved: the plan has no such audience any more. Choose another."), "audience_key"
        )
    return key


def _checked(term: str, advice: str, alternative: str, others: Sequence[str], reason: str) -> dict[str, Any]:
    for field, word in (("term", term), *(("others", other) for other in others)):
        try:
            sign_pattern(word)
        except ValueError:
            said = gettext("Not saved: “%(word)s” holds no letter and would be found everywhere.")
            raise CannotSaveWord(said % {"word": word}, field) from None
    if advice == EXPLAIN and not alternative.strip():
        raise CannotSaveWord(gettext("Not saved: a word to explain needs its explanation."), "alternative")
    term = term.strip()
    return {
        "term": term,
        "folded": fold_text(term),
        "advice": advice,
        "alternative": "" if advice == USE else alternative.strip(),
        "others": [one.strip() for one in others] if advice == USE else [],
        "reason": reason.strip(),
    }


def _audit(person: Person, verb: str, entry: WordEntry, now: datetime) -> None:
    after = {"term": entry.term, "advice": entry.advice, "audience_key": entry.audience_key}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=entry, now=now, after=after)
