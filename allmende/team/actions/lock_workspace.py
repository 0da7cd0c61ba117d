"""One at a time in a workspace."""

from uuid import UUID

from django.db import transaction

from allmende.team.models import Workspace
from allmende.team.models.prepared import Prepared

# Every change asks it twice, and reads nothing of what comes.
_HOLD = Prepared(lambda pk: Workspace.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))


def lock_workspace(pk: UUID) -> None:
    """Wait until nobody else holds this workspace, and hold it until the transaction ends.

    Taken before any other row: two that lock rows in different orders wait for each other for ever, and the audit book takes
    the workspace at the end of every change. Its key is left free, so that rows which only name it need not wait.
    Raises `TransactionManagementError` outside a transaction of the action's own, where the hold would end at once, and
    `Workspace.DoesNotExist`.
    """
    _need_transaction()
    if not _HOLD(pk=pk):
        raise Workspace.DoesNotExist


def _need_transaction() -> None:
    """On SQLite, too, which asks for none, and in a test, whose own transaction would hide that there is no other."""
    around = transaction.get_connection().atomic_blocks
    if not around or around[-1]._from_testcase:  # noqa: SLF001 - so Django itself tells them apart
        raise transaction.TransactionManagementError("A workspace is held in a transaction of the action's own.")
