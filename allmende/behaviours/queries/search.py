"""Find behaviours by their name or sentence."""

from django.utils.translation import gettext

from allmende.behaviours.queries.definitions import counted_as, definitions_in_force, name_of
from allmende.behaviours.queries.sentence import plain_sentence
from allmende.behaviours.queries.verdicts import definition_url
from allmende.domain.folding import fold_text
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Hit


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Definitions in force that hold all the words; umlauts and case do not matter."""
    wanted = fold_text(words).split()
    if not wanted or not may(person, "behaviours.definition.read"):
        return []
    hits = []
    for row in definitions_in_force(workspace):
        name, sentence = name_of(row), plain_sentence(counted_as(row))
        text = fold_text(f"{name} {sentence}")
        if all(word in text for word in wanted):
            hits.append(Hit(gettext("Behaviour"), name, sentence, definition_url(workspace, row.key)))
    return hits[:limit]
