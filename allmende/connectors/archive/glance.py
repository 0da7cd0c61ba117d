"""The beginning of an archive as it would arrive, before anything is taken in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from allmende.connectors.archive.read import Reader
from allmende.connectors.archive.recognise import open_source
from allmende.connectors.archive.table import Shape, Table
from allmende.connectors.archive.told import Told
from allmende.connectors.neutral import Item, RefusedRow

MOST_ENTRIES = 20_000
MOST_AUTHORS = 30


@dataclass(frozen=True, slots=True)
class Glance:
    """`items`: the first messages. `refused`: the first refusals of `refused_total` among the `looked_at` entries.

    `authors`: (name, messages), the most frequent first. `is_whole`: the archive has no more entries. `shape`: of a table.
    """

    format: str
    items: tuple[Item, ...]
    refused: tuple[RefusedRow, ...]
    refused_total: int
    authors: tuple[tuple[str, int], ...]
    looked_at: int
    is_whole: bool
    shape: Shape | None


def glance(settings: Mapping[str, Any], *, rows: int = 8, refusals: int = 20) -> Glance:
    """Look at the first entries. `settings`: those of `connector.Archive`. Raises Refused."""
    path = Path(settings["file"])
    form, source = open_source(path, settings.get("format", "auto"), settings.get("map"))
    try:
        found = [(number, told) for number, (_, _, told) in enumerate(islice(source.found(), MOST_ENTRIES), 1)]
    finally:
        source.box.close()
    reader = Reader(settings.get("place", "forum"), settings.get("bots", ()), settings.get("staff", ()))
    messages = [(number, told) for number, told in found if isinstance(told, Told)]
    for number, told in messages:
        reader.note(number, told)
    items = [item for number, told in messages[:rows] for item in reader.items(number, told) if item.kind == "message"]
    refused = [told for _, told in found if isinstance(told, RefusedRow)]
    names = Counter(told.author.name or told.author.handle for _, told in messages if told.author)
    return Glance(
        form, tuple(items), tuple(refused[:refusals]), len(refused), tuple(names.most_common(MOST_AUTHORS)),
        len(found), len(found) < MOST_ENTRIES, source.shape if isinstance(source, Table) else None,
    )  # fmt: skip
