"""What the definition editor shows: the sentence with its places to change, and what still keeps it out of force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries.definitions import name_of
from allmende.behaviours.queries.faults import fault_words
from allmende.behaviours.queries.phrases import PLACEHOLDERS
from allmende.behaviours.queries.sentence import cut, plain_sentence
from allmende.behaviours.queries.statement import nested, pieces_of
from allmende.channels.models import Channel
from allmende.ledger.definition import Definition
from allmende.ledger.definition_check import check_definition
from allmende.ledger.shipped import SHIPPED
from allmende.plan.catalogue import measure_word
from allmende.team.models import Workspace

# Where nothing of one's own is to be copied: the first step from taking to giving.
FROM_NOTHING: dict[str, Any] = {
    "form": "F1", "unit": "member", "population": ["member"], "anchor": {"kind": "first_act"},
    "predicate": {"acts": ["answered"]}, "window_seconds": 30 * 86_400, "exclusions": ["staff", "bot"],
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A stretch of the sentence being edited: words with what joins them to the rest. `slot` is "" where nothing can be
    changed; `is_empty`: the words only say what could stand here."""

    number: int
    slot: str
    before: str
    words: str
    after: str
    is_empty: bool = False


@dataclass(frozen=True)
class Start:
    """Something to begin a definition from: its source for the form, a name, its sentence."""

    source: str
    name: str
    sentence: str


def places_of(values: Mapping[str, Any], channels: Mapping[str, str]) -> tuple[Place, ...]:
    """The sentence of these values (by path), cut at what can be changed. Raises ValueError where nothing says them."""
    return tuple(_place(number, piece.slot, piece.text) for number, piece in enumerate(pieces_of(values, channels)))


def _place(number: int, slot: str, text: str) -> Place:
    if not slot:
        return Place(number, "", text, "", "")
    before, words, after = cut(text)
    return Place(
        number, slot, before or ("" if words else " "), words or str(PLACEHOLDERS.get(slot, "…")), after, not words
    )


def faults_in(values: Mapping[str, Any]) -> tuple[str, ...]:
    """What keeps these values (by path) out of force, in words."""
    told = {"key": "draft", "version": 1, **nested(values)}
    return tuple(dict.fromkeys(fault_words(fault) for fault in check_definition(told)))


def channel_names(workspace: Workspace) -> dict[str, str]:
    """The channels of the workspace, name by slug."""
    return dict(Channel.objects.filter(workspace=workspace).order_by("name").values_list("slug", "name"))


def starts_of(workspace: Workspace) -> tuple[Start, ...]:
    """What a definition can begin from: what is in force here, then the library."""
    names = channel_names(workspace)
    rows = BehaviourDefinition.objects.filter(workspace=workspace, state=states.IN_FORCE).order_by("key")
    own = [Start(f"own:{row.key}", name_of(row), plain_sentence(Definition.from_dict(row.spec), names)) for row in rows]
    known = {row.key for row in rows}
    library = [one for one in SHIPPED if one.key not in known]
    return (
        *own,
        *(Start(f"shipped:{one.key}", measure_word(one.key), plain_sentence(one, names)) for one in library),
    )


def spec_of(workspace: Workspace, source: str) -> Mapping[str, Any]:
    """The values a start stands for; an unknown one is nothing."""
    kind, _colon, key = source.partition(":")
    if kind == "own":
        row = BehaviourDefinition.objects.filter(workspace=workspace, key=key, state=states.IN_FORCE).first()
        return row.spec if row else FROM_NOTHING
    return next((one.to_dict() for one in SHIPPED if one.key == key), FROM_NOTHING)


def drafts_of(workspace: Workspace) -> tuple[BehaviourDefinition, ...]:
    """What is being written, the newest first."""
    rows = BehaviourDefinition.objects.filter(workspace=workspace, state=states.DRAFT).select_related("updated_by")
    return tuple(rows.order_by("-updated_at"))
