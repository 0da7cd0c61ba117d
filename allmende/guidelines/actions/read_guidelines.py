"""Read reaction plans, core messages, the brand record and the word list back in."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from allmende.domain.folding import fold_text
from allmende.domain.reaction import Signs
from allmende.guidelines.models import ReactionPlan, ReactionRule, WordEntry
from allmende.guidelines.queries import GUIDELINES
from allmende.team.actions import RecordReader, refused
from allmende.team.queries import Row


def read_guidelines(reader: RecordReader, tables: Mapping[str, list[Row]]) -> None:
    """The promises of a book, under the channels read before; each version gets a name of its own here (S0-24)."""
    for table in GUIDELINES.tables:
        reader.read(table, tables[table.name], _prepare)


def _prepare(made: Any, where: str) -> None:
    if isinstance(made, ReactionPlan):
        made.version_key = f"{made.channel_id}/{made.number}"
    if isinstance(made, WordEntry):
        made.folded = fold_text(made.term)
    if isinstance(made, ReactionRule):
        try:
            Signs.from_mapping(made.signs)
        except ValueError as error:
            raise refused(_("row %(row)s has signs that no machine can look for") % {"row": where}) from error
