"""Months that cannot be read any more: found, put out of the way, and told apart from those that say something else."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.engine_address import EngineFailed
from allmende.ledger.events import schema
from allmende.ledger.files import Ledger

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 50_000
ASIDE = ".damaged"


def read_faults() -> tuple[type[Exception], ...]:
    """What reading a damaged file raises, in whichever library it is noticed first."""
    import duckdb
    import pyarrow as pa

    return duckdb.Error, pa.ArrowException, OSError, EngineFailed


def damaged_months(ledger: Ledger, workspace: str, *, thoroughly: bool = False) -> tuple[str, ...]:
    """Months whose file is cut off, is no Parquet or has other columns; `thoroughly` reads every row and checksum."""
    return tuple(path.stem for path in ledger.paths(workspace) if not _is_sound(path, thoroughly))


def set_aside(ledger: Ledger, workspace: str, month: str) -> Path:
    """Keep a month's file where no reader looks; what was set aside of this month before goes.

    It stays where it is seen as well, until its month is written anew over it: a fill that dies in between finds it again.
    """
    path = ledger.folder(workspace) / f"{month}.parquet"
    aside = path.with_name(path.name + ASIDE)
    aside.unlink(missing_ok=True)
    aside.hardlink_to(path)
    return aside


def drop_set_aside(ledger: Ledger, workspace: str) -> int:
    """Remove what was set aside; it may hold rows of people who are to be forgotten. Returns how many files."""
    found = list(ledger.folder(workspace).glob(f"*{ASIDE}"))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def rows_in(path: Path) -> int:
    """How many rows a sound file holds."""
    import pyarrow.parquet as pq

    count: int = pq.read_metadata(path).num_rows
    return count


def say_the_same(one: Path, other: Path) -> bool:
    """Whether two sound files hold the same rows in the same order. Memory stays flat."""
    pairs = zip_longest(_batches(one), _batches(other))
    return all(ours is not None and theirs is not None and ours.equals(theirs) for ours, theirs in pairs)


def _is_sound(path: Path, thoroughly: bool) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=thoroughly) as file:
            if file.schema_arrow.names != [*schema().names, "position"]:
                return False
            rows = sum(batch.num_rows for batch in file.iter_batches(AT_ONCE)) if thoroughly else file.metadata.num_rows
            return bool(rows == file.metadata.num_rows)
    except FileNotFoundError:
        return True  # a writer dropped the month meanwhile
    except MemoryError:
        raise  # Arrow's own is an ArrowException, too
    except (pa.ArrowException, OSError):
        return False


def _batches(path: Path) -> "Iterator[pa.RecordBatch]":
    """Words as plain text: how a dictionary numbers them says nothing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(AT_ONCE):
            columns = [one.cast(pa.string()) if pa.types.is_dictionary(one.type) else one for one in batch.columns]
            yield pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
