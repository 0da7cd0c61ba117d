"""Bring the ledger up to what was said and done: the months that changed are written anew, whole."""

import fcntl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import transaction

from allmende.behaviours.audit import REBUILT
from allmende.behaviours.models import LedgerMark
from allmende.behaviours.queries.interactions import changes_since
from allmende.behaviours.queries.ledger_columns import unmapped
from allmende.behaviours.queries.ledger_rows import batches_by_month
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.ledger.files import Ledger
from allmende.ledger.soundness import damaged_months, drop_set_aside, rows_in, set_aside
from allmende.ledger.tally import drop_tally
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Workspace

_MARKED = (
    "changed_until",
    "last_message",
    "last_gesture",
    "last_arrival",
    "filled_at",
    "whole_at",
    "taken_out",
    "interactions",
)


def fill_ledger(*, workspace: Workspace, now: datetime, thoroughly: bool = False) -> tuple[str, ...]:
    """Write every month that messages, gestures or arrivals changed since the last fill; returns these months (`YYYY-MM`).

    The mark moves last: a fill that dies half-way is done again and ends the same. Fills of one workspace wait for one
    another. Runs in no transaction, because it may read for minutes; memory stays flat. A damaged file is named in the
    audit book, set aside and written anew; `thoroughly` looks for damage in every row.
    """
    ledger, name = Ledger(ledger_root()), ledger_name(workspace)
    with only_filler(ledger.folder(name)), unmapped():
        mark, _ = LedgerMark.objects.get_or_create(workspace=workspace)
        changes = changes_since(mark, workspace, ledger.months(name))
        damaged = damaged_months(ledger, name, thoroughly=thoroughly)
        for month in damaged:
            set_aside(ledger, name, month)
        if changes.is_whole:
            drop_set_aside(ledger, name)  # damaged just now or before, it may hold whoever is to be forgotten
        months = {*changes.months, *damaged}
        months |= write_months(ledger, workspace, months, is_whole=changes.is_whole)
        if changes.is_whole:
            drop_tally(ledger.folder(name))  # it may hold what was to be forgotten, and notes of it
            mark.whole_at = now
        mark.changed_until = changes.changed_until
        mark.last_message, mark.last_gesture = changes.last_message, changes.last_gesture
        mark.last_arrival, mark.taken_out = changes.last_arrival, changes.taken_out
        mark.filled_at, mark.interactions = now, sum(map(rows_in, ledger.paths(name)))
        _keep(workspace, mark, damaged, now)
    return tuple(sorted(months))


def write_months(ledger: Ledger, workspace: Workspace, months: Collection[str], *, is_whole: bool = False) -> set[str]:
    """Write these months as the database tells them, and with `is_whole` every other it knows as well; one of these without rows
    goes. Returns those written. The caller is the only filler."""
    name, written = ledger_name(workspace), set()
    for month, batches in batches_by_month(workspace, None if is_whole else months):
        ledger.replace_month(name, month, batches)
        written.add(month)
    for month in months:
        if month not in written:
            ledger.drop_month(name, month)
    return written


@transaction.atomic
def _keep(workspace: Workspace, mark: LedgerMark, damaged: Collection[str], now: datetime) -> None:
    if damaged:
        lock_workspace(workspace.pk)
    mark.save(update_fields=_MARKED)
    if damaged:
        record_audit(
            workspace=workspace, person=None, verb=REBUILT, target=workspace, now=now, after={"months": [*damaged]}
        )


@contextmanager
def only_filler(folder: Path) -> Iterator[None]:
    """Nobody fills the ledger of this folder meanwhile; waits for whoever does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".filler").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
