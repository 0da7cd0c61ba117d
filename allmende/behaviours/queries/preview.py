"""What a definition would find in what is known already: counted at once, in bounded time, kept nowhere (`domain.md` 4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.domain.verdict import Detectability, detectability
from allmende.ledger.definition import Definition
from allmende.ledger.engine import Limits, TookTooLong
from allmende.ledger.measure import PeriodRow, measure
from allmende.team.models import Workspace

PERIODS = 12
SHARES = ("F1", "F2", "F5")
LIMITS = Limits(memory_mb=256, threads=1, seconds=8)
TOO_LONG, NOT_COUNTED, NOTHING = "too_long", "not_counted", "nothing"


@dataclass(frozen=True)
class Preview:
    """The newest twelve months of a definition. `reach` says whether the wanted difference can be seen within a year; None
    without complete units. `trouble` is one of TOO_LONG, NOT_COUNTED, NOTHING, "" where something was counted.
    `is_share`: the months are k of n; a rate, a duration or a concentration is told by people and times alone."""

    rows: tuple[PeriodRow, ...] = ()
    eligible: int = 0
    did: int = 0
    open_units: int = 0
    reach: Detectability | None = None
    trouble: str = ""
    is_share: bool = True

    @property
    def share(self) -> float | None:
        """Of all complete units of these months; None without any."""
        return self.did / self.eligible if self.eligible else None


def preview_of(workspace: Workspace, definition: Definition, *, least: float, as_of: datetime) -> Preview:
    """Count the definition by months up to `as_of`. `least` is the difference that would change a decision, as a fraction.

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
    except TookTooLong:
        return Preview(trouble=TOO_LONG)
    except ValueError:
        return Preview(trouble=NOT_COUNTED)
    newest = tuple(rows[-PERIODS:])
    if not newest:
        return Preview(trouble=NOTHING)
    eligible, did = sum(row.complete for row in newest), sum(row.successes for row in newest)
    open_units = sum(row.censored for row in newest)
    if definition.form not in SHARES:
        return Preview(newest, eligible, did, open_units, is_share=False)
    return Preview(newest, eligible, did, open_units, _reach(newest, eligible, did, least))


def _reach(rows: Sequence[PeriodRow], eligible: int, did: int, least: float) -> Detectability | None:
    counted = sum(1 for row in rows if row.complete)
    wanted = min(1.0, did / eligible + least) if eligible else 0.0
    if not eligible or wanted <= did / eligible:
        return None
    return detectability(did / eligible, least, units_per_period=eligible / counted)
