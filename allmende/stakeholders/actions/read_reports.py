"""Read reports back in."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from allmende.stakeholders.queries import STAKEHOLDERS, thawed
from allmende.team.actions import RecordReader, refused
from allmende.team.queries import Row


def read_reports(reader: RecordReader, tables: Mapping[str, list[Row]]) -> None:
    """The reports of a book as they went out, under the stakeholders read before (S0-24)."""
    for table in STAKEHOLDERS.tables:
        reader.read(table, tables[table.name], _prepare)


def _prepare(made: Any, where: str) -> None:
    try:
        thawed(made.content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refused(_("row %(row)s holds no page of a report") % {"row": where}) from error
