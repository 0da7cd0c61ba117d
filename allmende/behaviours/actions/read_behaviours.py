"""Read the definitions of behaviour back in."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from allmende.behaviours import states
from allmende.behaviours.queries import BEHAVIOURS
from allmende.behaviours.queries.statement import flat, pieces_of
from allmende.ledger.definition import Definition
from allmende.team.actions import RecordReader, refused
from allmende.team.queries import Row


def read_behaviours(reader: RecordReader, tables: Mapping[str, list[Row]]) -> None:
    """What a book says shall be counted; only what can be counted, or a draft that can be said, is taken (S0-24)."""
    for table in BEHAVIOURS.tables:
        reader.read(table, tables[table.name], _prepare)


def _prepare(made: Any, where: str) -> None:
    try:
        if made.state == states.DRAFT:
            pieces_of(flat(made.spec), {})
        else:
            Definition.from_dict(made.spec)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise refused(_("row %(row)s defines nothing that can be counted") % {"row": where}) from error
