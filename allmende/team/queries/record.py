"""Rows as a file that reads without the software and reads back in: the walker every chapter of the book uses (S0-24).

Each room declares its tables in `queries/record.py`, column by column: what a file holds, and what it does not, with the
reason. Nothing is found by walking, so that a column somebody adds is in the file, or left out, on purpose (`tests/house`).
Rows are named by their place in their table: the same rows give the same file, whatever keys their database uses.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise

from allmende.team.models import Workspace

Row = dict[str, Any]
# `find(table, key)` gives the place for a key when a file is written, and the key for a place when it is read.
Find = Callable[[str, str], str]
Ids = Callable[[Any, Mapping[str, Any], Find], Any]

# What every record carries, and what no file needs.
CARRIED = "created_at created_by updated_at updated_by archived_at origin revision"
MADE_ANEW = {"id": "a row is known by its place in the file and has a key of its own wherever it is read"}
HERE = {"workspace": "it belongs to the community that reads it in"}


@dataclass(frozen=True)
class RecordTable:
    """One table of a chapter: the columns a file holds, and those it leaves out, each with its reason.

    `way` leads from a row to its workspace; `order` is given where the order says something, or where what a file holds
    does not tell two rows apart. `ids`: columns that hold keys of other rows in words or lists. `told`: columns that a
    file says otherwise than the row. `later`: columns the room itself sets when all its rows are there. `added`: columns
    that earlier files lack, with what such a file means.
    """

    model: type[models.Model]
    fields: tuple[str, ...]
    left_out: Mapping[str, str]
    way: str = "workspace"
    order: tuple[str, ...] = ()
    ids: Mapping[str, Ids] = field(default_factory=dict)
    told: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    later: tuple[str, ...] = ()
    added: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    def columns(self) -> "tuple[models.Field[Any, Any], ...]":
        """The columns a file holds, in the order it holds them."""
        return tuple(self.model._meta.get_field(name) for name in self.fields)  # type: ignore[misc]

    def rows(self, workspace: Workspace) -> "models.QuerySet[Any]":
        """This community's rows, in their order."""
        return models.QuerySet(self.model).filter(**{self.way: workspace.pk}).order_by(*self.order, "pk")


@dataclass(frozen=True)
class RecordChapter:
    """What one room adds to the book. `left_out`: tables that stay behind, by name, with the reason people read."""

    name: str
    tables: tuple[RecordTable, ...]
    left_out: Mapping[str, str | Promise]


def record_table(model: type[models.Model], fields: str, **more: Any) -> RecordTable:
    """The table of things people edit: what they carry is held too."""
    left_out = MADE_ANEW | HERE | more.pop("left_out", {})
    return RecordTable(model, (*fields.split(), *CARRIED.split()), left_out, **more)


def row_table(model: type[models.Model], fields: str, **more: Any) -> RecordTable:
    """The table of rows that are known through others, or carry less."""
    return RecordTable(model, tuple(fields.split()), MADE_ANEW | more.pop("left_out", {}), **more)


class RecordWriter:
    """Writes tables one after the other; a row may point to those written before."""

    def __init__(self) -> None:
        self.places: dict[tuple[str, str], str] = {}

    def write(self, table: RecordTable, rows: Iterable[models.Model]) -> list[Row]:
        """The rows as a file holds them, each with a place from now on."""
        found = list(rows)
        if table.order:
            self._place(table, found)
            return [self._written(table, row) for row in found]
        pairs = [(self._written(table, row), row) for row in found]
        pairs.sort(key=lambda pair: json.dumps(pair[0], sort_keys=True, ensure_ascii=False))
        self._place(table, [row for _written, row in pairs])
        return [written for written, _row in pairs]

    def find(self, name: str, key: str) -> str:
        """The place of a row that is in the file; a key of anything else stays as it is."""
        return self.places.get((name, key), key)

    def _place(self, table: RecordTable, rows: Iterable[models.Model]) -> None:
        for number, row in enumerate(rows, start=1):
            self.places[(table.name, str(row.pk))] = f"{table.name}:{number}"

    def _written(self, table: RecordTable, row: models.Model) -> Row:
        written: Row = {}
        for column in table.columns():
            told = table.told.get(column.name)
            written[column.name] = self._plain(column, told(row) if told else getattr(row, column.attname))
        for name, ids in table.ids.items():
            written[name] = ids(written[name], written, self.find)
        return written

    def _plain(self, column: "models.Field[Any, Any]", value: Any) -> Any:
        """A value as JSON holds it; a row as its place."""
        if value is None:
            return None
        if isinstance(column, models.ForeignKey):
            return self.places[(str(column.related_model._meta.model_name), str(value))]
        if isinstance(column, models.JSONField) or isinstance(value, bool | int | float | str):
            return value
        if hasattr(value, "isoformat"):
            return value.isoformat()
        if isinstance(column, models.DecimalField):
            return f"{value:.{column.decimal_places}f}"
        return str(value)


def write_tables(tables: Iterable[RecordTable], workspace: Workspace, writer: RecordWriter) -> dict[str, list[Row]]:
    """One chapter's tables, each by its name."""
    return {table.name: writer.write(table, table.rows(workspace).iterator()) for table in tables}


def as_text(document: Mapping[str, Any]) -> str:
    """A document as text: the same document gives the same text, to be compared line by line."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
