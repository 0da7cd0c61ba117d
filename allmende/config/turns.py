"""Whose turn it is with the data folder: everybody shares it, a restore has it alone. An interrupted restore is finished first."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from allmende.config.paths import data_folder
from allmende.config.swap import finish_swap, is_swapping


class Busy(Exception):
    """Another process is at work on the same folder; the message says what to do."""


_shared: list[IO[str]] = []


def enter_data() -> None:
    """Share the data folder as long as this process lives. Call it when Django is loaded. Raises Busy."""
    if _shared:
        return
    folder = data_folder()
    gate = open(folder / ".turn", "a")  # noqa: SIM115 - held as long as the process lives
    if is_swapping(folder):
        _take(gate, fcntl.LOCK_EX)
        if is_swapping(folder):  # somebody else may have ended it while we came
            finish_swap(folder)
    _take(gate, fcntl.LOCK_SH)
    _shared.append(gate)


@contextmanager
def alone_with_data(folder: Path) -> Iterator[None]:
    """Nobody else works with this folder meanwhile. Raises Busy if somebody does."""
    with open(folder / "supervisor.lock", "a") as supervisor, open(folder / ".turn", "a") as gate:
        _take(supervisor, fcntl.LOCK_EX)
        _take(gate, fcntl.LOCK_EX)
        yield


@contextmanager
def only_one(folder: Path, name: str) -> Iterator[None]:
    """No second process does the same on this folder. Raises Busy."""
    with open(folder / f".{name}.lock", "a") as gate:
        _take(gate, fcntl.LOCK_EX)
        yield


def _take(gate: IO[str], kind: int) -> None:
    try:
        fcntl.flock(gate, kind | fcntl.LOCK_NB)
    except OSError:
        raise Busy(
            "Not done: another process works with this data folder. Nothing was changed. Wait until it has ended, or end"
            " Allmende, then try again."
        ) from None
