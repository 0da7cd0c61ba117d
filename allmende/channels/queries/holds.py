"""What stops publishing."""

from django.db.models import QuerySet

from allmende.channels.models import Hold
from allmende.team.models import Workspace


def open_hold(workspace: Workspace) -> Hold | None:
    """The widest hold that stands, the workspace's own before those of accounts and channels; None if all may speak."""
    return open_holds(workspace).first()


def open_holds(workspace: Workspace) -> "QuerySet[Hold]":
    """Every hold that stands, the widest first, then the oldest."""
    rows = Hold.objects.filter(workspace=workspace, ended_at__isnull=True)
    return rows.select_related("account", "channel", "created_by").order_by("-account", "-channel", "created_at")
