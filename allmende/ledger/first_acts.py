"""The first acts in threads, found once for all who ask who comes first in one, or how long that takes.

Whatever the window, the first act is the first in every window it lies in. So no definition has to look at the others again.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from allmende.ledger.acts import wanted_acts
from allmende.ledger.anchors import Keep, Moment, literal, rows_of_units
from allmende.ledger.definition import Definition
from allmende.ledger.periods import in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

_OF_PAIR = ("anchor_at", "position", "is_by_doer", "occurred_at", "doer")


def is_settled_by_first_act(definition: Definition) -> bool:
    """Whether the first act of others in a thread decides on it, and rows alone say which that is."""
    predicate, quality = definition.predicate, definition.quality
    is_of_thread = definition.unit == "opportunity" and definition.anchor.kind == "thread_root"
    is_of_rows = not definition.needs_facts and not definition.in_workdays and bool(definition.window)
    has_quality = bool(quality.any_of) or quality.outside_own_thread
    is_at_once = definition.anchor_counts or bool(definition.opens_after)
    is_first = predicate.is_first or definition.form == "F4"
    return is_first and is_of_thread and is_of_rows and not (predicate.by_owner or has_quality or is_at_once)


def first_acts(visible: "ir.Table", definition: Definition, moment: Moment, keep: Keep) -> "ir.Table":
    """One row per unit, held: anchor_at, is_first (whether the first act is by whom it is wanted from), done_at and done_by of
    the first that is. Only where `is_settled_by_first_act`."""
    import ibis

    by_anybody = replace(definition, predicate=replace(definition.predicate, is_first=True))
    acts, roots = wanted_acts(visible, by_anybody), rows_of_units(visible, definition)
    roots = roots.filter(roots.anchor_at >= literal(in_utc(moment.begins_at))).select("unit", "owner", "anchor_at")
    is_of_others = ~acts.actor.identical_to(roots.owner)
    met = acts.join(roots, [acts.thread_id == roots.unit, is_of_others, acts.occurred_at > roots.anchor_at])
    pairs = met.select("unit", *_OF_PAIR[:-1], doer=met.actor)
    nothing = {name: ibis.null().cast(pairs[name].type()) for name in _OF_PAIR[1:]}
    everyone = pairs.union(roots.select("unit", "anchor_at", **nothing))
    is_wanted = everyone.is_by_doer
    first = everyone.group_by("unit").aggregate(
        anchor_at=everyone.anchor_at.min(),
        first_position=everyone.position.min(),
        doer_position=everyone.position.min(where=is_wanted),
        done_at=everyone.occurred_at.min(where=is_wanted),
        done_by=everyone.doer.argmin(everyone.position, where=is_wanted),
    )
    is_first = (first.first_position == first.doer_position).fill_null(False)
    return keep(first.select("anchor_at", "done_at", "done_by", is_first=is_first))
