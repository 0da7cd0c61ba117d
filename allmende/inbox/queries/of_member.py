"""The conversations a member took part in."""

from django.db.models import Count, Max, Q, QuerySet

from allmende.inbox.models import Conversation
from allmende.members.models import Member

MOST = 30


def conversations_with(member: Member) -> QuerySet[Conversation]:
    """The newest thirty, each with `said_at` (when the member spoke last there) and `said` (how often); one query."""
    theirs = Q(entries__message__identity__member=member)
    rows = Conversation.objects.filter(theirs, workspace=member.workspace_id)
    rows = rows.annotate(said_at=Max("entries__message__occurred_at"), said=Count("entries"))
    return rows.select_related("channel").order_by("-said_at")[:MOST]
