"""What a definition would find in what is known already: counted at once, in bounded time, kept nowhere (`domain.md` 4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.behaviours.queries.reading import note_fault
from allmende.domain.verdict import Detectability, Rate, detectability_of, dispersion
from allmende.ledger.definition import SHARES, Definition
from allmende.ledger.engine import Limits, memory_faults
from allmende.ledger.engine_address import HERE, TookTooLong
from allmende.ledger.facts import Facts
from allmende.ledger.measure import PeriodRow, measure, member_months, units_by_person
from allmende.ledger.soundness import read_faults
from allmende.ledger.spill import is_disk_full
from allmende.team.models import Workspace

PERIODS = 12
LIMITS = Limits(memory_mb=256, threads=1, seconds=8, engine=HERE)
TOO_LONG, NOT_COUNTED, NOTHING, UNREADABLE = "too_long", "not_counted", "nothing", "unreadable"
TOO_BIG, NO_ROOM = "too_big", "no_room"


@dataclass(frozen=True)
class Preview:
    """The newest twelve months of a definition. `reach` says whether the wanted difference can be seen within a year; None
    without complete units, or where it cannot be said. `trouble` is one of TOO_LONG, TOO_BIG (memory does not suffice),
    NO_ROOM (the disk is full), NOT_COUNTED, NOTHING, UNREADABLE, "" where something was counted.
    `value` is the figure of all these months in the unit of the
    `form`: a share, times per person and month, seconds until half are done; None for a concentration, which is only described."""

    rows: tuple[PeriodRow, ...] = ()
    eligible: int = 0
    did: int = 0
    open_units: int = 0
    reach: Detectability | None = None
    trouble: str = ""
    form: str = "F1"
    value: float | None = None

    @property
    def is_share(self) -> bool:
        """The months are k of n."""
        return self.form in SHARES

    @property
    def share(self) -> float | None:
        """Of all complete units of these months; None without any."""
        return self.did / self.eligible if self.eligible else None


def preview_of(workspace: Workspace, definition: Definition, *, least: float, as_of: datetime) -> Preview:
    """Count the definition by months up to `as_of`. `least` is the difference that would change a decision, as a
    fraction: of a share in points, else of what it is.

    Reads the ledger, and of the database only what the definition asks to be told; stops after `LIMITS.seconds`.
    """
    facts = facts_for(workspace, definition, as_of)
    try:
        rows = measure(
            ledger_root(),
            ledger_name(workspace),
            definition,
            as_of=as_of,
            zone=workspace.zone,
            facts=facts,
            limits=LIMITS,
        )
        scatter = _scatter(workspace, definition, as_of, facts) if rows and definition.form == "F3" else 1.0
    except TookTooLong:
        return Preview(trouble=TOO_LONG)
    except ValueError:
        return Preview(trouble=NOT_COUNTED)
    except (*memory_faults(), *read_faults()) as fault:
        note_fault(fault)
        return Preview(trouble=_trouble(fault))
    newest = tuple(rows[-PERIODS:])
    if not newest:
        return Preview(trouble=NOTHING)
    eligible, did = sum(row.complete for row in newest), sum(row.successes for row in newest)
    open_units = sum(row.censored for row in newest)
    value, p90, counted = _figure(definition.form, newest)
    months = _months(newest)
    pace = counted / months if months else 0.0  # of a rate as many person-months as there are people
    reach = detectability_of(definition.form, value, p90, least, pace, scatter, pace)
    return Preview(newest, eligible, did, open_units, reach, form=definition.form, value=value)


def _trouble(fault: Exception) -> str:
    if is_disk_full(fault):
        return NO_ROOM
    return TOO_BIG if isinstance(fault, memory_faults()) else UNREADABLE


def _months(rows: Sequence[PeriodRow]) -> int:
    """From the first month with complete units to the last; months between them without any are none of the rows."""
    held = [row.period_start for row in rows if row.complete]
    return (held[-1].year - held[0].year) * 12 + held[-1].month - held[0].month + 1 if held else 0


def _figure(form: str, rows: Sequence[PeriodRow]) -> tuple[float | None, float | None, float]:
    """The figure of all these months, of a duration with its 90th percentile, and how much was counted: cases, of a rate
    person-months. Of a duration the month in the middle speaks for all."""
    cases = sum(row.complete for row in rows)
    if form == "F3":
        months = sum(row.exposure_months or 0.0 for row in rows)
        return (sum(row.times for row in rows) / months if months else None), None, months
    if form == "F4":
        return _middle([row.median for row in rows]), _middle([row.p90 for row in rows]), cases
    did = sum(row.successes for row in rows)
    return (did / cases if cases and form in SHARES else None), None, cases


def _scatter(workspace: Workspace, definition: Definition, as_of: datetime, facts: Facts) -> float:
    """How much more people differ than chance lets them: some do it often, and then more time is needed."""
    place = (ledger_root(), ledger_name(workspace))
    told: Any = {"zone": workspace.zone, "facts": facts, "limits": LIMITS}
    people = units_by_person(*place, definition, as_of=as_of, period="all", **told)
    held = [(one.successes, member_months(one.units)) for one in people if one.units]
    months = sum(time for _, time in held)
    return dispersion(Rate(sum(times for times, _ in held), months, held)) if months else 1.0


def _middle(lengths: Sequence[timedelta | None]) -> float | None:
    known = [one.total_seconds() for one in lengths if one is not None]
    return median(known) if known else None
