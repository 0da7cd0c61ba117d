"""Close or assign several conversations in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allmende.inbox import states
from allmende.inbox.actions.assign_conversation import TakenMeanwhile, assign_conversation, undo_assign
from allmende.inbox.actions.close_conversation import close_conversation
from allmende.inbox.models import Conversation
from allmende.inbox.queries.inquiries import untold
from allmende.team.access import require
from allmende.team.actions import CannotUndo, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def close_several(*, person: Person, conversations: Sequence[Conversation], reason: str, now: datetime) -> list[int]:
    """Close those that are still open, all for the same reason; returns the ids of the closings.

    Those whose member was not told what a department said stay open (I-15).
    """
    kept_open = {one.conversation_id for one in untold([one.pk for one in conversations])}
    still_open = [one for one in conversations if one.state not in states.SETTLED_STATES and one.pk not in kept_open]
    return [close_conversation(person=person, conversation=one, reason=reason, now=now).pk for one in still_open]


@dataclass(frozen=True)
class Assigned:
    """`before`: who had each that moved ("" for nobody), by the conversation's id; `kept`: how many colleagues took over
    meanwhile, which stay with them."""

    before: dict[str, str]
    kept: int


@transaction.atomic
def assign_several(
    *,
    person: Person,
    conversations: Sequence[Conversation],
    assignee: Person | None,
    now: datetime,
    urls: Mapping[int, str],
    reason: str = "",
    seen: Mapping[int, str] | None = None,
) -> Assigned:
    """Give them to one person or to nobody.

    `urls` lead to the conversations, by id. Those the person has already are left alone. `reason`: why
    they get them although the most for one person lies with them; without it CannotAssign is raised, and none moves.
    `seen`: with whom each lay when they looked, "" for nobody; what a colleague took over since then stays there.
    """
    require(person, "inbox.conversation.sort")
    lock_workspace(person.workspace_id)
    rows = Conversation.objects.filter(pk__in=[one.pk for one in conversations]).exclude(state=states.ARCHIVED)
    held, new_id = dict(rows.values_list("pk", "assignee")), assignee.pk if assignee else None
    before, kept = {}, 0
    for one in conversations:
        if one.pk not in held or held[one.pk] == new_id:
            continue
        try:
            assign_conversation(
                person=person, conversation=one, assignee=assignee, now=now, url=urls.get(one.pk, ""), reason=reason,
                seen=(seen or {}).get(one.pk),
            )  # fmt: skip
        except TakenMeanwhile:
            kept += 1
        else:
            before[str(one.pk)] = str(held[one.pk] or "")
    return Assigned(before, kept)


@transaction.atomic
def undo_assign_several(*, person: Person, before: Mapping[str, str], after: str, now: datetime) -> None:
    """Give each back to whoever had it; those that moved on since stay. Raises CannotUndo if all of them did."""
    given_back = 0
    for pk, earlier in before.items():
        try:
            undo_assign(person=person, conversation=int(pk), before=earlier, after=after, now=now)
            given_back += 1
        except CannotUndo:
            continue
    if not given_back:
        raise stale_undo()
