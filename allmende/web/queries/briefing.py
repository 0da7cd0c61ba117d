"""What one community manager should know now, on one page (S2-15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from allmende.guidelines import queries as guidelines
from allmende.guidelines.models import ActiveLevel
from allmende.inbox import queries as inbox
from allmende.inbox.models import Inquiry
from allmende.team import queries as team
from allmende.team.access import may
from allmende.team.models import Absence, BriefingReceipt, Person, Shift

AHEAD = timedelta(days=7)
SHOWN = 5


@dataclass(frozen=True)
class Briefing:
    """One person's briefing: what burns, their duty and what was handed over, who is away, what to read, learn and answer."""

    person: Person
    levels: Sequence[ActiveLevel]
    shifts: Sequence[Shift]
    handed_over: Shift | None
    away: Sequence[Absence]
    to_read: Sequence[guidelines.WrittenRow]
    messages: Sequence[guidelines.MessageRow]
    needs: Sequence[team.Need]
    conversations: Sequence[team.Thing]
    questions: Sequence[Inquiry]
    receipt: BriefingReceipt | None

    @property
    def must_confirm(self) -> bool:
        """Helpers from outside stand no duty before they confirmed it, and whoever was asked for it only reads."""
        return self.person.only_reads or (self.person.employment == "external" and self.receipt is None)


def briefing(person: Person, now: datetime) -> Briefing:
    """The briefing of a person, as they may read it."""
    workspace, today = person.workspace, timezone.localdate(now)
    shifts = list(team.shifts_ahead(person, now)[:SHOWN]) if workspace.shows("duty") else []
    away = team.absences_from(workspace, today).filter(starts_date__lte=today + AHEAD)
    reads = may(person, "inbox.conversation.read")
    return Briefing(
        person=person,
        levels=guidelines.active_levels(workspace),
        shifts=shifts,
        handed_over=team.shift_before(shifts[0]) if shifts else None,
        away=list(away) if workspace.shows("duty") else [],
        to_read=[one for one in guidelines.written_of(person) if one.is_to_read],
        messages=[one for one in guidelines.messages_of(workspace, today) if one.holds][:SHOWN],
        needs=[need for one in team.learners(workspace, person) for need in one.needs],
        conversations=inbox.open_work_of(person, now)[:SHOWN] if reads else [],
        questions=inbox.asked_of(person),
        receipt=team.last_briefing(person),
    )
