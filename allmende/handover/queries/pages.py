"""A handover as its page shows it, and the looks back that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from allmende.handover import states
from allmende.handover.models import Handover, HandoverLook, HandoverPoint
from allmende.handover.queries.hands import duties_in_hand
from allmende.team.models import Person, Workspace
from allmende.team.queries import Thing, still_theirs

CHECK_DAYS = {states.CHECK_30: 30, states.CHECK_90: 90}


@dataclass(frozen=True)
class HandoverPage:
    """One handover: its way with what lies behind, the checklist by kind, the looks back, and before the access ends, what
    is still theirs. `look_date` is the day of the look back that comes next, `is_look_due` whether it is here; `duties` can be handed on in
    bulk."""

    handover: Handover
    way: tuple[tuple[str, bool], ...]
    groups: tuple[tuple[str, tuple[HandoverPoint, ...]], ...]
    settled: int
    whole: int
    theirs: Sequence[Thing] = ()
    looks: Sequence[HandoverLook] = ()
    look_date: date | None = None
    is_look_due: bool = False
    duties: int = 0

    @property
    def open(self) -> int:
        return self.whole - self.settled

    @property
    def may_be_called_off(self) -> bool:
        """Nothing has changed hands by acceptance yet."""
        return self.handover.state in states.BEFORE_ACCEPTANCE


def handovers_of(workspace: Workspace) -> QuerySet[Handover]:
    """Every handover that was not called off, the newest first."""
    rows = Handover.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.select_related("leaver", "successor")


def handover_page(handover: Handover, now: datetime) -> HandoverPage:
    """The page of one handover, in a constant number of queries."""
    points = list(handover.points.all())
    way = states.WAYS[handover.kind]
    reached = way.index(handover.state)
    next_state = handover.next_state
    look_date = check_date(handover, next_state) if next_state in CHECK_DAYS else None
    groups = [(kind, tuple(one for one in points if one.kind == kind)) for kind in states.POINT_KINDS]
    return HandoverPage(
        handover,
        tuple((state, place <= reached) for place, state in enumerate(way)),
        tuple((kind, found) for kind, found in groups if found),
        sum(point.is_settled for point in points),
        len(points),
        still_theirs(handover.leaver, now) if next_state == states.ACCESS_REVOKED else (),
        tuple(handover.looks.select_related("by")),
        look_date,
        look_date is not None and look_date <= handover.workspace.day_at(now),
        duties_in_hand(handover, now) if handover.hands_on else 0,
    )


def check_date(handover: Handover, state: str) -> date:
    """The day of a look back: 30 or 90 days after the last day."""
    return handover.last_date + timedelta(days=CHECK_DAYS[state])


def due_checks(today: date) -> list[tuple[Handover, str, list[Person]]]:
    """Handovers whose look back is due, which one, and whom to tell."""
    rows = Handover.objects.filter(archived_at__isnull=True, last_date__lte=today - timedelta(days=30))
    waiting = rows.filter(state__in=(states.ACCEPTED, states.ACCESS_REVOKED, states.CHECK_30))
    found = []
    for handover in waiting.select_related("successor", "created_by", "leaver", "workspace"):
        state = handover.next_state
        if state in CHECK_DAYS and check_date(handover, state) <= today:
            people = {one.pk: one for one in (handover.successor, handover.created_by) if one and not one.left_at}
            found.append((handover, state, list(people.values())))
    return found
