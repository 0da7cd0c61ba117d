"""Note that an escalation level holds in a workspace, or that none does any more."""

from datetime import datetime

from allmende.team.models import Workspace


def mark_alarm(*, workspace: Workspace, since: datetime | None) -> None:
    """Told by the room that declares levels; its action writes the audit line."""
    Workspace.objects.filter(pk=workspace.pk).update(alarm_since=since)
    workspace.alarm_since = since
