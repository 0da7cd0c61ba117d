"""Which engine is meant by a written address, whether it answers, and how it fails."""

import re
import socket
from tempfile import gettempdir

VARIABLE = "ALLMENDE_LEDGER_ENGINE"
HERE = "duckdb"
_FAR = "spark://"
_SPARK = re.compile(r"spark://[\w.-]+:\d{1,5}(,[\w.-]+:\d{1,5})*|local\[(\d+|\*)\]")


def engine_named(written: str) -> str:
    """The engine that is meant: HERE (also of an empty word), or the address of a Spark master. Else ValueError."""
    if written in ("", HERE):
        return HERE
    if _SPARK.fullmatch(written):
        return written
    raise ValueError(f"{VARIABLE} is {HERE}, spark://host:7077 or local[2]; not {written!r}.")


def masters_of(engine: str) -> tuple[tuple[str, int], ...]:
    """Host and port of each master of an engine; none of one that is on this machine alone."""
    if not engine.startswith(_FAR):
        return ()
    named = (place.rpartition(":") for place in engine.removeprefix(_FAR).split(","))
    return tuple((host, int(port)) for host, _, port in named)


def is_answered(engine: str, seconds: float = 3) -> bool:
    """Whether any of its masters takes a connection within so many seconds; true of one that is on this machine alone."""
    masters = masters_of(engine)
    return not masters or any(_takes_connections(master, seconds) for master in masters)


def _takes_connections(master: tuple[str, int], seconds: float) -> bool:
    try:
        socket.create_connection(master, seconds).close()
    except OSError:
        return False
    return True


class TookTooLong(Exception):
    """The count was stopped, because nobody shall wait longer; nothing was changed."""


class EngineFailed(Exception):
    """An engine gave no figures; nothing was changed. The words are for whoever runs Allmende."""


class EngineAway(EngineFailed):
    """It could not be reached, or ended while it counted: that says nothing about the files it was to read."""


class Lacking(EngineFailed):
    """The machine has too little of something: that says nothing about the files that were read, and other workspaces may do with
    what there is."""


class DiskFull(Lacking):
    """There is no room for what is written or put aside."""

    def __init__(self) -> None:
        super().__init__(
            "What members do was not counted to the end: the disk is full. No figure is lost: where it did not get, the figures"
            f" of the last count stay. Make room in the data folder and in {gettempdir()}, where a count puts aside what does not"
            " fit into memory (TMPDIR names another folder); the next count tries again by itself."
        )


class TooLittleMemory(Lacking):
    """The count needs more memory than it gets, sparing as it was; that says nothing about the files it read."""

    def __init__(self) -> None:
        super().__init__(
            "What members do was not counted to the end: that needs more memory than there is, even with a single thread. No"
            " figure is lost: where it did not get, the figures of the last count stay. End what else runs on this machine or"
            " give it more memory; the next count tries again by itself."
        )
