"""Spark as the engine that counts: one session with a master per process, kept, because beginning takes most of a minute.

Whatever else a cluster wants (memory, cores, how many pieces a sum is done in) stands in its own `spark-defaults.conf`.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from allmende.ledger.engine_address import EngineAway, EngineFailed, TookTooLong, is_answered

if TYPE_CHECKING:
    import ibis.backends
    import ibis.expr.types as ir
    from pyspark.sql import SparkSession

_beginning = Lock()


@contextmanager
def lent(master: str, seconds: float | None) -> "Iterator[ibis.backends.BaseBackend]":
    """An engine whose tables go with it; the session stays for the next count. Raises EngineFailed, TookTooLong."""
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError as missing:
        raise EngineAway(
            "The ledger's engine is Spark, but its library is missing. Install it: pip install 'allmende[spark]'"
        ) from missing
    try:
        session = _session(master).newSession()
        with _stopped_after(seconds, session):
            yield _engine_class()().from_session(session)
    except (PySparkException, Py4JError, OSError) as fault:
        if _has_died():
            raise EngineAway(
                f"The program that speaks with Spark at {master} ended while it counted; nothing was changed."
                " The next count begins a new one."
            ) from fault
        raise EngineFailed(
            f"Spark at {master} did not count; nothing was changed. It said: {_first_line(fault)}"
        ) from fault


def told_rows(engine: "ibis.backends.BaseBackend", paths: Sequence[Path]) -> "ir.Table":
    """The rows of these files, which every machine of the cluster finds under the same path."""
    return engine.table_of(paths)


def _session(master: str) -> "SparkSession":
    """The process's session with this master; one that the cluster or the machine has ended is begun anew."""
    from pyspark.sql import SparkSession

    with _beginning:
        if _has_died():
            _forget_session()
        builder = SparkSession.builder.master(master).appName("allmende")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        if SparkSession.getActiveSession() is None and not is_answered(master):
            raise EngineAway(
                f"No Spark master answers at {master}; nothing was counted, and the figures of the last count stay."
                " `allmende doctor` says what to do."
            )
        session = builder.getOrCreate()
        if not session.sparkContext._jsc.sc().isStopped():  # noqa: SLF001 - it is said nowhere else
            return session
        session.stop()
        return builder.getOrCreate()


def _has_died() -> bool:
    """Whether the Java program of the session is gone, such as ended by a machine that ran out of memory."""
    from pyspark import SparkContext

    program = getattr(SparkContext._gateway, "proc", None)  # noqa: SLF001 - it is kept nowhere else
    return program is not None and program.poll() is not None


def _forget_session() -> None:
    """What PySpark keeps of a session whose program is gone: with it every later count would fail, until a restart."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None  # noqa: SLF001
    SparkSession._instantiatedSession = None  # noqa: SLF001


@contextmanager
def _stopped_after(seconds: float | None, session: "SparkSession") -> Iterator[None]:
    if seconds is None:
        yield
        return
    context, group, is_over, is_late = session.sparkContext, secrets.token_hex(8), Event(), Event()

    def stop() -> None:
        is_waited_for = not is_over.wait(seconds)
        while is_waited_for:  # what begins after the first word is stopped by the next
            is_late.set()
            context.cancelJobGroup(group)
            is_waited_for = not is_over.wait(1)

    context.setJobGroup(group, "a count somebody waits for", interruptOnCancel=True)
    Thread(target=stop, daemon=True).start()
    try:
        yield
    except Exception as fault:
        if is_late.is_set():
            raise TookTooLong from fault
        raise
    finally:
        is_over.set()
        context.setLocalProperty("spark.jobGroup.id", None)
    if is_late.is_set():
        raise TookTooLong


@cache
def _engine_class() -> Any:
    """Ibis' engine for Spark, with rows going in and out as Arrow: by way of pandas a whole number beside a missing one would
    become a fraction, and a pseudonym of sixty bits another one."""
    from ibis import util
    from ibis.backends.pyspark import Backend

    class Engine(Backend):
        def from_session(self, session: "SparkSession") -> "Engine":
            self.do_connect(session)
            return self

        def table_of(self, paths: Sequence[Path]) -> "ir.Table":
            name = util.gen_name("interactions")
            self._session.read.parquet(*map(str, paths)).createOrReplaceTempView(name)
            return self.table(name)

        def to_pyarrow(self, expr: Any, /, **more: Any) -> Any:
            import pyarrow as pa

            self._run_pre_execute_hooks(expr)
            found = self._session.sql(self.compile(expr, **more)).toArrow()
            instant = pa.timestamp("us", tz="UTC")
            # Ibis takes Spark's instants for times of no zone; all of ours are instants.
            told = [
                field.with_type(instant) if pa.types.is_timestamp(field.type) else field
                for field in expr.as_table().schema().to_pyarrow()
            ]
            return found.cast(pa.schema(told))

        def _register_in_memory_table(self, op: Any) -> None:
            self._session.createDataFrame(op.data.to_pyarrow(op.schema)).createOrReplaceTempView(op.name)

    return Engine


def _first_line(fault: BaseException) -> str:
    return next(iter(str(fault).strip().splitlines()), type(fault).__name__)[:300]
