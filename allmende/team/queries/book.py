"""The chapter of this room in the book: who works here, who answers for what, when we are here."""

from datetime import date

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from allmende.paper.elements import Chapter, Part, listed, table, under
from allmende.team.catalogue import ROLE_WORDS, THING_WORDS, UNIT_KIND_WORDS
from allmende.team.models import ServiceHours, Workspace
from allmende.team.queries.hours import hours_lines
from allmende.team.queries.people import people_of
from allmende.team.queries.responsibility import responsibilities, units_of
from allmende.team.states import READ_WITH

Parts = tuple[Part, ...]


def book_chapter(workspace: Workspace, today: date) -> Chapter:
    """Names and roles of colleagues, without any address of theirs."""
    parts = (
        *under(_("Who works here"), _people(workspace)),
        *under(_("Departments and working groups"), _units(workspace)),
        *under(_("Who answers for what"), _held(workspace, today)),
        *under(_("When we are here"), _hours(workspace)),
    )
    return Chapter("team", _("People and responsibilities"), parts)


def _people(workspace: Workspace) -> Parts:
    rows = [(one.name, ROLE_WORDS[one.role], _from_outside(one.access_until_date)) for one in people_of(workspace)]
    return table((_("Name"), _("Role"), _("From outside until")), rows)


def _from_outside(until: date | None) -> str:
    return str(formats.date_format(until, "DATE_FORMAT")) if until else ""


def _units(workspace: Workspace) -> Parts:
    rows = [
        (one.name, UNIT_KIND_WORDS[one.kind], one.lead or "", ", ".join(row.person.name for row in one.members.all()))
        for one in units_of(workspace)
    ]
    return table((_("Name"), _("Kind"), _("Led by"), _("With")), rows)


def _held(workspace: Workspace, today: date) -> Parts:
    """Without what only some may read; it stands in the chapter of its own room."""
    rows = []
    for one in responsibilities(workspace, today):
        if one.thing.kind in READ_WITH:
            continue
        since = formats.date_format(timezone.localtime(one.since), "DATE_FORMAT") if one.since else ""
        unit = one.unit.name if one.unit else ""
        rows.append((one.thing.label, THING_WORDS.get(one.thing.kind, one.thing.kind), unit or _("nobody yet"), since))
    return table((_("What"), _("Kind"), _("Who"), _("Since")), rows)


def _hours(workspace: Workspace) -> Parts:
    parts: list[Part] = []
    rows = ServiceHours.objects.filter(workspace=workspace, archived_at__isnull=True).prefetch_related("spans")
    for one in rows.order_by("-is_default", "name"):
        parts += under(f"{one.name} ({one.zone})", listed(hours_lines(one)), level=2)
    return tuple(parts)
