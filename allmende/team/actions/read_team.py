"""Read the chapters of this room back in: settings, people, hours, units; and last, who answered for what."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.db import models
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.actions.change_record import change_record
from allmende.team.actions.read_people import read_people
from allmende.team.actions.read_record import RecordReader, cleaned, refused
from allmende.team.models import ServiceHours
from allmende.team.queries.hours import places
from allmende.team.queries.record import Row
from allmende.team.queries.team_record import ACCOUNTABLE, PEOPLE_TABLE, SETTINGS, TEAM


def read_team(reader: RecordReader, tables: Mapping[str, list[Row]]) -> None:
    """The community as a book tells it: its name and settings, people, service hours, departments and groups (S0-24).

    The hours that were here give way, as nothing else is here that they could be meant for.
    """
    if len(tables["workspace"]) != 1:
        raise refused(_("it must be about exactly one community"))
    _settle(reader, tables["workspace"][0])
    read_people(reader, tables["person"])
    ServiceHours.objects.filter(workspace=reader.workspace).delete()
    for table in TEAM.tables:
        if table not in (SETTINGS, PEOPLE_TABLE):
            reader.read(table, tables[table.name], _prepare)


def _prepare(made: models.Model, where: str) -> None:
    if isinstance(made, ServiceHours):
        _check_whereabouts(made.zone, made.country, made.subdivision, where)


def _check_whereabouts(zone: str, country: str, subdivision: str, where: str) -> None:
    """Hours and holidays are reckoned by what the clock and the calendar know."""
    if zone not in available_timezones():
        raise refused(_("row %(row)s names a time zone that does not exist") % {"row": where})
    if (country, subdivision) not in {(place.country, place.subdivision) for place in places()}:
        raise refused(_("row %(row)s names a place whose holidays are not known here") % {"row": where})


def _settle(reader: RecordReader, row: Row) -> None:
    fields: dict[str, Any] = {
        column.name: cleaned(column, row[column.name], "workspace:1") for column in SETTINGS.columns()
    }
    _check_whereabouts(fields["zone"], fields["country"], fields["subdivision"], "workspace:1")
    if not all(isinstance(one, str) and one in states.MODULES for one in fields["modules_off"]):
        where = {"row": "workspace:1", "field": "modules_off"}
        raise refused(_("in row %(row)s the value of %(field)s is of the wrong kind") % where)
    change_record(record=reader.workspace, person=reader.person, now=reader.now, seen_revision=None, **fields)


def read_accountable(reader: RecordReader, tables: Mapping[str, list[Row]]) -> None:
    """Who answered for what and when; read last, because the lines name things of other rooms by their keys (I-02)."""
    for table in ACCOUNTABLE.tables:
        reader.read(table, tables[table.name])
