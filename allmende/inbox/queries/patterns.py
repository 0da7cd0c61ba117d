"""Patterns that answers may begin with, and how far they are changed before they leave (S2-24)."""

from collections.abc import Sequence

from django.db.models import Avg, Count, F, Q, QuerySet

from allmende.inbox.models import Conversation, TextPattern
from allmende.team.models import Workspace


def patterns_of(workspace: Workspace) -> QuerySet[TextPattern]:
    """All that are offered by name, each with `used` and `changed` (words on average); one query."""
    rows = TextPattern.objects.filter(workspace=workspace, archived_at__isnull=True).select_related("updated_by")
    return rows.annotate(used=Count("uses"), changed=Avg("uses__words_changed")).order_by("name")


def patterns_for(conversation: Conversation) -> Sequence[TextPattern]:
    """Those of its situation and those for any, its own first; one query."""
    number = conversation.rule.situation if conversation.rule else None
    rows = TextPattern.objects.filter(workspace=conversation.workspace_id, archived_at__isnull=True)
    fitting = rows.filter(Q(situation=number) | Q(situation__isnull=True)) if number else rows
    return list(fitting.order_by(F("situation").asc(nulls_last=True), "name"))
