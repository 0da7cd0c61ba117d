"""Many definitions counted over one ledger at one go: what they read of the files, they read once (`shared`)."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from allmende.ledger.compiler import Moment, compile_definition
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits, connected, interactions
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.files import Ledger, first_time, month_of
from allmende.ledger.measure import Measured, PeriodRow, counted_rows, measure
from allmende.ledger.periods import PeriodKind, in_utc, periods_between
from allmende.ledger.shared import WORTHWHILE, share_rows, unread

if TYPE_CHECKING:
    import ibis.backends
    import ibis.expr.types as ir


_SHARED = "shared_rows"


class Asked(NamedTuple):
    """A definition, the kinds of periods it is to be counted in, and what it needs to be told."""

    definition: Definition
    kinds: tuple[PeriodKind, ...]
    facts: Facts = NO_FACTS


def measure_together(
    root: Path,
    workspace: str,
    asked: Sequence[Asked],
    *,
    as_of: datetime,
    zone: str = "UTC",
    limits: Limits = DEFAULT_LIMITS,
) -> dict[Definition, dict[PeriodKind, list[PeriodRow]]]:
    """Each definition in its kinds of periods, as `measure` gives them; on an engine elsewhere each by itself."""
    if not asked:
        return {}
    if limits.is_elsewhere:
        told: Any = {"as_of": as_of, "zone": zone, "limits": limits}
        return {
            definition: {kind: measure(root, workspace, definition, period=kind, facts=facts, **told) for kind in kinds}
            for definition, kinds, facts in asked
        }
    with Ledger(root).reading(workspace, until=month_of(as_of)) as paths, connected(limits) as engine:
        begins_at = first_time(paths)
        if begins_at is None or begins_at > as_of:
            return {one.definition: {kind: [] for kind in one.kinds} for one in asked}
        counts = sum(len(one.kinds) for one in asked)
        if counts >= WORTHWHILE:
            share_rows(engine.con, paths, as_of, _SHARED, limits, unread(one.definition for one in asked))
        rows = engine.table(_SHARED) if counts >= WORTHWHILE else interactions(engine, paths)
        moment = Moment(in_utc(as_of), begins_at)
        with _Kept() as kept:
            return {
                one.definition: {kind: _counted(engine, rows, one, moment, kind, zone, kept) for kind in one.kinds}
                for one in asked
            }


class _Kept(ExitStack):
    """Rows that several definitions ask for in the same words, found once. They go before the engine does."""

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[Any, ir.Table] = {}

    def __call__(self, rows: "ir.Table") -> "ir.Table":
        if rows.op() not in self._held:
            self._held[rows.op()] = self.enter_context(rows.cache())
        return self._held[rows.op()]


def _counted(
    engine: "ibis.backends.BaseBackend",
    rows: "ir.Table",
    asked: Asked,
    moment: Moment,
    kind: PeriodKind,
    zone: str,
    kept: _Kept,
) -> list[PeriodRow]:
    periods = periods_between(moment.begins_at, moment.as_of, kind, zone)
    parts = compile_definition(rows, asked.definition, moment, periods, asked.facts, keep=kept)
    measured = Measured(engine, rows, parts, moment, periods)
    return counted_rows(measured, asked.definition)
