"""Say who takes care of a conversation."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.inbox import audit
from allmende.inbox.models import Conversation
from allmende.inbox.queries.load import load_of_person, person_loads
from allmende.inbox.queries.pools import pools_of
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit, send_notice, settle_notices, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Notice, Person

ASSIGNED = "assigned"


class CannotAssign(Exception):
    """Everything lies where it lay; the text says why and what to do."""


class OnlyReads(CannotAssign):
    """Whoever it was to be given to only reads, and no reason makes that another (S4-15)."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Not assigned. %(name)s comes from outside and only reads until they have confirmed their briefing. "
                "Choose somebody else, or ask them to confirm it."
            )
            % {"name": name}
        )


class TakenMeanwhile(CannotAssign):
    """A colleague took it over since the page was made."""


@transaction.atomic
def assign_conversation(
    *,
    person: Person,
    conversation: Conversation,
    assignee: Person | None,
    now: datetime,
    url: str = "",
    reason: str = "",
    seen: str | None = None,
) -> None:
    """Give it to somebody of the workspace, or to nobody; whoever gets it from another is told.

    Raises OnlyReads for somebody who only reads yet; CannotAssign when so much lies with them already as one person can bear
    here, unless `reason` says why they get it all the same: it stands in the audit book beside the name of whoever did it.
    `seen`: with whom it lay when they looked, "" for nobody; where a colleague took it over since then, TakenMeanwhile is raised.
    """
    require(person, "inbox.conversation.sort")
    if assignee and assignee.workspace_id != conversation.workspace_id:
        raise ValueError("A conversation is assigned within its workspace.")
    lock_workspace(person.workspace_id)
    if assignee and assignee.only_reads and assignee.pk != conversation.assignee_id:
        raise OnlyReads(assignee.name)
    _check_seen(conversation, assignee, seen)
    is_over = assignee is not None and assignee.pk != conversation.assignee_id and _is_over(assignee, reason)
    settle_assigned(conversation_ids=[conversation.pk], now=now, but=assignee)
    Conversation.objects.filter(pk=conversation.pk).update(assignee=assignee)
    record_audit(
        workspace=conversation.workspace,
        person=person,
        verb=audit.ASSIGNED,
        target=conversation,
        now=now,
        before={"assignee": str(conversation.assignee_id or "")},
        after={"assignee": str(assignee.pk) if assignee else ""}
        | ({"over_limit": reason.strip()[:300]} if is_over else {}),
    )
    if assignee and assignee != person:
        send_notice(
            person=assignee,
            kind="inbox.assigned",
            values={"by": person.name, "title": conversation.title},
            url=url,
            once_key=f"{ASSIGNED}:{conversation.pk}:{now.isoformat()}",
            now=now,
        )


def settle_assigned(*, conversation_ids: Collection[int], now: datetime, but: Person | None = None) -> None:
    """That these conversations are theirs is said on Today no more to those with whom they lie, save for `but`: they are closed,
    or go to somebody else."""
    rows = Conversation.objects.filter(pk__in=conversation_ids, assignee__isnull=False)
    for one in rows.exclude(assignee=but).select_related("assignee"):
        settle_notices(people=[one.assignee], starts=[f"{ASSIGNED}:{one.pk}:"], now=now)


def tell_after_all(*, conversation_id: int, seen_at: datetime) -> None:
    """The closing of that moment holds no more: whom it let off is told as before."""
    held = Conversation.objects.filter(pk=conversation_id).values("assignee")
    rows = Notice.objects.filter(person__in=held, once_key__startswith=f"{ASSIGNED}:{conversation_id}:")
    rows.filter(seen_at=seen_at).update(seen_at=None)


def _check_seen(conversation: Conversation, assignee: Person | None, seen: str | None) -> None:
    now_with = Person.objects.filter(pk__in=Conversation.objects.filter(pk=conversation.pk).values("assignee")).first()
    if seen is None or now_with is None or now_with == assignee or str(now_with.pk) == seen:
        return
    raise TakenMeanwhile(
        _("Not assigned. %(name)s took it over meanwhile. Assign it once more if it should be otherwise.")
        % {"name": now_with.name}
    )


def assign_from_pool(*, person: Person, conversation: Conversation, key: str, now: datetime, url: str = "") -> Person:
    """Give it to the one of a pool (`queries.Pool.key`) who is here and has the fewest open conversations; returns who.

    Raises CannotAssign where there is no such pool, or nobody of it has room.
    """
    require(person, "inbox.conversation.sort")
    pool = next((one for one in pools_of(conversation.workspace, now) if one.key == key), None)
    if pool is None:
        raise CannotAssign(_("Not assigned. Nobody of them is here any more. Please choose again."))
    if pool.first is None:
        raise CannotAssign(
            _("Not assigned. Nobody of them has room. Close or lay down something first, or name a person.")
        )
    assign_conversation(person=person, conversation=conversation, assignee=pool.first.person, now=now, url=url)
    return pool.first.person


def _is_over(assignee: Person, reason: str) -> bool:
    """Does the limit stand against it, and somebody said why they get it all the same?"""
    load = load_of_person(
        Person.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=assignee.pk)
    )
    if not load.is_full:
        return False
    if reason.strip():
        return True
    free = next((one.person.name for one in person_loads(assignee.workspace) if not one.is_full), "")
    said = ngettext(
        "Not assigned. %(number)s open conversation lies with %(name)s already, which is the most for one person here.",
        "Not assigned. %(number)s open conversations lie with %(name)s already, which is the most for one person here.",
        load.number,
    )
    then = (
        _("%(free)s has room.") % {"free": free} if free else _("Nobody has room; close or lay down something first.")
    )
    why = _("Or say why it must be them all the same.")
    raise CannotAssign(f"{said % {'number': load.number, 'name': assignee.name}} {then} {why}")


@transaction.atomic
def undo_assign(*, person: Person, conversation: int, before: str, after: str, now: datetime) -> None:
    """Give it back to whoever had it (ids as text, "" for nobody). Raises CannotUndo if it moved on."""
    require(person, "inbox.conversation.sort")
    one = Conversation.objects.filter(workspace=person.workspace, pk=conversation).select_related("workspace").first()
    if one is None:
        raise CannotUndo(_("Not undone. The conversation is gone."))
    if str(one.assignee_id or "") != after:
        raise stale_undo()
    earlier = Person.objects.filter(workspace=person.workspace, pk=before).first() if before else None
    try:
        assign_conversation(
            person=person, conversation=one, assignee=earlier, now=now, reason=_("taken back"), seen=after
        )
    except (OnlyReads, TakenMeanwhile) as refused:
        raise stale_undo() from refused
