"""Answers that leave later, at a moment somebody chose."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from allmende.channels.models import Dispatch, Message
from allmende.channels.states import HELD, INWARD, REPLY, WAITING
from allmende.team.models import Workspace

# What leaves within this time is the moment in which any answer can be taken back, no plan.
SOON = timedelta(minutes=2)
_NEWS = Exists(
    Message.objects.filter(
        entry__conversation=OuterRef("message__entry__conversation"),
        direction=INWARD,
        deleted_at__isnull=True,
        pk__gt=OuterRef("message_id"),
    )
)


def planned_replies(workspace: Workspace, now: datetime) -> QuerySet[Dispatch]:
    """What leaves when, the next first, each with its conversation; `is_overtaken`: a member wrote since; `pictures`: how many
    it shows. One query."""
    rows = Dispatch.objects.filter(
        workspace=workspace, kind=REPLY, state__in=(WAITING, HELD), send_after__gt=now + SOON
    )
    return _with_news(rows).annotate(pictures=Count("message__shown")).order_by("send_after", "pk")


def overtaken_replies(now: datetime) -> QuerySet[Dispatch]:
    """Planned answers in whose conversation a member has written since, of all workspaces."""
    rows = Dispatch.objects.filter(kind=REPLY, state__in=(WAITING, HELD), send_after__gt=now)
    return _with_news(rows.filter(_NEWS, created_at__lt=F("send_after") - SOON))


def _with_news(rows: "QuerySet[Dispatch]") -> "QuerySet[Dispatch]":
    rows = rows.select_related("message__entry__conversation", "channel__account", "created_by", "workspace")
    return rows.annotate(is_overtaken=_NEWS)
