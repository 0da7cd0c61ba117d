"""How many open conversations lie with whom, so that nobody gets more than one person can bear, and who could take over in a
conflict (S4-11, I-14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from allmende.inbox import states
from allmende.inbox.models import Conversation
from allmende.inbox.queries.care import conflict_replies, protection_of
from allmende.team.models import Person, Workspace
from allmende.team.queries import away_on, holders_of, is_open_to, on_duty_at

REPLY = "inbox.reply.send"


@dataclass(frozen=True)
class PersonLoad:
    """Open conversations that lie with somebody now, and how many are the most here (None: no limit)."""

    person: Person
    number: int
    most: int | None

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.number >= self.most


@dataclass(frozen=True)
class Relief:
    """How many conflict answers somebody wrote today, how many are usual at most, and who could take over."""

    count: int
    most: int
    colleague: Person | None

    @property
    def is_due(self) -> bool:
        return self.count >= self.most


def person_loads(workspace: Workspace) -> Sequence[PersonLoad]:
    """Everybody who answers, who has least first; three queries. It says what lies where now, never who did how much."""
    most = protection_of(workspace).most_open
    rows = Conversation.objects.filter(workspace=workspace, state__in=states.OPEN_STATES, assignee__isnull=False)
    counted = dict(rows.order_by().values_list("assignee").annotate(number=Count("pk")))
    found = [PersonLoad(one, counted.get(one.pk, 0), most) for one in holders_of(workspace, REPLY)]
    return sorted(found, key=lambda load: (load.number, load.person.name))


def load_of_person(person: Person) -> PersonLoad:
    """What lies with one person now; two queries."""
    rows = Conversation.objects.filter(workspace=person.workspace_id, state__in=states.OPEN_STATES, assignee=person)
    return PersonLoad(person, rows.count(), protection_of(person.workspace).most_open)


def relief_for(person: Person, now: datetime) -> Relief:
    """Whether somebody should let another take over, and who (I-14): nobody who is away or full; who stands duty now comes
    first, then who has the fewest such answers today."""
    most, count = protection_of(person.workspace).conflict_replies, conflict_replies(person, now)
    if count < most:
        return Relief(count, most, None)
    here = {one.pk for one in on_duty_at(person.workspace, now)}
    others = [one for one in _free_to_answer(person.workspace, now) if one.pk != person.pk]
    carried = sorted((one.pk not in here, conflict_replies(one, now), one.name, str(one.pk), one) for one in others)
    free = [one for _here, number, _name, _pk, one in carried if number < most]
    return Relief(count, most, free[0] if free else None)


def _free_to_answer(workspace: Workspace, now: datetime) -> list[Person]:
    """Whoever may answer, is not away today and has room for one conversation more."""
    today = workspace.day_at(now)
    away = away_on(workspace, today)
    people = [load.person for load in person_loads(workspace) if not load.is_full]
    return [one for one in people if is_open_to(one, today) and one.pk not in away]
