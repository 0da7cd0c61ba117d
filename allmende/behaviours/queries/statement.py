"""A definition as one sentence that says all of it, and the sentence read back, in German and English (`domain.md` 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from allmende.behaviours.queries.definition_grammar import sentences
from allmende.behaviours.queries.grammar import Text, Values

# What a sentence does not mention.
SILENT: dict[str, Any] = {
    "segment": "", "anchor.acts": (), "anchor.labels": (), "anchor.period": "month", "predicate.acts": (), "predicate.actor_classes": (),
    "predicate.is_first": False, "predicate.segment": "", "predicate.by_owner": False, "predicate.across": "",
    "quality.any_of": (), "quality.helpful_votes": 1, "quality.outside_own_thread": False, "quality.on": "act",
    "window_seconds": 0, "opens_after_seconds": 0, "in_workdays": False, "spread.spans": 1, "spread.at_least": 1,
    "minimum": 1, "exclusions": (), "channels": (), "lag_seconds": 0, "anchor_counts": False,
}  # fmt: skip


class UnreadableSentence(ValueError):
    """The sentence cannot be read: `read` could be, at `rest` it stops; `hoped` could stand there."""

    def __init__(self, text: Text) -> None:
        self.read, self.rest = text.text[: text.reached], text.text[text.reached :]
        self.hoped = tuple(text.hoped)
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        words = {"rest": _shortened(self.rest), "read": _shortened(self.read[::-1])[::-1]}
        could = ", ".join(gettext("“%(name)s”") % {"name": one} for one in self.hoped)
        if not self.read:
            told = [gettext("The beginning of the sentence is not understood.")]
        elif self.rest:
            told = [gettext("The sentence is not understood from “%(rest)s” on.") % words]
        else:
            told = [gettext("The sentence ends too early, after “%(read)s”.") % words]
        return " ".join([*told, gettext("There could stand: %(could)s.") % {"could": could}] if could else told)


def _shortened(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:40].rstrip()} …"


@dataclass(frozen=True)
class Piece:
    """A stretch of the sentence; `slot` names what can be changed there, "" where only the form decides."""

    slot: str
    text: str


def pieces_of(values: Values, channels: Mapping[str, str]) -> tuple[Piece, ...]:
    """The sentence cut at its slots, empty ones included. `channels`: names by slug."""
    full = SILENT | dict(values)
    for sentence in sentences(channels):
        found = sentence.pieces(full)
        if found is not None:
            return tuple(Piece(slot, words) for slot, words in found)
    raise ValueError("No sentence says these values; they define no behaviour.")


def read_sentence(sentence: str, channels: Mapping[str, str]) -> dict[str, Any]:
    """The values the sentence defines, by path, without key and version. Raises UnreadableSentence."""
    text = Text(" ".join(sentence.split()))
    for way in sentences(channels):
        for end, values in way.read(text, 0):
            if end == len(text.text):
                return SILENT | values
            text.miss(end, "")
    raise UnreadableSentence(text)


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """A definition's JSON values by path, lists as tuples, and what has no meaning where it stands left out."""
    found: dict[str, Any] = dict(SILENT)
    for name, value in values.items():
        parts = (
            {f"{name}.{part}": inner for part, inner in value.items()} if isinstance(value, Mapping) else {name: value}
        )
        found |= {
            path: tuple(dict.fromkeys(one)) if isinstance(one, list | tuple) else one for path, one in parts.items()
        }
    if "helpful_votes" not in found["quality.any_of"]:
        found["quality.helpful_votes"] = 1
    if not found["quality.any_of"]:
        found["quality.on"] = "act"
    return found


def nested(values: Values) -> dict[str, Any]:
    """The values by path as a definition's JSON has them."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        name, _dot, part = path.partition(".")
        plain = list(value) if isinstance(value, tuple) else value
        if part:
            found.setdefault(name, {})[part] = plain
        else:
            found[name] = plain
    return found
