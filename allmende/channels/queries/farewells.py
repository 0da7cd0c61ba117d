"""How a presence ends, and what is planned after its last day."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from allmende.channels.models import Channel, Dispatch, Farewell
from allmende.channels.states import HELD

# The reason code of what is planned after a channel's last day.
AFTER_LAST_DAY = "after_last_day"


def farewell_of(channel: Channel) -> Farewell | None:
    """How this channel is about to end; None while it is not."""
    return Farewell.objects.filter(channel=channel, archived_at__isnull=True, ended_at__isnull=True).first()


def closes_at(channel: Channel) -> datetime | None:
    """The moment after the last day of its farewell, in the workspace's zone; None while it says none."""
    farewell = farewell_of(channel)
    if farewell is None:
        return None
    zone = ZoneInfo(channel.workspace.zone)
    return datetime.combine(farewell.last_date + timedelta(days=1), time(0), zone)


def planned_after(farewell: Farewell) -> list[Dispatch]:
    """What is kept back because it was planned after the last day, by its time; parts stand with their post."""
    rows = Dispatch.objects.filter(channel=farewell.channel_id, state=HELD, reason_code=AFTER_LAST_DAY)
    return list(rows.filter(head__isnull=True).select_related("message").order_by("send_after", "pk"))
