"""Bring an answer back to whoever asked in the community, or say why they are not told (S2-07, I-15)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Dispatch
from allmende.inbox import audit, states
from allmende.inbox.actions.inquire import RIGHT, move, settle_inquiry, tell
from allmende.inbox.models import Conversation, Inquiry
from allmende.inbox.queries.inquiries import answerers_of, has_spoken_since
from allmende.team.access import require
from allmende.team.actions import record_audit, restore_record, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotTell(Exception):
    """Nothing changed; the message says why and what to do."""


@transaction.atomic
def take_up(*, person: Person, inquiry: Inquiry, now: datetime) -> str:
    """The answer as the beginning of a reply; the next words of ours in the conversation tell the member. Raises CannotTell."""
    require(person, "inbox.reply.send")
    found = _locked(person, inquiry)
    if found.state != states.ANSWERED:
        raise CannotTell(_("Nothing to take over: there is no answer, or the member was told already."))
    move(found, states.ANSWERED, person, now, audit.TAKEN_UP, taken_up_at=now)
    if found.expert and found.expert.is_named:
        return _("%(name)s says: %(answer)s") % {"name": found.answered_name, "answer": found.answer}
    return found.answer


def tell_by_reply(*, conversation: Conversation, dispatch: Dispatch, person: Person, now: datetime) -> None:
    """These words tell the member what came of the answers somebody took up for them; inside `send_reply`."""
    rows = Inquiry.objects.filter(conversation=conversation, state=states.ANSWERED, taken_up_at__isnull=False)
    for one in rows.filter(archived_at__isnull=True).select_related("workspace"):
        move(one, states.USED, person, now, audit.MEMBER_TOLD, told_at=now, dispatch=dispatch)


def untell(*, dispatch: Dispatch, person: Person, now: datetime) -> None:
    """The words were taken back: the member knows nothing yet; inside `take_back_reply`."""
    for one in Inquiry.objects.filter(dispatch=dispatch, state=states.USED).select_related("workspace"):
        move(one, states.ANSWERED, person, now, audit.INQUIRY_UNDONE, told_at=None, dispatch=None)


@transaction.atomic
def note_member_told(*, person: Person, inquiry: Inquiry, now: datetime) -> Inquiry:
    """The member was told by words of ours that came after the answer. Raises CannotTell when there are none."""
    require(person, RIGHT)
    found = _locked(person, inquiry)
    if found.state != states.ANSWERED:
        raise CannotTell(_("Nothing changed. There is no answer the member could have been told."))
    if not has_spoken_since(found):
        raise CannotTell(
            _("Nothing changed. Nothing of ours stands in the conversation since the answer came. Tell the member first, "
              "or say why they are not told.")
        )  # fmt: skip
    return move(found, states.USED, person, now, audit.MEMBER_TOLD, told_at=now)


@transaction.atomic
def drop_inquiry(*, person: Person, inquiry: Inquiry, reason: str, now: datetime) -> Inquiry:
    """The member is not told, and why; the question waits no more. Raises CannotTell without a reason."""
    require(person, RIGHT)
    found = _locked(person, inquiry)
    if states.DROPPED not in states.INQUIRY_MOVES[found.state]:
        raise CannotTell(_("Nothing changed. This question waits for nothing any more."))
    if not reason.strip():
        raise CannotTell(
            _("Nothing changed. Say why the member is not told; without a reason nobody understands it later.")
        )
    after = {"reason": reason.strip()[:500]}
    return move(found, states.DROPPED, person, now, audit.INQUIRY_DROPPED, after=after, reason=reason.strip()[:500])


@transaction.atomic
def keep_knowledge(*, person: Person, inquiry: Inquiry, is_kept: bool, now: datetime) -> Inquiry:
    """Keep an expert's answer for the next time somebody asks, or not."""
    require(person, RIGHT)
    found = _locked(person, inquiry)
    if not found.knowledge:
        raise CannotTell(_("Nothing changed. There is no answer of an expert to keep."))
    knowledge = states.KEPT if is_kept else states.DROPPED
    return move(found, found.state, person, now, audit.KNOWLEDGE, after={"kept": is_kept}, knowledge=knowledge)


@transaction.atomic
def undo_inquiry(*, person: Person, now: datetime, pk: str, revision: int, before: dict[str, Any]) -> None:
    """Take back a step: that it was asked, told, dropped or kept. Raises CannotUndo when somebody went on, or it is closed."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    rows = Inquiry.objects.select_for_update(of=("self",)).select_related("conversation", "workspace")
    found = rows.filter(workspace=person.workspace, pk=pk).first()
    if found is None or found.conversation.state == states.CLOSED:
        raise stale_undo()
    was_asked = found.state in (states.ASKED, states.ACCEPTED)
    restore_record(record=found, person=person, now=now, revision=revision, before=before)
    if found.archived_at:
        settle_inquiry(found, now)
    elif found.state in (states.ASKED, states.ACCEPTED) and not was_asked:
        for one in answerers_of(found):
            tell(found, one, "inquiry_asked", now, mark=str(found.revision))
    record_audit(workspace=found.workspace, person=person, verb=audit.INQUIRY_UNDONE, target=found, now=now)


def _locked(person: Person, inquiry: Inquiry) -> Inquiry:
    lock_workspace(person.workspace_id)
    rows = Inquiry.objects.select_for_update(of=("self",)).select_related("workspace", "expert", "conversation")
    found = rows.filter(pk=inquiry.pk, workspace=person.workspace, archived_at__isnull=True).first()
    if found is None:
        raise CannotTell(_("Nothing changed. This question is not asked any more."))
    return found
