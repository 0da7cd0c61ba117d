"""What a shift may serve: told by the room above that has a plan (S3-18)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from allmende.team.models import Person
from allmende.team.queries.responsibility import asked_of_rooms


@dataclass(frozen=True)
class Purpose:
    """A part of the plan work can serve: its key, the kind of part, how it is called, its page, and the layer it is in."""

    key: str
    group: str
    name: str
    url: str
    layer: str = ""


def purposes(person: Person) -> list[Purpose]:
    """Every part of the plan in force that this person may see, as its room tells."""
    return [one for answer in asked_of_rooms("purposes") for one in answer(person)]


def purposes_of(person: Person, keys: Collection[str]) -> dict[str, Purpose]:
    """Those of these keys by key; nothing is asked where no key is."""
    wanted = {key for key in keys if key}
    return {one.key: one for one in purposes(person) if one.key in wanted} if wanted else {}


def grouped(found: Sequence[Purpose]) -> list[tuple[str, list[tuple[str, str]]]]:
    """As a list to choose from offers them: each kind of part with its keys and names."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        groups.setdefault(one.group, []).append((one.key, one.name))
    return list(groups.items())
