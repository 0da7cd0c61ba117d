"""DuckDB as the engine that counts, told in words that ask its calendar for nothing.

A sum or a difference of two times with a zone goes through the calendar of that zone row by row: eighty times as slow as the same in
microseconds. Lengths of ours are whole seconds, so that both are the same.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

_SECOND = 1_000_000


def said(expression: "ir.Table") -> str:
    """A table in DuckDB's words; its rows may lie nowhere yet."""
    return str(engine_class()().compile(expression))


@cache
def engine_class() -> "type[Backend]":
    """Ibis's DuckDB, which knows our words for times."""
    from ibis.backends.duckdb import Backend
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

    compiler = type("Words", (_Words, DuckDBCompiler), {"__slots__": ()})
    return type("Duck", (Backend,), {"compiler": compiler()})


class _Words:
    """What is told otherwise than Ibis does. Its compilers know a method for each operation, by name."""

    __slots__ = ()
    f: Any
    agg: Any

    def visit_TimestampDelta(self, op: Any, *, part: Any, left: Any, right: Any) -> Any:  # noqa: N802
        """Microseconds from one instant to another."""
        if _is_instant(op.left) and _is_instant(op.right) and op.part.value == "microsecond":
            from sqlglot.expressions import Paren

            return Paren(this=self.f.epoch_us(left) - self.f.epoch_us(right))
        return super().visit_TimestampDelta(op, part=part, left=left, right=right)  # type: ignore[misc]

    def visit_TimestampAdd(self, op: Any, *, left: Any, right: Any) -> Any:  # noqa: N802
        """An instant and a length of so many seconds."""
        if _is_instant(op.left) and _is_number(op.right) and op.right.dtype.unit.short == "s":
            return self.f.make_timestamptz(self.f.epoch_us(left) + int(op.right.value) * _SECOND)
        return super().visit_TimestampAdd(op, left=left, right=right)  # type: ignore[misc]

    def visit_ExtractEpochSeconds(self, op: Any, *, arg: Any) -> Any:  # noqa: N802
        """The second in which an instant lies, of whole ones: `truncate` comes before."""
        if type(op.arg).__name__ == "TimestampTruncate" and op.arg.unit.short == "s" and _is_instant(op.arg.arg):
            return self.f.epoch_us(arg) // _SECOND
        return super().visit_ExtractEpochSeconds(op, arg=arg)  # type: ignore[misc]

    def visit_TimestampTruncate(self, op: Any, *, arg: Any, unit: Any) -> Any:  # noqa: N802
        """The second that had begun, before 1970 as well."""
        if not _is_instant(op.arg) or unit.short != "s":
            return super().visit_TimestampTruncate(op, arg=arg, unit=unit)  # type: ignore[misc]
        whole = self.f.epoch_us(arg)
        return self.f.make_timestamptz(whole - (whole % _SECOND + _SECOND) % _SECOND)

    def visit_InValues(self, op: Any, *, value: Any, options: Any) -> Any:  # noqa: N802
        """One of one: to compare is half the work of looking up."""
        return value.eq(options[0]) if len(options) == 1 else value.isin(*options)

    def visit_ArgMin(self, op: Any, *, arg: Any, key: Any, where: Any) -> Any:  # noqa: N802
        """The first of several by a key, which need not be sorted."""
        return self.agg.arg_min_null(arg, key, where=where)

    def visit_ArgMax(self, op: Any, *, arg: Any, key: Any, where: Any) -> Any:  # noqa: N802
        """The last of several by a key."""
        return self.agg.arg_max_null(arg, key, where=where)


def _is_instant(value: Any) -> bool:
    return bool(value.dtype.is_timestamp() and value.dtype.timezone)


def _is_number(value: Any) -> bool:
    return type(value).__name__ == "Literal"
