"""Recount the ledger from the database, month by month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allmende.behaviours.actions.fill_ledger import fill_ledger, only_filler, write_months
from allmende.behaviours.models import LedgerMark
from allmende.behaviours.queries.interactions import changes_since, has_changes, months_known
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.ledger.files import Ledger
from allmende.ledger.soundness import damaged_months, rows_in, say_the_same, set_aside
from allmende.ledger.spill import minding_disk, spilling
from allmende.team.models import Workspace

SAME, DIFFERS, MISSING, SURPLUS, DAMAGED = "same", "differs", "missing", "surplus", "damaged"


@dataclass(frozen=True, slots=True)
class MonthFound:
    """One month: rows in its file (None: no file, or none that can be read) and in the database, and how they compare."""

    month: str
    in_ledger: int | None
    in_database: int
    finding: str


def verify_ledger(*, workspace: Workspace, now: datetime, is_mending: bool = False) -> tuple[MonthFound, ...]:
    """Every month of the ledger and of the database, compared row by row; with `is_mending` what differs is written anew.

    What is new is filled in first. What somebody writes meanwhile makes its month differ: such a month is left out, for the next
    fill writes it anyway. Damage found by reading every row counts as a finding; the file is set aside only when mending.
    Raises DiskFull.
    """
    with minding_disk():
        fill_ledger(workspace=workspace, now=now)
        return _verified(workspace, is_mending)


def _verified(workspace: Workspace, is_mending: bool) -> tuple[MonthFound, ...]:
    ledger, name = Ledger(ledger_root()), ledger_name(workspace)
    with only_filler(ledger.folder(name)):
        found = tuple(compared(ledger, workspace))
        if is_mending:
            _mend(ledger, workspace, found)
            rows = sum(map(rows_in, ledger.paths(name)))
            LedgerMark.objects.filter(workspace=workspace).update(interactions=rows)
    return found


def compared(ledger: Ledger, workspace: Workspace) -> Iterator[MonthFound]:
    """Each month as it is now, without filling anything in; the caller is the only filler."""
    name = ledger_name(workspace)
    damaged = frozenset(damaged_months(ledger, name, thoroughly=True))
    months = sorted({*ledger.months(name), *months_known(workspace)})
    with spilling() as folder:
        told = Ledger(folder)
        for month in months:
            write_months(told, workspace, (month,))
            one = _found(ledger, told, name, month, month in damaged)
            told.drop_month(name, month)
            if one.finding in (SAME, DAMAGED) or month not in _being_written(ledger, workspace):
                yield one


def _found(ledger: Ledger, told: Ledger, name: str, month: str, is_damaged: bool) -> MonthFound:
    ours, theirs = (place.folder(name) / f"{month}.parquet" for place in (ledger, told))
    in_database = rows_in(theirs) if theirs.exists() else 0
    if is_damaged:
        return MonthFound(month, None, in_database, DAMAGED)
    if not ours.exists():
        return MonthFound(month, None, in_database, MISSING)
    if not in_database:
        return MonthFound(month, rows_in(ours), 0, SURPLUS)
    return MonthFound(month, rows_in(ours), in_database, SAME if say_the_same(ours, theirs) else DIFFERS)


def _being_written(ledger: Ledger, workspace: Workspace) -> tuple[str, ...]:
    """The months the next fill writes anew."""
    mark = LedgerMark.objects.get(workspace=workspace)
    if mark.filled_at is None or not has_changes(mark, workspace, mark.filled_at):
        return ()
    changes = changes_since(mark, workspace, ledger.months(ledger_name(workspace)))
    return (*changes.months, *months_known(workspace)) if changes.is_whole else changes.months


def _mend(ledger: Ledger, workspace: Workspace, found: tuple[MonthFound, ...]) -> None:
    for one in found:
        if one.finding == DAMAGED:
            set_aside(ledger, ledger_name(workspace), one.month)
    write_months(ledger, workspace, [one.month for one in found if one.finding != SAME])
