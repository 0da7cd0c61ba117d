"""One at a time in a workspace."""

from uuid import UUID

from allmende.team.models import Workspace


def lock_workspace(pk: UUID) -> None:
    """Wait until nobody else holds this workspace, and hold it until the transaction ends.

    Taken before any other row: two that lock rows in different orders wait for each other for ever, and the audit book takes
    the workspace at the end of every change. Its key is left free, so that rows which only name it need not wait.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=pk)
