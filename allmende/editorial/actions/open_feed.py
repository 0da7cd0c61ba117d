"""Open an address under which a calendar reads what leaves when, and close it: the plan's own way, for texts."""

from datetime import datetime

from allmende.editorial.states import TEXTS_FEED
from allmende.plan import actions as plan
from allmende.plan.models import CalendarFeed
from allmende.team.models import Person

READ = "editorial.item.read"


def open_feed(*, person: Person, now: datetime) -> str:
    """A token for the person's own calendar of texts; an earlier one is closed."""
    return plan.open_feed(person=person, now=now, kind=TEXTS_FEED, right=READ)


def close_feed(*, person: Person, now: datetime) -> CalendarFeed | None:
    """From now on the address answers as if there had never been one; None when none was open."""
    return plan.close_feed(person=person, now=now, kind=TEXTS_FEED, right=READ)


def undo_close_feed(*, person: Person, now: datetime, pk: str, revision: int) -> None:
    """The closed address answers again, unless another was opened since."""
    plan.undo_close_feed(person=person, now=now, pk=pk, revision=revision, kind=TEXTS_FEED, right=READ)
