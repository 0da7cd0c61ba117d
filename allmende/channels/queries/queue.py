"""What leaves, and what needs a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from allmende.channels.models import Dispatch
from allmende.channels.queries.places import is_paused
from allmende.channels.states import GIVEN_UP, HELD, MISSED, REFUSED, SENT, SPEAKING, UNCLEAR, WAITING
from allmende.team.models import Workspace

# The reason code of an unclear dispatch that no program can settle.
NEEDS_PERSON = "needs_person"
# Words that were due when they were written are seen a little later.
JUST_NOW = timedelta(seconds=2)


def queue_of(workspace: Workspace) -> "QuerySet[Dispatch]":
    """All dispatches with what a list shows of them."""
    rows = Dispatch.objects.filter(workspace=workspace)
    return rows.select_related("message", "channel__account", "created_by").annotate(is_paused=is_paused())


def next_moment(now: datetime) -> datetime | None:
    """When the next words are due, or were a moment ago; what has been due for longer waits for something else."""
    due = Dispatch.objects.filter(state=WAITING, next_at__gt=now - JUST_NOW).order_by("next_at")
    return due.values_list("next_at", flat=True).first()


def unsettled_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those nobody knows the end of, the oldest first; `reason_code` NEEDS_PERSON: only a person can find out."""
    return queue_of(workspace).filter(state=UNCLEAR).order_by("first_spoke_at", "pk")


def refused_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those the network or the house did not let out and nobody dealt with yet, the newest first."""
    return queue_of(workspace).filter(state__in=(REFUSED, GIVEN_UP, MISSED)).order_by("-next_at", "-pk")


def held_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those a hold stopped and nobody released or dropped yet, by their time."""
    return queue_of(workspace).filter(state=HELD).order_by("send_after", "pk")


@dataclass(frozen=True, slots=True)
class Queue:
    """The outgoing queue by what it needs: decisions, releases, patience; and what went out last."""

    unsettled: list[Dispatch]
    refused: list[Dispatch]
    held: list[Dispatch]
    waiting: list[Dispatch]
    sent: list[Dispatch]

    @property
    def needs_person(self) -> bool:
        return any(dispatch.reason_code == NEEDS_PERSON for dispatch in self.unsettled)

    @property
    def is_paused(self) -> bool:
        """Publishing is paused, and something waits for it."""
        return any(one.is_paused for part in (self.unsettled, self.held, self.waiting) for one in part)  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        return not (self.unsettled or self.refused or self.held or self.waiting or self.sent)


def queue_page(workspace: Workspace, limit: int = 50) -> Queue:
    """The queue with the log of each dispatch; at most `limit` of each part, two queries a part."""
    waiting = queue_of(workspace).filter(state__in=(WAITING, SPEAKING)).order_by("next_at", "pk")
    sent = queue_of(workspace).filter(state=SENT).order_by("-settled_at", "-pk")
    parts = (
        unsettled_dispatches(workspace),
        refused_dispatches(workspace),
        held_dispatches(workspace),
        waiting,
        sent,
    )
    return Queue(*(list(part.prefetch_related("log")[:limit]) for part in parts))
