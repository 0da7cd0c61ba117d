"""An uploaded table is written where it can be looked at before anything of it is taken in."""

from collections.abc import Iterable
from pathlib import Path

from allmende.channels.queries.tables import CannotReadTable

MOST_BYTES = 10_000_000


def keep_table(*, path: Path, parts: Iterable[bytes]) -> None:
    """Write the parts of an upload to `path`. Raises CannotReadTable (`too_large_table`) beyond 10 MB, OSError."""
    written = 0
    with path.open("wb") as out:
        for part in parts:
            written += out.write(part)
            if written > MOST_BYTES:
                raise CannotReadTable("too_large_table")
