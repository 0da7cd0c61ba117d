"""Write down what only few people know."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.handover import audit
from allmende.handover.catalogue import QUESTIONS
from allmende.handover.models import KnowledgeNote
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotWriteNote(Exception):
    """The note was not written; says why. `field` names what to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def write_note(
    *,
    person: Person,
    answer: str,
    holder: Person,
    now: datetime,
    second: Person | None = None,
    question_key: str = "",
    question: str = "",
    note: KnowledgeNote | None = None,
    seen_revision: int | None = None,
) -> KnowledgeNote:
    """Answer a question of the interview (`question_key`) or one of our own (`question`), or change the answer of `note`.

    `holder` knows it, `second` has done it once as well. Raises CannotWriteNote, or StaleRevision when somebody else wrote.
    """
    require(person, "handover.note.edit")
    lock_workspace(person.workspace_id)
    _check(person, holder, second)
    if note is not None:
        fields = {"answer": answer, "holder": holder, "second": second}
        before = change_record(record=note, person=person, now=now, seen_revision=seen_revision, **fields)
        _audit(person, note, now, before["answer"])
        return note
    wording = str(QUESTIONS.get(question_key, "")) or question.strip()
    if not wording:
        raise CannotWriteNote(_("Not saved: say in a question what is to be known."), "question")
    key = question_key if question_key in QUESTIONS else ""
    taken = KnowledgeNote.objects.filter(workspace=person.workspace, question_key=key, archived_at__isnull=True)
    if key and taken.exists():
        raise CannotWriteNote(
            _("Not saved: somebody answered this question meanwhile. Open their answer and add yours to it."), "answer"
        )
    made = KnowledgeNote.objects.create(
        workspace=person.workspace,
        question_key=key,
        question=wording,
        answer=answer,
        holder=holder,
        second=second,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    _audit(person, made, now, "")
    return made


@transaction.atomic
def archive_note(*, person: Person, note: KnowledgeNote, now: datetime) -> None:
    """Put a note away that is not true any more; its question is open again."""
    require(person, "handover.note.edit")
    lock_workspace(person.workspace_id)
    change_record(record=note, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.PUT_AWAY, target=note, now=now)


def _check(person: Person, holder: Person, second: Person | None) -> None:
    for field, one in (("holder", holder), ("second", second)):
        if one is not None and one.workspace_id != person.workspace_id:
            raise CannotWriteNote(_("Not saved: choose somebody of this community."), field)
    if second == holder:
        raise CannotWriteNote(
            _("Not saved: the second person must be somebody else than the one who knows it."), "second"
        )


def _audit(person: Person, note: KnowledgeNote, now: datetime, before: str) -> None:
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.NOTED,
        target=note,
        now=now,
        before={"answer": before},
        after={"question": note.question, "answer": note.answer},
    )
