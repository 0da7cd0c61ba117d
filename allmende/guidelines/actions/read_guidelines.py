"""Read reaction plans, core messages, the brand record and the word list back in."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from allmende.domain.folding import fold_text
from allmende.domain.reaction import Signs, sign_pattern
from allmende.guidelines.models import Guideline, ReactionPlan, ReactionRule, WordEntry
from allmende.guidelines.queries import GUIDELINES
from allmende.team.actions import RecordReader, cleaned, refused
from allmende.team.queries import Row


def read_guidelines(reader: RecordReader, tables: Mapping[str, list[Row]]) -> None:
    """The promises of a book, under the channels read before; each version gets a name of its own here (S0-24)."""
    for table in GUIDELINES.tables:
        reader.read(table, tables[table.name], _prepare)
    _let_hold(reader, tables["guideline"])


def _prepare(made: Any, where: str) -> None:
    if isinstance(made, ReactionPlan):
        made.version_key = f"{made.channel_id}/{made.number}"
    if isinstance(made, Guideline):
        # Put aside until its parts are there: what is in force takes none, and two open drafts are not let in.
        made.archived_at = made.updated_at
    if isinstance(made, WordEntry):
        made.folded = fold_text(made.term)
        try:
            for word in (made.term, *made.others):
                sign_pattern(word)
        except (ValueError, TypeError, AttributeError) as error:
            raise refused(_("row %(row)s has words that no machine can look for") % {"row": where}) from error
    if isinstance(made, ReactionRule):
        try:
            Signs.from_mapping(made.signs)
        except ValueError as error:
            raise refused(_("row %(row)s has signs that no machine can look for") % {"row": where}) from error


def _let_hold(reader: RecordReader, rows: list[Row]) -> None:
    """Versions take their state once all their parts are there."""
    columns = [one for one in Guideline._meta.concrete_fields if one.name in ("state", "in_force_at", "archived_at")]
    for number, row in enumerate(rows, start=1):
        where = f"guideline:{number}"
        values = {column.name: cleaned(column, row[column.name], where) for column in columns}
        Guideline.objects.filter(pk=reader.made[where].pk).update(**values)
