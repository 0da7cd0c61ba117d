"""A presence leaves its farewell by another door: closed with its account, or opened again."""

from datetime import datetime

from django.db.models import F

from allmende.channels.models import Channel, Farewell
from allmende.team.models import Person


def settle_farewell(*, person: Person, channel: Channel, now: datetime, is_over: bool) -> None:
    """The farewell that stands is over, or else called off; inside the caller's transaction. Where none stands, nothing."""
    standing = Farewell.objects.filter(channel=channel, archived_at__isnull=True, ended_at__isnull=True)
    then = "ended_at" if is_over else "archived_at"
    standing.update(**{then: now}, updated_at=now, updated_by=person, revision=F("revision") + 1)
