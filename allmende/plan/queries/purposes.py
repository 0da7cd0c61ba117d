"""What work of the rooms below may serve: they ask for it by this name (`team.queries.purposes`)."""

from allmende.plan.catalogue import LAYER_WORDS
from allmende.plan.queries.facts import element_url
from allmende.plan.queries.values import places_of
from allmende.team.access import is_shown
from allmende.team.models import Person
from allmende.team.queries import Purpose


def purposes(person: Person) -> list[Purpose]:
    """The parts of the plan in force, from tactics up to the goal: work mostly serves a tactic."""
    if not is_shown(person, "plan.version.read"):
        return []
    places = places_of(person.workspace)
    return [
        Purpose(one.key, str(LAYER_WORDS[one.layer]), one.label, element_url(person.workspace, one.key), one.layer)
        for layer in reversed(dict.fromkeys(place.layer for place in places))
        for one in places
        if one.layer == layer
    ]
