"""Read the people of a file back in: whoever is here is known by name, everybody else gets a place to be invited to."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from allmende.team.actions.keep_place import keep_place
from allmende.team.actions.read_record import RecordReader, cleaned
from allmende.team.models import Person
from allmende.team.queries.record import Row
from allmende.team.queries.team_record import PEOPLE_TABLE


def read_people(reader: RecordReader, rows: Iterable[Row]) -> list[Person]:
    """The people of a file, in its order; those who were not here are new (S0-24).

    A name that two people share, here or in the file, recognises nobody: better two places than a past given away.
    """
    found = [_values(row, f"person:{number}") for number, row in enumerate(rows, start=1)]
    named = Counter(values["name"] for values in found)
    here = Counter(Person.objects.filter(workspace=reader.workspace).values_list("name", flat=True))
    known = {name for name, times in here.items() if times == 1 == named[name]}
    people = []
    for number, values in enumerate(found, start=1):
        if values["name"] in known:
            person = Person.objects.get(workspace=reader.workspace, name=values["name"])
        else:
            person = keep_place(workspace=reader.workspace, now=reader.now, **values)
        reader.made[f"person:{number}"] = person
        people.append(person)
    return people


def _values(row: Row, where: str) -> dict[str, Any]:
    return {column.name: cleaned(column, row[column.name], where) for column in PEOPLE_TABLE.columns()}
