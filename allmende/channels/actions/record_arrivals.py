"""A site tells what people did there who came by our links: each told event once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction

from allmende.channels.models import LinkArrival, TrackedLink
from allmende.team.models import Workspace


class Arrived(Protocol):
    """One event at a link's target; `native_id` is the site's own."""

    @property
    def native_id(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Told:
    """How many events were new and known already, and the codes that are no links of the workspace."""

    new: int = 0
    known: int = 0
    unknown: tuple[str, ...] = ()


@transaction.atomic
def record_arrivals(*, workspace: Workspace, arrivals: Sequence[Arrived], now: datetime) -> Told:
    """Keep what happened after arrivals (S3-22). Events of unknown links are left out and named."""
    if not arrivals:
        return Told()
    codes = {one.code for one in arrivals}
    links = dict(TrackedLink.objects.filter(workspace=workspace, code__in=codes).values_list("code", "pk"))
    rows = [
        LinkArrival(
            link_id=links[one.code], event_id=one.native_id, act=one.act, occurred_at=one.occurred_at, recorded_at=now
        )
        for one in arrivals
        if one.code in links
    ]
    new = keep_arrivals(rows)
    return Told(new, len(rows) - new, tuple(sorted(codes - set(links))))


def keep_arrivals(rows: Sequence[LinkArrival]) -> int:
    """Write those whose event is not known of their link; how many that were."""
    told = LinkArrival.objects.filter(link__in={row.link_id for row in rows})
    before = told.count()
    LinkArrival.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return told.count() - before
