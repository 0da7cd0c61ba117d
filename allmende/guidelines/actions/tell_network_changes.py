"""What changed at the networks and may touch our reaction plans, as the plan tells it (S4-32)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from allmende.guidelines.models import NetworkMark
from allmende.team.models import Workspace


@dataclass(frozen=True)
class NetworkNews:
    """One change for one channel: `ref` names it where it is kept, `url` leads there."""

    channel_id: UUID
    ref: str
    what: str
    url: str


@transaction.atomic
def tell_network_changes(*, news: Sequence[NetworkNews], workspace: Workspace | None, now: datetime) -> int:
    """These are all that wait, in one workspace or everywhere; others are taken away. Returns how many marks changed."""
    marks = NetworkMark.objects.filter(channel__workspace=workspace) if workspace else NetworkMark.objects.all()
    known = {(one.channel_id, one.ref): one.pk for one in marks}
    wanted = {(one.channel_id, one.ref): one for one in news}
    gone = [pk for place, pk in known.items() if place not in wanted]
    NetworkMark.objects.filter(pk__in=gone).delete()
    fresh = [
        NetworkMark(channel_id=one.channel_id, ref=one.ref, what=one.what, url=one.url, told_at=now)
        for place, one in wanted.items()
        if place not in known
    ]
    NetworkMark.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(gone) + len(fresh)
