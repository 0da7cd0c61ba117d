"""A presence leaves its farewell by another door: closed with its account, or opened again."""

from datetime import datetime

from django.db.models import F

from allmende.channels.actions.mind_last_day import mind_and_tell
from allmende.channels.models import Channel, Farewell
from allmende.team.models import Person


def settle_farewell(*, person: Person, channel: Channel, now: datetime, is_over: bool) -> None:
    """The farewell that stands is over, or else called off; inside the caller's transaction. Where none stands, nothing."""
    standing = Farewell.objects.filter(channel=channel, archived_at__isnull=True, ended_at__isnull=True)
    then = "ended_at" if is_over else "archived_at"
    if standing.update(**{then: now}, updated_at=now, updated_by=person, revision=F("revision") + 1):
        mind_and_tell(channel=channel, person=person, now=now)
