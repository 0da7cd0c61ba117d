"""What needs me now, and why: the rooms' answers side by side, and search over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.editorial import queries as editorial
from allmende.guidelines import queries as guidelines
from allmende.inbox import queries as inbox
from allmende.plan import queries as plan
from allmende.team import queries as team
from allmende.team.access import PersonRequest, may
from allmende.team.models import Notice, Person, Workspace
from allmende.web.catalogue import Neighbour, Shell, Waiting

ROWS = 5
STEPS_AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class Today:
    """Everything that waits for this person, the most urgent first; each list is short, its rest one link away."""

    waiting: Sequence[inbox.Row]
    waiting_number: int
    late_number: int
    steps: Sequence[plan.DueStep]
    attention: Sequence[editorial.Concern]
    figures: Sequence[object]
    notices: Sequence[Notice]
    has_plan: bool

    @property
    def is_calm(self) -> bool:
        """Nothing waits for anybody."""
        return not (self.waiting or self.steps or self.attention or self.notices)


def today(workspace: Workspace, person: Person, now: datetime) -> Today:
    """The start page in a fixed number of queries, however much there is."""
    objectives = plan.objectives_in_force(workspace)
    due = inbox.rows_due(workspace, now, ROWS) if may(person, "inbox.conversation.read") else inbox.Due((), 0, 0)
    figures: dict[str, object] = {}
    return Today(
        waiting=due.rows,
        waiting_number=due.waiting,
        late_number=due.late,
        steps=plan.steps_due(workspace, (now + STEPS_AHEAD).date(), today=now.date())[:ROWS],
        attention=editorial.concerns(workspace, ROWS),
        figures=[figures[objective.key] for objective in objectives if objective.key in figures],
        notices=team.unseen_notices(person)[:ROWS],
        has_plan=bool(objectives),
    )


def shell_of(request: HttpRequest) -> Shell:
    """The facts around every page: who waits, where else this user works, which plan is in force."""
    inner: PersonRequest = request  # type: ignore[assignment]
    now = timezone.now()
    waiting, late = inbox.count_waiting(inner.workspace, now) if may(inner.person, "inbox.conversation.read") else (0, 0)
    return shell_with(inner, waiting, late)


def shell_with(request: PersonRequest, waiting: int, late: int) -> Shell:
    """The same for a screen that has counted already."""
    persons = team.persons_of(request.user, timezone.now().date()).exclude(workspace=request.workspace)
    return Shell(
        waiting={"inbox": Waiting(waiting, late > 0)},
        neighbours=[
            Neighbour(one.workspace.name, one.workspace.organisation, reverse("web:today", args=[one.workspace.slug]))
            for one in persons
        ],
        foot=_plan_line(request.workspace),
    )


def _plan_line(workspace: Workspace) -> list[str]:
    version = plan.version_in_force(workspace)
    if version is None or version.published_at is None:
        return [_("No plan in force yet")]
    return [_("Plan version %(number)s") % {"number": version.number}]


def search(workspace: Workspace, person: Person, words: str, limit: int = 6) -> list[tuple[str, list[team.Hit]]]:
    """Hits of every room by kind, rooms in the order of the menu; nothing for fewer than two letters."""
    if len(words.strip()) < 2:
        return []
    rooms = (inbox, editorial, plan, guidelines, team)
    by_kind: dict[str, list[team.Hit]] = {}
    for room in rooms:
        for hit in room.search(workspace, person, words, limit):
            by_kind.setdefault(hit.kind, []).append(hit)
    return list(by_kind.items())
