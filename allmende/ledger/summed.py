"""Figures of periods from people in calendar periods who are added up already. Every function gives Ibis expressions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allmende.ledger.anchors import Moment, period_number
from allmende.ledger.compiler import Compiled, is_complete, is_left_out
from allmende.ledger.definition import Definition
from allmende.ledger.periods import Period

if TYPE_CHECKING:
    import ibis.expr.types as ir


def summed_counts(parts: Compiled, definition: Definition, moment: Moment, periods: Sequence[Period]) -> "ir.Table":
    """One row per period number: complete, censored, left_out, successes, people, times and exposure (seconds). Only of parts
    that are `summed`."""
    units, done = (
        told.mutate(number=told.cell if parts.is_one_each else period_number(told.anchor_at, periods))
        for told in parts.summed or ()
    )
    complete, left_out = is_complete(units, definition, moment), is_left_out(units, definition, moment)
    people = units.people
    sums = units.group_by("number").aggregate(
        complete=people.sum(where=complete & ~left_out),
        censored=people.sum(where=~complete & ~left_out),
        left_out=people.sum(where=left_out),
        exposure=units.exposure.sum(where=complete & ~left_out),
    )
    done = done.filter(is_complete(done, definition, moment) & ~is_left_out(done, definition, moment))
    told = done.group_by("number").aggregate(
        successes=done.count(),
        times=done.times.sum(),
        people=done.doer.count() if parts.is_one_each else done.doer.nunique(),
    )
    joined = sums.left_join(told, "number")
    names = ("complete", "censored", "left_out", "successes", "people", "times", "exposure")
    return joined.select("number", **{name: joined[name].fill_null(0).cast("int64") for name in names})
