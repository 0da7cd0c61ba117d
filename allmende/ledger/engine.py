"""The engine that counts: Ibis on DuckDB over the ledger's files; another engine comes in by URL through the
same seam."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from allmende.ledger.engine_address import HERE, VARIABLE, DiskFull, TookTooLong, TooLittleMemory, engine_named
from allmende.ledger.events import stored_schema
from allmende.ledger.spill import is_disk_full, spilling

if TYPE_CHECKING:
    import duckdb
    import ibis.backends
    import ibis.expr.types as ir
    import pyarrow as pa


T = TypeVar("T")
log = logging.getLogger("allmende.ledger")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one count may take, and where it is done. Memory and threads are DuckDB's own budget; beyond it, it spills into
    a folder that goes with the connection. After `seconds` (None: never) it is stopped and TookTooLong raised."""

    memory_mb: int = 512
    threads: int = 2
    seconds: float | None = None
    engine: str = field(default_factory=lambda: engine_named(os.environ.get(VARIABLE, "")))

    @property
    def is_elsewhere(self) -> bool:
        """Whether other processes read the files, perhaps on other machines."""
        return self.engine != HERE


DEFAULT_LIMITS = Limits()
# For what somebody waits for at a page: not until a cluster has lent its machines, and not longer than a page may take.
AT_ONCE = Limits(engine=HERE, seconds=20)
# How soon a statement meets a limit that was over before it began.
AGAIN_SECONDS = 0.01
# Where Python runs without a file DuckDB takes it for a person at a prompt and draws its progress on standard output.
_SILENT = "SET enable_progress_bar = false"
_spared: ContextVar[float | None] = ContextVar("spared", default=None)


@contextmanager
def sparing(part: float = 1.0) -> Iterator[None]:
    """Whatever DuckDB counts inside, it counts with one thread in this part of its memory. Each thread holds groups of its own, so
    one alone needs less; and where the machine itself refuses memory, less of it makes DuckDB spill sooner."""
    token = _spared.set(part)
    try:
        yield
    finally:
        _spared.reset(token)


def memory_faults() -> tuple[type[Exception], ...]:
    """What is raised where memory does not suffice. They are among `soundness.read_faults` as well, and say nothing of any file."""
    import duckdb

    return duckdb.OutOfMemoryException, MemoryError


def sparingly(count: Callable[[], T]) -> T:
    """What `count` comes to; where memory does not suffice, once more with one thread, then in half of the memory as well.
    Raises TooLittleMemory, and DiskFull where there is no room to put aside what does not fit into it."""
    try:
        return count()
    except memory_faults() as fault:
        _mind_disk(fault)
        log.warning("Memory did not suffice, so it is counted with less of it: %s", fault)
    for part in (1.0, 0.5):
        try:
            with sparing(part):
                return count()
        except memory_faults() as fault:
            _mind_disk(fault)
    raise TooLittleMemory


def _mind_disk(fault: Exception) -> None:
    if is_disk_full(fault):
        raise DiskFull from fault


def spared(limits: Limits) -> Limits:
    """What is left of these limits where it is counted `sparing`."""
    part = _spared.get()
    return limits if part is None else replace(limits, memory_mb=int(limits.memory_mb * part), threads=1)


@contextmanager
def connected(limits: Limits = DEFAULT_LIMITS) -> "Iterator[ibis.backends.BaseBackend]":
    """An engine for the length of one count. DuckDB loads no extension and opens no network connection.

    Raises EngineFailed when the one elsewhere cannot be reached or gives up.
    """
    if limits.is_elsewhere:
        from allmende.ledger.spark import lent

        with lent(limits.engine, limits.seconds) as engine:
            yield engine
        return
    from allmende.ledger.duck import engine_class

    with spilling() as spill:
        engine = engine_class()().connect(**_settings(limits, spill))
        engine.con.execute(_SILENT)
        try:
            with _stopped_after(limits.seconds, engine.con):
                yield engine
        finally:
            engine.disconnect()


@contextmanager
def _stopped_after(seconds: float | None, connection: "duckdb.DuckDBPyConnection") -> Iterator[None]:
    if seconds is None:
        yield
        return
    import duckdb

    done = Event()
    watch = Thread(target=_interrupt_after, args=(seconds, connection, done), name="limit", daemon=True)
    watch.start()
    try:
        yield
    except duckdb.InterruptException as stopped:
        raise TookTooLong from stopped
    finally:
        done.set()
        watch.join()


def _interrupt_after(seconds: float, connection: "duckdb.DuckDBPyConnection", done: Event) -> None:
    """Again and again: where the time runs out between two statements, nothing is stopped, and the next would have all time."""
    if done.wait(seconds):
        return
    connection.interrupt()
    while not done.wait(AGAIN_SECONDS):
        connection.interrupt()


def interactions(engine: "ibis.backends.BaseBackend", paths: Sequence[Path]) -> "ir.Table":
    """The rows of these files as one table in `events.stored_schema()`; an empty table when there is no
    file."""
    import ibis

    if not paths:
        return ibis.memtable(stored_schema().empty_table())
    if engine.name != HERE:
        from allmende.ledger.spark import told_rows

        return told_rows(engine, paths)
    return engine.read_parquet([str(path) for path in paths])


@contextmanager
def bare(limits: Limits = DEFAULT_LIMITS, file: Path | None = None) -> "Iterator[duckdb.DuckDBPyConnection]":
    """DuckDB itself, for what needs no definition; with `file` the tables in it. Times come back in UTC."""
    import duckdb

    with (
        spilling() as spill,
        closing(duckdb.connect(str(file or ":memory:"), config=_settings(limits, spill))) as engine,
    ):
        engine.execute(_SILENT)
        engine.execute("SET TimeZone = 'UTC'")
        yield engine


def told_by(paths: Sequence[Path]) -> str:
    """The rows of these files as DuckDB's own words for a table; at least one file."""
    return f"read_parquet([{', '.join(quoted(path) for path in paths)}])"


def quoted(word: str | Path) -> str:
    """A text or a path as a word of SQL."""
    return "'" + str(word).replace("'", "''") + "'"


def sorted_batches(path: Path, *, by: Sequence[str], limits: Limits = DEFAULT_LIMITS) -> "Iterator[pa.RecordBatch]":
    """The rows of one file in another order, in batches, spilling instead of growing."""
    with bare(limits) as engine:
        order = ", ".join(f'"{column}"' for column in by)
        rows = engine.execute(
            f"SELECT * EXCLUDE (position) FROM read_parquet(?) ORDER BY {order}",  # noqa: S608 - our own column names
            [str(path)],
        )
        yield from rows.to_arrow_reader(50_000)


def _settings(limits: Limits, spill: Path) -> dict[str, str | bool | int | float | list[str]]:
    limits = spared(limits)
    return {
        "memory_limit": f"{limits.memory_mb}MB",
        "threads": limits.threads,
        "temp_directory": str(spill / "aside"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
