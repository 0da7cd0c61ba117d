"""How many open conversations lie with whom, so that nobody gets more than one person can bear (S4-11)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from allmende.inbox import states
from allmende.inbox.models import Conversation
from allmende.inbox.queries.care import REPLY, protection_of
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of


@dataclass(frozen=True)
class PersonLoad:
    """Open conversations that lie with somebody now, and how many are the most here (None: no limit)."""

    person: Person
    number: int
    most: int | None

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.number >= self.most


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
