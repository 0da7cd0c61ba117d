"""A promise that was not kept goes to a person, not to a log (S4-21)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from allmende.inbox import states
from allmende.inbox.models import BrokenPromise, Conversation
from allmende.inbox.queries.broken import unheard, who_answers, who_decides
from allmende.team.actions import send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

# A few at a time: nobody else writes while these are told.
AT_ONCE = 25
PASSED_OVER = 500
# Who would get more at one time gets one notice of them all.
MOST_SINGLE = 3


@transaction.atomic
def escalate_broken(*, workspace: Workspace, now: datetime) -> int:
    """Tell whoever decides, and whoever could still answer, once of each broken promise; returns of how many."""
    lock_workspace(workspace.pk)
    return sum(_escalate(workspace, clock, now) for clock in states.BROKEN_CLOCKS)


def _escalate(workspace: Workspace, clock: str, now: datetime) -> int:
    _pass_over(workspace, clock, now)
    found = list(unheard(workspace, clock, now)[:AT_ONCE])
    of_whom: dict[Person, list[Conversation]] = defaultdict(list)
    rows = []
    for one in found:
        one.workspace = workspace
        decides = who_decides(one, now)
        rows.append(_row(one, clock, decides, now))
        for person in dict.fromkeys((*([decides] if decides else []), *who_answers(one, now))):
            of_whom[person].append(one)
    BrokenPromise.objects.bulk_create(rows, ignore_conflicts=True)
    for person, theirs in of_whom.items():
        _tell(person, clock, theirs, now)
    return len(found)


def _pass_over(workspace: Workspace, clock: str, now: datetime) -> None:
    """What was late before any plan promised it was promised to nobody; it is not told, now or later."""
    late = unheard(workspace, clock, now, was_given=False)[:PASSED_OVER]
    BrokenPromise.objects.bulk_create([_row(one, clock, None, now) for one in late], ignore_conflicts=True)


def _row(one: Conversation, clock: str, told: Person | None, now: datetime) -> BrokenPromise:
    began_at, due_at = one.began_at, one.broken_at  # type: ignore[attr-defined]
    return BrokenPromise(conversation=one, clock=clock, began_at=began_at, due_at=due_at, told=told, told_at=now)


def _tell(person: Person, clock: str, broken: Sequence[Conversation], now: datetime) -> None:
    inbox = f"/w/{broken[0].workspace.slug}/inbox/"
    if len(broken) > MOST_SINGLE:
        send_notice(
            person=person,
            kind=f"inbox.broken_{clock}_several",
            values={"number": len(broken)},
            url=inbox,
            once_key=f"broken:{clock}:{broken[0].pk}:{now.isoformat()}",
            now=now,
        )
        return
    for one in broken:
        send_notice(
            person=person,
            kind=f"inbox.broken_{clock}",
            values={"title": one.title, "channel": one.channel.name},
            url=f"{inbox}{one.public_id}/",
            once_key=f"broken:{clock}:{one.pk}:{one.began_at.isoformat()}",  # type: ignore[attr-defined]
            now=now,
        )
