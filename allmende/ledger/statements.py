"""The statements of definitions, kept in the tally: to make one takes longer than to count by it, and every process would make
all of them anew."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.definition import Definition
from allmende.ledger.periods import Period

if TYPE_CHECKING:
    import duckdb

_MOST = 500  # a calendar that grows is another statement; so many are kept, here and in the tally
_MAKERS = ("ibis-framework", "sqlglot", "duckdb")
# Read when this is imported: the files of a process that runs on may be replaced by those of another edition.
_SOURCES = hashlib.sha256(b"".join(one.read_bytes() for one in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()
_held: dict[str, str] = {}


def statement(
    engine: "duckdb.DuckDBPyConnection", definition: Definition, cells: Sequence[Period], make: Callable[[], str]
) -> str:
    """The text that `make` gives for a definition and its calendar: from this process, or from the tally's `texts`, or made and
    kept in both."""
    name = _name(definition, cells)
    text = _held.get(name)
    if text is None:
        text = _kept(engine, name) or _keep(engine, name, make())
        if len(_held) >= _MOST:
            _held.clear()  # another thread may look into it meanwhile
        _held[name] = text
    return text


def _kept(engine: "duckdb.DuckDBPyConnection", name: str) -> str:
    found = engine.execute("SELECT text FROM texts WHERE name = ?", [name]).fetchall()
    return str(found[0][0]) if found else ""


def _keep(engine: "duckdb.DuckDBPyConnection", name: str, text: str) -> str:
    """With what another edition of this program made all goes, for nobody asks for it any more."""
    engine.execute("DELETE FROM texts WHERE edition <> ? OR (SELECT count(*) FROM texts) >= ?", [edition(), _MOST])
    engine.execute("INSERT INTO texts VALUES (?, ?, ?)", [edition(), name, text])
    return text


def _name(definition: Definition, cells: Sequence[Period]) -> str:
    calendar = [edge.isoformat() for cell in cells for edge in cell]
    told = json.dumps([edition(), definition.to_dict(), calendar], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


@cache
def edition() -> str:
    """Another one whenever anything changes that has a hand in a statement, and so in a figure."""
    made_by = "".join(version(name) for name in _MAKERS)
    return hashlib.sha256(f"{made_by}{_SOURCES}".encode()).hexdigest()
