"""Remember that a person has seen notices."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from allmende.team.models import Notice, Person


def see_notices(*, person: Person, now: datetime, notice_id: int | None = None) -> int:
    """Mark one notice of `person` as seen, or all of them; returns how many were new to them."""
    rows = Notice.objects.filter(person=person, seen_at__isnull=True)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(seen_at=now)


def undo_seen(*, person: Person, now: datetime, seen_at: str) -> None:
    """Let the notices be new again that were marked at that moment."""
    Notice.objects.filter(person=person, seen_at=datetime.fromisoformat(seen_at)).update(seen_at=None)


def settle_notices(
    *, people: "Iterable[Person | None] | QuerySet[Person]", starts: Sequence[str], now: datetime
) -> None:
    """What was asked of these people is answered, by them or by events: it asks no more on Today. `starts`: how the `once_key`
    of the notice begins, such as `team.swap_offered:<id>:`.

    There is an index of what is unseen for each person and none of keys, so people are always named; a query is not asked by
    itself.
    """
    asked = Q()
    for start in starts:
        asked |= Q(once_key__startswith=start)
    told = people if isinstance(people, QuerySet) else [one.pk for one in people if one]
    Notice.objects.filter(asked, person__in=told, seen_at__isnull=True).update(seen_at=now)
