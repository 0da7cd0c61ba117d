"""Read rows back in that `queries.record` wrote: whole, or not at all and with a sentence (S0-24)."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from allmende.team.actions.record_limits import broken_limit, out_of_range, said_twice
from allmende.team.models import Person
from allmende.team.queries.record import RecordTable, Row

AT_ONCE = 500
Tables = dict[str, list[Row]]
Prepare = Callable[[Any, str], None]


class CannotRead(Exception):
    """Nothing was written; the text says what is wrong with the file, where, and what to do."""


def refused(why: str) -> CannotRead:
    """The sentence for what is wrong with a file."""
    sentence = _("Not imported, nothing was written: %(why)s. Take an undamaged export and try again.")
    return CannotRead(sentence % {"why": why})


def read_document(text: str) -> dict[str, Any]:
    """A file as the one object it must hold; raises CannotRead.

    Also for half characters, for what is no number and for lists in lists without end.
    """
    try:
        document = json.loads(text)
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise refused(_("it is cut off or no JSON (%(what)s)") % {"what": error}) from error
    if not isinstance(document, dict):
        raise refused(_("it is no file of Allmende"))
    return document


def checked_tables(tables: Iterable[RecordTable], found: object) -> Tables:
    """The tables of a chapter, as far as their shape goes: all of them, and each row with all its columns."""
    known = {table.name: table for table in tables}
    if not isinstance(found, dict) or set(found) != set(known):
        raise refused(_("tables are missing, or there are some this version does not know"))
    return {name: _checked_rows(known[name], rows) for name, rows in found.items()}


def _checked_rows(table: RecordTable, rows: object) -> list[Row]:
    if not isinstance(rows, list):
        raise refused(_("table %(table)s holds no list") % {"table": table.name})
    whole = [{**table.added, **row} if isinstance(row, dict) else row for row in rows]
    for number, row in enumerate(whole, start=1):
        if not isinstance(row, dict) or set(row) != set(table.fields):
            where = {"row": f"{table.name}:{number}"}
            raise refused(_("row %(row)s lacks fields or has unknown ones") % where)
    return whole


class RecordReader:
    """One document on its way into a workspace. `made` knows the new row of each place, through all its chapters."""

    def __init__(self, person: Person, now: datetime) -> None:
        self.person, self.workspace, self.now = person, person.workspace, now
        self.made: dict[str, models.Model] = {}

    def read(
        self, table: RecordTable, rows: Iterable[Row], prepare: Prepare | None = None, first: int = 1
    ) -> list[models.Model]:
        """Make the rows of one table, whose places count from `first`; `prepare` may change or refuse one before it is
        written."""
        ready: list[tuple[str, Any]] = []
        for number, row in enumerate(rows, start=first):
            where = f"{table.name}:{number}"
            made = self._filled(table, row, where)
            if prepare:
                prepare(made, where)
            ready.append((where, made))
        _write(table, ready)
        self.made.update(ready)
        return [made for _where, made in ready]

    def find(self, name: str, place: str) -> str:
        """The key of the row at a place; what is no place of that table stays as it is."""
        if not place.startswith(f"{name}:"):
            return place
        if place not in self.made:
            raise refused(_("it names %(place)s, which is not in it") % {"place": place})
        return str(self.made[place].pk)

    def row_at(self, column: "models.Field[Any, Any]", value: object, where: str) -> models.Model | None:
        """The row a link leads to; it must stand earlier, so that no ring can be written."""
        if value is None and column.null:
            return None
        found = self.made.get(value) if isinstance(value, str) else None
        if found is None or type(found) is not column.related_model:
            raise refused(_("in row %(row)s the link %(field)s leads nowhere") % {"row": where, "field": column.name})
        return found

    def _filled(self, table: RecordTable, row: Row, where: str) -> models.Model:
        made = table.model()
        if table.way == "workspace":
            made.workspace = self.workspace  # type: ignore[attr-defined]
        for column in table.columns():
            value = row[column.name]
            if column.name in table.later:
                continue
            if isinstance(column, models.ForeignKey):
                setattr(made, column.name, self.row_at(column, value, where))
                continue
            ready = cleaned(column, value, where)
            ids = table.ids.get(column.name)
            setattr(made, column.attname, self._with_keys(ids, ready, row, where) if ids else ready)
        return made

    def _with_keys(self, ids: Callable[..., Any], value: Any, row: Row, where: str) -> Any:
        try:
            return ids(value, row, self.find)
        except (TypeError, AttributeError) as error:
            raise refused(_("row %(row)s names others in a way that cannot be read") % {"row": where}) from error


def _write(table: RecordTable, ready: Sequence[tuple[str, Any]]) -> None:
    """All rows of a table; where the database refuses them, the sentence says which one and why."""
    try:
        with transaction.atomic():
            models.QuerySet(table.model).bulk_create([made for _where, made in ready], batch_size=AT_ONCE)
    except IntegrityError as error:
        why = next((said for where, made in ready if (said := broken_limit(where, made))), "") or said_twice(ready)
        raise refused(why or _("table %(table)s contradicts itself") % {"table": table.name}) from error


def cleaned(column: "models.Field[Any, Any]", value: Any, where: str) -> Any:
    """The value as the column takes it, if it is one of the column's kind."""
    if value is None and column.null:
        return None
    wrong = _("in row %(row)s the value of %(field)s is of the wrong kind") % {"row": where, "field": column.name}
    if isinstance(column, models.JSONField):
        default = column.get_default()
        if not isinstance(value, dict if default is None else type(default)):
            raise refused(wrong)
        return value
    texts = models.CharField | models.TextField | models.DateField | models.TimeField | models.DecimalField
    is_flag = isinstance(column, models.BooleanField)
    fits = (
        isinstance(value, str)
        if isinstance(column, texts)
        else isinstance(value, bool)
        if is_flag
        else _is_number(value)
    )
    if not fits:
        raise refused(wrong)
    try:
        ready = column.to_python(value)
        column.run_validators(ready)
        if column.choices and ready not in dict(column.flatchoices) and not (ready == "" and column.blank):
            raise ValidationError("choice")
    except ValidationError as error:
        is_read = not isinstance(column, models.DateField | models.TimeField | models.UUIDField)
        raise refused(out_of_range(where, column, value) if is_read else wrong) from error
    return ready


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@contextmanager
def whole_or_nothing() -> Iterator[None]:
    """What is written within stays only if all of it fits together; what the database refuses becomes a sentence."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        raise CannotRead(
            _("Not imported, nothing was written: the file contradicts itself. Write the export anew.")
        ) from error


def check_days(tables: Mapping[str, list[Row]], days: Iterable[tuple[str, str, str]]) -> None:
    """No day comes before the one it follows; `days` names table, first column and last. What is no day is said later."""
    for name, first, last in days:
        for number, row in enumerate(tables[name], start=1):
            if _is_day(row.get(first)) and _is_day(row.get(last)) and row[first] > row[last]:
                where = {"row": f"{name}:{number}"}
                raise refused(_("in row %(row)s a day comes before the one it follows") % where)


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False
