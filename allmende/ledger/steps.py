"""Which of contiguous steps of time something lies in, as one word of a statement.

As comparisons within comparisons it would be three words for each step; whatever reads a statement, and a dozen rules do before
it is sent, looks at every word.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir


def stepped(
    time: "ir.TimestampValue", edges: Sequence[datetime], leaves: Sequence[Any], kind: str, is_end: bool = False
) -> Any:
    """The leaf of the step a time lies in: the first before `edges[0]`, the last from the last edge on. Edges are aware and
    ascending, leaves one more than they and of the type `kind`. `is_end`: a time at an edge lies before it."""
    import ibis
    import ibis.expr.datatypes as dt

    if not edges:
        return ibis.literal(leaves[0], type=kind)
    return _operation()(time, tuple(edges), tuple(leaves), is_end, dt.dtype(kind)).to_expr()


@cache
def _operation() -> Any:
    """The word, which every engine's compiler says as a tree of comparisons: the same everywhere, exact at changes of the clock."""
    import ibis.expr.datatypes as dt
    import ibis.expr.operations as ops
    import ibis.expr.rules as rlz
    from ibis.backends.sql.compilers.base import SQLGlotCompiler
    from ibis.common.annotations import attribute

    class Stepped(ops.Value):
        time: ops.Value
        edges: tuple[datetime, ...]
        leaves: tuple[Any, ...]
        is_end: bool
        kind: dt.DataType

        shape = rlz.shape_like("time")

        @attribute
        def dtype(self) -> Any:
            return self.kind

    SQLGlotCompiler.visit_Stepped = _said
    return Stepped


def _said(
    self: Any, op: Any, *, time: Any, edges: Sequence[datetime], leaves: Sequence[Any], is_end: bool, kind: Any
) -> Any:
    import ibis.expr.operations as ops
    from sqlglot.expressions import LT, LTE

    def literal(value: Any, dtype: Any) -> Any:
        word = ops.Literal(value, dtype)
        return self.visit_Literal(word, value=word.value, dtype=word.dtype)

    def between(low: int, high: int) -> Any:
        if low == high:
            return literal(leaves[low], kind)
        middle = (low + high) // 2
        is_before = (LTE if is_end else LT)(this=time, expression=literal(edges[middle], op.time.dtype))
        return self.if_(is_before, between(low, middle), between(middle + 1, high))

    return between(0, len(edges))
