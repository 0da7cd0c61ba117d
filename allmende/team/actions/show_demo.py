"""Say that a workspace is the demo, and how far it is loaded."""

from datetime import datetime

from allmende.team.models import Workspace


def show_demo(*, workspace: Workspace, since: datetime | None = None, percent: int = 0) -> None:
    """Mark the workspace as a demo told from `since` (kept once set), loaded to `percent` (100: whole).

    What is invented is nobody's deed: no audit line.
    """
    workspace.demo_since = workspace.demo_since or since
    workspace.demo_percent = percent
    Workspace.objects.filter(pk=workspace.pk).update(demo_since=workspace.demo_since, demo_percent=percent)
