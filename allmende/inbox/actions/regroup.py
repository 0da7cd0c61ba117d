"""Make one conversation of two, or two of one; the clocks are read anew, and both can be taken back."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allmende.channels.models import Message
from allmende.inbox import audit, states
from allmende.inbox.actions.file_messages import LONGEST_TITLE
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.actions.keep_language import keep_language
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.models import BrokenPromise, Closing, Conversation, Entry, Inquiry, Note, Regrouping
from allmende.inbox.queries.inquiries import untold
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

RIGHT = "inbox.conversation.sort"


class CannotRegroup(Exception):
    """The conversations stay as they are; the message says why."""


@transaction.atomic
def merge_conversations(*, person: Person, source: Conversation, target: Conversation, now: datetime) -> Regrouping:
    """Let the turns, notes, closings and questions of `source` go on in `target`, and what comes in its thread too.

    Whoever waited in one of the two waits on: what the other was closed with ends nothing here. Raises CannotRegroup: both
    are of one channel, because an answer goes to one network; neither is merged already.
    """
    require(person, RIGHT)
    source, target = _both(person, source, target)
    _check_merge(source, target)
    moved: dict[str, list[Any]] = {
        "entries": list(source.entries.values_list("message", flat=True)),
        "notes": list(source.notes.values_list("pk", flat=True)),
        "closings": list(source.closings.values_list("pk", flat=True)),
        "inquiries": [str(pk) for pk in source.inquiries.values_list("pk", flat=True)],
        "merged": list(source.merged.values_list("pk", flat=True)),
        "reopened": list(_closings_that_end_nothing(source, target).values_list("pk", flat=True)),
    }
    Closing.objects.filter(pk__in=moved["reopened"]).update(undone_at=now)
    source.merged.update(merged_into=target)
    source.entries.update(conversation=target)
    source.notes.update(conversation=target)
    source.closings.update(conversation=target)
    source.inquiries.update(conversation=target)
    _empty(source, target)
    return _note(person, source, target, moved, now, is_split=False)


@transaction.atomic
def split_conversation(*, person: Person, turn: Message, now: datetime) -> Regrouping:
    """Let this turn and all after it be a conversation of their own; answers to them follow. Raises CannotRegroup."""
    require(person, RIGHT)
    source = locked(person).select_related("channel", "workspace").get(pk=turn.entry.conversation_id)
    turns = Message.objects.filter(entry__conversation=source).order_by("occurred_at", "pk")
    ids = list(turns.values_list("pk", flat=True))
    if turn.pk not in ids:
        raise CannotRegroup(_("Not split. A colleague regrouped this conversation meanwhile; look at it once more."))
    place = ids.index(turn.pk)
    if place == 0:
        raise CannotRegroup(_("Not split. Nothing would be left before this message; choose a later one."))
    if source.state == states.ARCHIVED:
        raise CannotRegroup(_("Not split. This conversation was imported and stays as it was."))
    target = Conversation.objects.create(
        workspace=source.workspace,
        channel=source.channel,
        thread_native_id=f"split:{uuid4().hex}",
        title=(turn.title or turn.text)[:LONGEST_TITLE] or source.title,
        started_at=turn.occurred_at,
        last_turn_at=turn.occurred_at,
        assignee=source.assignee,
    )
    Entry.objects.filter(message__in=ids[place:]).update(conversation=target, is_placed=True)
    _keep_told(source, target)
    return _note(person, source, target, {"entries": ids[place:]}, now, is_split=True)


@transaction.atomic
def undo_regroup(*, person: Person, regrouping: int, now: datetime) -> None:
    """Put everything back where it was; what came since in the same thread goes with it. Raises CannotUndo."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    rows = Regrouping.objects.filter(pk=regrouping, source__workspace=person.workspace, undone_at__isnull=True)
    row = rows.select_related("source__workspace", "target").first()
    if row is None or not rows.update(undone_at=now):
        raise stale_undo()
    _both(person, row.source, row.target)
    if row.is_split:
        _join_again(row, now)
    else:
        _part_again(row)
    fold_conversations(conversation_ids=[row.source_id, row.target_id], now=now)
    keep_language(conversation_ids=[row.source_id, row.target_id])
    record_audit(
        workspace=person.workspace, person=person, verb=audit.REGROUPING_UNDONE, target=row.source, now=now,
        after={"other": row.target_id},
    )  # fmt: skip


