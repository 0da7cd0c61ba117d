"""Several speak at once, so that a network that hangs keeps no other waiting; each account is in one hand only."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Literal, Self
from uuid import UUID

from django.db import connection

# What came of a turn: words left; the account is left alone for a while; nothing of it may leave now;
# these words were not ours to say; old unknowns were looked for.
Came = Literal["said", "silent", "left", "passed", "settled"]
Task = Callable[[], Came]

STUCK_SECONDS = 1.0


@dataclass(slots=True)
class Voices:
    """At most so many threads, begun when there is something to say, each with its own database connection; one voice speaks
    in the thread that hands out. Leaving the block waits for what is being said.
    """

    most: int
    busy: dict[UUID | None, float] = field(default_factory=dict)
    _tasks: "SimpleQueue[tuple[UUID | None, Task] | None]" = field(default_factory=SimpleQueue)
    _ended: "SimpleQueue[tuple[UUID | None, Came | Exception]]" = field(default_factory=SimpleQueue)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def has_room(self) -> bool:
        """Whether somebody is free to speak."""
        return len(self.busy) < self.most

    @property
    def is_stuck(self) -> bool:
        """Whether a network keeps somebody waiting."""
        return any(time.monotonic() - since > STUCK_SECONDS for since in self.busy.values())

    def take(self, account: UUID | None, task: Task) -> None:
        """Let a free voice do this for an account that nobody else speaks for."""
        self.busy[account] = time.monotonic()
        if self.most == 1:
            self._ended.put((account, _done(task)))
            return
        if len(self._threads) < len(self.busy):
            name = f"voice-{len(self._threads) + 1}"
            self._threads.append(threading.Thread(target=self._speak, name=name, daemon=True))
            self._threads[-1].start()
        self._tasks.put((account, task))

    def ended(self, wait: float) -> Iterator[tuple[UUID | None, Came]]:
        """What has ended, waiting so many seconds for the first. Raises what a task raised."""
        while self.busy:
            try:
                account, came = self._ended.get(timeout=wait) if wait else self._ended.get_nowait()
            except Empty:
                return
            del self.busy[account]
            if isinstance(came, Exception):
                raise came
            wait = 0.0
            yield account, came

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _speak(self) -> None:
        try:
            while (given := self._tasks.get()) is not None:
                account, task = given
                came = _done(task)
                if connection.errors_occurred:  # it may have been cut off
                    connection.close_if_unusable_or_obsolete()
                self._ended.put((account, came))
        finally:
            connection.close()


def _done(task: Task) -> Came | Exception:
    try:
        return task()
    except Exception as error:  # noqa: BLE001 - raised again by whoever asks what came of it
        return error
