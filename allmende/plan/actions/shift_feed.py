"""Open an address under which a calendar reads one's own shifts, and close it (S2-19)."""

from datetime import datetime

from allmende.plan.actions.open_feed import close_feed, open_feed, undo_close_feed
from allmende.plan.models import CalendarFeed
from allmende.plan.states import SHIFTS_FEED
from allmende.team.models import Person

STAND = "team.duty.stand"


def open_shift_feed(*, person: Person, now: datetime) -> str:
    """A token for the person's own shifts; an earlier one is closed."""
    return open_feed(person=person, now=now, kind=SHIFTS_FEED, right=STAND)


def close_shift_feed(*, person: Person, now: datetime) -> CalendarFeed | None:
    """From now on the address answers as if there had never been one; None when none was open."""
    return close_feed(person=person, now=now, kind=SHIFTS_FEED, right=STAND)


def undo_close_shift_feed(*, person: Person, now: datetime, pk: str, revision: int) -> None:
    """The closed address answers again, unless another was opened since."""
    undo_close_feed(person=person, now=now, pk=pk, revision=revision, kind=SHIFTS_FEED, right=STAND)
