"""What sites told of people who came by our links, as the ledger's rows: interactions like any other (S3-22).

A click is none and never gets here. Whoever came is of no class we know: nobody tells us whether they are a member.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from allmende.channels.models import LinkArrival, Message
from allmende.channels.states import OUTWARD
from allmende.ledger.events import Interaction
from allmende.team.models import Workspace

AT_ONCE = 5_000
# The ids of arrivals stand below those of gestures about nothing we know.
BELOW = -(1 << 62)
NO_CHANNEL = ""
_ROW = (
    "pk", "occurred_at", "act", "actor", "link__channel_id", "link__channel__slug", "post", "thread", "native",
)  # fmt: skip


def arrived(workspace: Workspace) -> "QuerySet[LinkArrival]":
    """The arrivals the ledger knows: all."""
    return LinkArrival.objects.filter(link__workspace=workspace)


def new_arrivals(workspace: Workspace, last: int, late_since: datetime | None) -> "QuerySet[LinkArrival]":
    """Those after the mark, and with `late_since` those a transaction may have written late since then."""
    is_new = Q(pk__gt=last)
    if late_since is not None and connection.vendor != "sqlite":
        is_new |= Q(recorded_at__gte=late_since)
    return arrived(workspace).filter(is_new)


def arrivals_between(
    workspace: Workspace, first: datetime, last: datetime, thread_number: Callable[[UUID, str], int]
) -> Iterator[Interaction]:
    """Arrivals in order of time. One by a link in a post belongs to the post's thread, any other is its own thread."""
    rows = arrived(workspace).filter(occurred_at__gte=first, occurred_at__lt=last)
    posts = _posts()
    found = rows.annotate(
        post=Subquery(posts.values("pk")[:1]),
        thread=Subquery(posts.values("thread_native_id")[:1]),
        native=Subquery(posts.values("native_id")[:1]),
    )
    for row in found.order_by("occurred_at", "pk").values_list(*_ROW).iterator(AT_ONCE):
        pk, at, act, actor, channel, slug, post, thread, native = row
        yield Interaction(
            ordinal=pk,
            event_id=BELOW + pk,
            kind="gesture",
            act=act,
            occurred_at=at,
            actor=actor,
            actor_class="unknown",
            target_actor=None,
            object_id=post or BELOW + pk,
            parent_id=post,
            thread_id=thread_number(channel, thread or native) if post else BELOW + pk,
            channel=slug or NO_CHANNEL,
            is_root=False,
        )


def _posts() -> "QuerySet[Message]":
    """The post of a link's item in the link's channel, the first if it came several times."""
    rows = Message.objects.filter(
        channel=OuterRef("link__channel"), subject_kind=OuterRef("link__subject_kind"),
        subject_id=OuterRef("link__subject_id"), direction=OUTWARD, native_id__isnull=False,
    )  # fmt: skip
    return rows.exclude(subject_kind="").order_by("occurred_at", "pk")
