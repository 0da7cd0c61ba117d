"""Tell of members whom people name: names one below the other, or a table with a column of names."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.members.actions.tell_facts import CannotTell, join_group, tell_traits
from allmende.members.catalogue import trait_key
from allmende.members.models import Segment, Telling
from allmende.members.queries import members_named
from allmende.team.models import Person

MOST_LINES = 5000
LONGEST_VALUE = 80


@dataclass(frozen=True)
class Taken:
    """What came of it: what can be taken back (None where nothing changed), of how many people, which names nobody or more than
    one bears, and the lines that were not taken, to be mended and given once more."""

    telling: Telling | None
    people: int
    unknown: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    rest: str = ""


@transaction.atomic
def join_by_name(*, person: Person, segment: Segment, names: str, since: datetime | None, now: datetime) -> Taken:
    """Put those into a group whose names stand one below the other; who is not found stays in `rest`. Raises CannotTell."""
    lines = _lines(names)
    named = members_named(person.workspace, lines)
    telling = join_group(person=person, segment=segment, members=set(named.found.values()), since=since, now=now)
    rest = "\n".join(line for line in lines if line not in named.found)
    people = len(telling.changed["begun"]) if telling else 0
    return Taken(telling, people, named.unknown, named.several, rest)


@transaction.atomic
def take_trait_table(*, person: Person, text: str, now: datetime) -> Taken:
    """Note what a table says: its first column names members, each other column is a trait. Empty cells say nothing; lines of
    names nobody or more than one bears stay in `rest`, below the headers. Raises CannotTell for what is no such table."""
    head, delimiter, rows = _table(text)
    traits = _traits(head)
    named = members_named(person.workspace, [cells[0] for _line, cells in rows])
    told: dict[int, dict[str, str]] = {}
    rest = []
    for line, cells in rows:
        pk = named.found.get(cells[0].strip())
        if pk is None:
            rest.append(line)
            continue
        values = zip(traits, (cell.strip() for cell in cells[1:]), strict=False)
        told.setdefault(pk, {}).update({trait: value for trait, value in values if value})
    telling = tell_traits(person=person, told=told, now=now)
    people = len({pk for pk, *_rest in telling.changed["traits"]}) if telling else 0
    left = "\n".join([delimiter.join(head), *rest]) if rest else ""
    return Taken(telling, people, named.unknown, named.several, left)


def _lines(text: str) -> list[str]:
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not lines:
        raise CannotTell(_("Nobody was added: no name stands there yet. Write one name in each line."))
    if len(lines) > MOST_LINES:
        raise CannotTell(
            _("Nobody was added: at most %(most)d names at once. Give them in parts.") % {"most": MOST_LINES}
        )
    return lines


def _table(text: str) -> tuple[list[str], str, list[tuple[str, list[str]]]]:
    """Headers, what separates the columns, and each further line as it was written, with its cells."""
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    if len(lines) < 2:
        raise CannotTell(
            _(
                "Nothing was noted: a table needs headers and at least one line below, such as “Name;Region” and “Ada;North”."
            )
        )
    if len(lines) > MOST_LINES:
        raise CannotTell(
            _("Nothing was noted: at most %(most)d lines at once. Give them in parts.") % {"most": MOST_LINES}
        )
    delimiter = max(";\t,", key=lines[0].count)
    cells = [_cells(line, delimiter) for line in lines]
    rows = [(line, row) for line, row in zip(lines[1:], cells[1:], strict=True) if row and row[0].strip()]
    return cells[0], delimiter, rows


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        row = next(csv.reader(io.StringIO(line), delimiter=delimiter, strict=True), [])
    except csv.Error:
        row = line.split(delimiter)
    too_long = next((cell for cell in row[1:] if len(cell.strip()) > LONGEST_VALUE), "")
    if too_long:
        raise CannotTell(
            _("Nothing was noted: “%(value)s …” is longer than %(most)d characters. Shorten it.")
            % {"value": too_long[:30], "most": LONGEST_VALUE}
        )
    return row


def _traits(head: Sequence[str]) -> list[str]:
    traits = [trait_key(cell) for cell in head[1:]]
    if not traits or not all(traits):
        raise CannotTell(
            _(
                "Nothing was noted: the first line must name the columns, first the one with the names, then each trait, such as"
                " “Name;Department;Region”."
            )
        )
    if len(set(traits)) < len(traits):
        raise CannotTell(_("Nothing was noted: two columns bear the same header. Take one of them out."))
    return traits
