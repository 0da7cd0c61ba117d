"""Close or assign several conversations in one go."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from allmende.inbox import states
from allmende.inbox.actions.assign_conversation import assign_conversation, undo_assign
from allmende.inbox.actions.close_conversation import close_conversation
from allmende.inbox.models import Conversation
from allmende.inbox.queries.inquiries import untold
from allmende.team.actions import CannotUndo, stale_undo
from allmende.team.models import Person


@transaction.atomic
def close_several(*, person: Person, conversations: Sequence[Conversation], reason: str, now: datetime) -> list[int]:
    """Close those that are still open, all for the same reason; returns the ids of the closings.

    Those whose member was not told what a department said stay open (I-15).
    """
    kept_open = {one.conversation_id for one in untold([one.pk for one in conversations])}
    still_open = [one for one in conversations if one.state not in states.SETTLED_STATES and one.pk not in kept_open]
    return [close_conversation(person=person, conversation=one, reason=reason, now=now).pk for one in still_open]


@transaction.atomic
def assign_several(
    *,
    person: Person,
    conversations: Sequence[Conversation],
    assignee: Person | None,
    now: datetime,
    urls: Mapping[int, str],
    reason: str = "",
) -> dict[str, str]:
    """Give them to one person or to nobody; returns who had each before ("" for nobody), by the conversation's id.

    `urls` lead to the conversations, by id. Those the person has already are left alone. `reason`: why
    they get them although the most for one person lies with them; without it CannotAssign is raised, and none moves.
    """
    new_id = assignee.pk if assignee else None
    moved = [one for one in conversations if one.assignee_id != new_id and one.state != states.ARCHIVED]
    for one in moved:
        url = urls.get(one.pk, "")
        assign_conversation(person=person, conversation=one, assignee=assignee, now=now, url=url, reason=reason)
    return {str(one.pk): str(one.assignee_id or "") for one in moved}


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