def _part_again(row: Regrouping) -> None:
    source = Conversation.objects.get(pk=row.source_id)
    if source.merged_into_id != row.target_id:
        raise stale_undo()
    Conversation.objects.filter(pk=source.pk).update(state=states.NEW, merged_into=None)
    within = Conversation.objects.filter(pk__in=row.moved.get("merged", []), merged_into=row.target_id)
    threads = [source.thread_native_id, *within.values_list("thread_native_id", flat=True)]
    within.update(merged_into=source)
    theirs = Entry.objects.filter(conversation=row.target_id)
    theirs.filter(message__in=row.moved["entries"]).update(conversation=source)
    theirs.filter(message__thread_native_id__in=threads, is_placed=False).update(conversation=source)
    Note.objects.filter(pk__in=row.moved["notes"], conversation=row.target_id).update(conversation=source)
    Closing.objects.filter(pk__in=row.moved["closings"], conversation=row.target_id).update(conversation=source)
    theirs_too = Inquiry.objects.filter(pk__in=row.moved.get("inquiries", []), conversation=row.target_id)
    theirs_too.update(conversation=source)
    reopened = Closing.objects.filter(pk__in=row.moved.get("reopened", []), undone_at=row.at)
    asked_since = untold([row.source_id, row.target_id]).values("conversation")
    reopened.exclude(conversation__in=asked_since).update(undone_at=None)
    _keep_told(row.target, source)


def _join_again(row: Regrouping, now: datetime) -> None:
    source, target = Conversation.objects.get(pk=row.source_id), Conversation.objects.get(pk=row.target_id)
    if states.MERGED in (source.state, target.state) or target.readings.filter(state=states.ASKED).exists():
        raise CannotUndo(_("Not undone. The new conversation has gone on; merge the two by hand if you wish."))
    _closings_that_end_nothing(target, source).update(undone_at=now)
    target.merged.update(merged_into=source)
    target.entries.update(conversation=source, is_placed=False)
    target.notes.update(conversation=source)
    target.closings.update(conversation=source)
    target.inquiries.update(conversation=source)
    _empty(target, source)


def _keep_told(source: Conversation, target: Conversation) -> None:
    """A broken promise that was told in `source` goes on in `target` with its clock; it is told no second time."""
    told = list(BrokenPromise.objects.filter(conversation=source))
    for one in told:
        one.pk, one.conversation = None, target
    BrokenPromise.objects.bulk_create(told, ignore_conflicts=True)


def _closings_that_end_nothing(source: Conversation, target: Conversation) -> QuerySet[Closing]:
    """Those said after somebody began to wait who waits still, and of `source` all while a department was asked in `target`."""
    since = min((one.waiting_since for one in (source, target) if one.waiting_since), default=None)
    ends_nothing = Q(at__gte=since) if since else Q(pk__in=[])
    if untold([target.pk]).exists():
        ends_nothing |= Q(conversation=source)
    return Closing.objects.filter(ends_nothing, conversation__in=(source, target), undone_at__isnull=True)


def _empty(source: Conversation, target: Conversation) -> None:
    """Nobody waits in a conversation whose turns went into another; what comes in its thread follows them."""
    source.waits.all().delete()
    Conversation.objects.filter(pk=source.pk).update(
        state=states.MERGED, merged_into=target, waiting_since=None, due_at=None, members_until=None, resolve_by=None,
        matter_since=None, turns=0, snoozed_at=None, snoozed_until=None, snoozed_by=None, close_reason="",
    )  # fmt: skip


def _both(person: Person, source: Conversation, target: Conversation) -> tuple[Conversation, Conversation]:
    """Both, held in one order, so that two who merge them crosswise never wait for each other."""
    rows = locked(person).select_related("channel", "workspace").filter(pk__in=(source.pk, target.pk))
    held = {one.pk: one for one in rows.order_by("pk")}
    if len(held) < 2:
        raise CannotRegroup(_("Not merged. Choose another conversation of this channel."))
    return held[source.pk], held[target.pk]


def _check_merge(source: Conversation, target: Conversation) -> None:
    if source.channel_id != target.channel_id:
        raise CannotRegroup(_("Not merged. The two are of different channels, and an answer goes to one network only."))
    if states.MERGED in (source.state, target.state):
        raise CannotRegroup(_("Not merged. One of them is part of another conversation already."))
    if states.ARCHIVED in (source.state, target.state):
        raise CannotRegroup(_("Not merged. What was imported from an archive stays as it was."))
    if source.readings.filter(state=states.ASKED).exists():
        raise CannotRegroup(_("Not merged. An answer there waits for its second reader; take it back first."))


def _note(
    person: Person,
    source: Conversation,
    target: Conversation,
    moved: dict[str, list[Any]],
    now: datetime,
    is_split: bool,
) -> Regrouping:
    row = Regrouping.objects.create(source=source, target=target, is_split=is_split, person=person, at=now, moved=moved)
    fold_conversations(conversation_ids=[source.pk, target.pk], now=now)
    keep_language(conversation_ids=[source.pk, target.pk])
    record_audit(
        workspace=person.workspace, person=person, verb=audit.SPLIT if is_split else audit.MERGED, target=source,
        now=now, after={"other": target.pk},
    )  # fmt: skip
    return row
