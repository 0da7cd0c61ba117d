"""What is planned past the last day of a farewell does not leave: it is kept back to be moved or dropped (domain 3.8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from allmende.channels.actions.notify import notify_about_dispatch, notify_about_last_day
from allmende.channels.models import Channel, Dispatch
from allmende.channels.queries import AFTER_LAST_DAY, closes_at
from allmende.channels.states import HELD, MISSED, WAITING
from allmende.team.models import Person


@dataclass(frozen=True, slots=True)
class Minded:
    """Keys of what is kept back from now on, and of what leaves at its time again; parts too."""

    kept: list[int]
    freed: list[int]


def mind_last_day(*, channel: Channel) -> Minded:
    """Keep back what is planned after the channel's last day, and let go what this alone kept back and lies before it now, or
    after the farewell was called off. Inside the caller's transaction."""
    end = closes_at(channel)
    after = Q(send_after__gte=end) if end else Q(pk__in=())
    mine = Dispatch.objects.filter(channel=channel)
    freed = mine.filter(~after, state=HELD, reason_code=AFTER_LAST_DAY)
    kept = mine.filter(after, state=WAITING)
    return Minded(
        _moved(kept, state=HELD, reason_code=AFTER_LAST_DAY),
        _moved(freed, state=WAITING, reason_code="", next_at=F("send_after")),
    )


def mind_and_tell(*, channel: Channel, person: Person, now: datetime) -> Minded:
    """The same; whoever wrote what is kept back or let go is told, save `person`, who decided it."""
    minded = mind_last_day(channel=channel)
    for what, pks in (("keeps", minded.kept), ("frees", minded.freed)):
        rows = Dispatch.objects.filter(pk__in=pks, head__isnull=True).exclude(created_by=person)
        for dispatch in rows.select_related("channel", "created_by", "workspace", "message").order_by("pk"):
            notify_about_last_day(dispatch=dispatch, what=what, now=now)
    return minded


def miss_what_waits(*, channel: Channel, now: datetime) -> int:
    """The last day is over: what still waits never leaves, and its author is told; how many. Inside the caller's transaction."""
    waiting = Dispatch.objects.filter(channel=channel, state__in=(WAITING, HELD))
    missed = _moved(waiting, state=MISSED, settled_at=now, reason_code=AFTER_LAST_DAY)
    rows = Dispatch.objects.filter(pk__in=missed, head__isnull=True)
    for dispatch in rows.select_related("channel", "created_by", "workspace", "message").order_by("pk"):
        notify_about_dispatch(dispatch=dispatch, what=MISSED, now=now)
    return len(missed)


def _moved(rows: "QuerySet[Dispatch]", **fields: object) -> list[int]:
    """Each under its condition at this moment: what is claimed just now stays with whoever says it."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return [pk for pk in pks if rows.filter(pk=pk).update(**fields)]
