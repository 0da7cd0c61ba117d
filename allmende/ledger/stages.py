"""At which stage a member is (domain.md 3.7): derived from what they did, never typed."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from allmende.ledger.anchors import literal, period_number
from allmende.ledger.cohorts import by_month
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.measure import Measured, prepared
from allmende.ledger.periods import in_utc
from allmende.ledger.shipped import HELPERS

if TYPE_CHECKING:
    import ibis.expr.types as ir

PROSPECT, NEWCOMER, OCCASIONAL, REGULAR, SUPERUSER, DORMANT, LEFT = (
    "prospect", "newcomer", "occasional", "regular", "superuser", "dormant", "left",
)  # fmt: skip
STAGES = (PROSPECT, NEWCOMER, OCCASIONAL, REGULAR, SUPERUSER, DORMANT, LEFT)
NEWCOMER_DAYS, DORMANT_DAYS = 60, 90
REGULAR_MONTHS, OF_MONTHS = 3, 6
SUPERUSER_MONTHS = 3


class Seen(NamedTuple):
    """What decides, of one person. `months`: in so many of the last six, the current one included, they wrote."""

    contributed_at: datetime | None
    last_at: datetime
    left_at: datetime | None
    months: int
    is_superuser: bool


def stages(
    root: Path, workspace: str, *, as_of: datetime, zone: str = "UTC", limits: Limits = DEFAULT_LIMITS
) -> dict[int, str]:
    """The stage of everybody who did anything and counted as a member or as unknown when they last did, by pseudonym.

    Left: nothing since they said so. Dormant: nothing for 90 days. Superuser: five answers that others marked in each of the
    last three months that are over. Regular: wrote in three of the last six months. Newcomer: wrote first at most 60 days ago.
    Occasional: wrote, and is none of these. Prospect: was seen and never wrote.
    """
    with prepared(root, workspace, by_month(HELPERS), as_of, "month", zone, limits) as measured:
        if measured is None:
            return {}
        busy = _busy(measured)
        rows = measured.engine.to_pyarrow(_by_person(measured, as_of)).to_pylist()
    seen = {row.pop("person"): row for row in rows}
    return {person: stage_of(Seen(**row, is_superuser=person in busy), as_of) for person, row in seen.items()}


def stage_of(seen: Seen, as_of: datetime) -> str:
    """The first of the rules that holds, from the end of the way to its beginning."""
    if seen.left_at is not None and seen.left_at >= seen.last_at:
        return LEFT
    if seen.last_at <= as_of - timedelta(days=DORMANT_DAYS):
        return DORMANT
    if seen.contributed_at is None:
        return PROSPECT
    if seen.is_superuser:
        return SUPERUSER
    if seen.months >= REGULAR_MONTHS:
        return REGULAR
    return NEWCOMER if seen.contributed_at > as_of - timedelta(days=NEWCOMER_DAYS) else OCCASIONAL


def _by_person(measured: Measured, as_of: datetime) -> "ir.Table":
    rows, last = measured.rows, len(measured.periods) - 1
    seen = rows.filter(rows.actor.notnull() & rows.deleted_at.isnull() & (rows.occurred_at <= literal(in_utc(as_of))))
    seen = seen.mutate(number=period_number(seen.occurred_at, measured.periods))
    wrote = seen.kind == "message"
    by_person = seen.group_by(person=seen.actor).aggregate(
        contributed_at=seen.occurred_at.min(where=wrote),
        last_at=seen.occurred_at.max(),
        left_at=seen.occurred_at.max(where=seen.act == LEFT),
        months=seen.number.nunique(where=wrote & (seen.number > last - OF_MONTHS)),
        actor_class=seen.actor_class.cast("string").argmax(seen.position),
    )
    return by_person.filter(by_person.actor_class.isin(("member", "unknown"))).drop("actor_class")


def _busy(measured: Measured) -> set[int]:
    """Who helped so often in each of the last months that are over."""
    last = len(measured.periods) - 1
    doings = measured.parts.doings
    recent = doings.filter((doings.number < last) & (doings.number >= last - SUPERUSER_MONTHS))
    by_person = recent.select("owner", "number").distinct().group_by("owner").aggregate(months=lambda one: one.count())
    found = measured.engine.to_pyarrow(by_person.filter(by_person.months >= SUPERUSER_MONTHS)).to_pylist()
    return {row["owner"] for row in found}
