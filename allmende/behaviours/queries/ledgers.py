"""Where a workspace's ledger lies, and how far it is filled."""

from pathlib import Path

from django.conf import settings

from allmende.behaviours.models import LedgerMark
from allmende.team.models import Workspace


def ledger_root() -> Path:
    """The folder of all ledgers."""
    root: Path = settings.LEDGER
    return root


def ledger_name(workspace: Workspace) -> str:
    """The workspace's folder below it; a slug may change, the key does not."""
    return str(workspace.pk)


def ledger_mark(workspace: Workspace) -> LedgerMark | None:
    """How far the ledger is filled; None before the first fill."""
    return LedgerMark.objects.filter(workspace=workspace).first()
