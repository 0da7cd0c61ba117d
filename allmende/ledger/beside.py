"""Statements that need not wait for one another: of a small one most is planning, which DuckDB does with one thread."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# A database in memory: what is temporary is seen by one connection alone.
PLACE = "beside"


def set_beside(engine: "duckdb.DuckDBPyConnection", tables: Sequence[str]) -> None:
    """Copies of these tables, for all who work on the same statements."""
    engine.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {PLACE}")
    for name in tables:
        engine.execute(f"CREATE OR REPLACE TABLE {PLACE}.{name} AS FROM {name}")


def execute_all(engine: "duckdb.DuckDBPyConnection", statements: Sequence[str], threads: int) -> None:
    """Each of the statements once, in whatever order, by so many threads. Those that have to do with one another must not be
    among them; what they write lies in `PLACE`."""
    shares = [statements[number::threads] for number in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        others = [pool.submit(_execute, engine.cursor(), share) for share in shares[1:] if share]
        for statement in shares[0]:
            engine.execute(statement)
        for other in others:
            other.result()


def _execute(engine: "duckdb.DuckDBPyConnection", statements: Sequence[str]) -> None:
    with closing(engine):
        engine.execute("SET TimeZone = 'UTC'")
        for statement in statements:
            engine.execute(statement)
