"""A film on its way out: read from its file while it is sent, never held whole, and given up where whoever sends it must end."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allmende.connectors.errors import Refused, TryLater

# The reason of words that were stopped while their film was uploaded.
STOPPED = "stopped"


class Upload(io.FileIO):
    """A file as the body of a request. Raises Refused if it is gone or cannot be read; while it is read TryLater (STOPPED) once
    `may_go_on` says no.

    Only as long as bytes are missing: no server takes a body for whole that is shorter than its head says, so nothing was done.
    """

    def __init__(self, path: str, may_go_on: Callable[[], bool]) -> None:
        with _readable():
            super().__init__(path)
            self.may_go_on, self._is_whole_at = may_go_on, self.seek(0, io.SEEK_END)
            self.seek(0)

    def read(self, size: Any = -1, /) -> bytes:
        """The next bytes."""
        if self.tell() >= self._is_whole_at:
            return super().read(size)
        if not self.may_go_on():
            raise TryLater(reason_code=STOPPED)
        with _readable():
            return super().read(size)


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever the disk refuses, bytes are missing, and nothing was said."""
    try:
        yield
    except FileNotFoundError as error:
        raise Refused("media_gone") from error
    except OSError as error:
        raise Refused("media_unreadable", str(error.strerror or type(error).__name__)) from error


Body = bytes | Upload
