"""The chapter of this room in the book: what is counted, each definition as a sentence people can check."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from allmende.behaviours.queries.definitions import counted_as, definitions_in_force, name_of, version_name
from allmende.behaviours.queries.sentence import plain_sentence
from allmende.paper.elements import Chapter, Heading, Part, facts, said
from allmende.team.models import Workspace


def book_chapter(workspace: Workspace) -> Chapter:
    """The definitions in force; figures stand beside the plan as evidence."""
    parts: list[Part] = []
    for row in definitions_in_force(workspace):
        since = formats.date_format(timezone.localtime(row.in_force_at), "DATE_FORMAT") if row.in_force_at else ""
        told = facts((_("Definition"), version_name(row)), (_("In force since"), since))
        parts += [Heading(name_of(row)), *said(plain_sentence(counted_as(row))), *told]
    return Chapter("behaviours", _("What is counted"), tuple(parts) or said(_("Nothing is counted yet.")))
