"""A definition as a sentence people can check: who, what, in which time, without whom (`domain.md` 4.2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from allmende.behaviours.catalogue import UNIT_WORDS
from allmende.behaviours.queries.statement import flat, pieces_of
from allmende.ledger.definition import Definition


@dataclass(frozen=True)
class Part:
    """A piece of the sentence; `is_choice`: the definition could have said something else here."""

    text: str
    is_choice: bool


def sentence_of(definition: Definition, channels: Mapping[str, str] | None = None) -> tuple[Part, ...]:
    """The sentence in pieces. `channels` gives the channels' names by slug."""
    found: list[Part] = []
    for piece in pieces_of(flat(definition.to_dict()), channels or {}):
        before, words, after = cut(piece.text) if piece.slot else (piece.text, "", "")
        found += [Part(before, False), Part(words, True), Part(after, False)]
    return tuple(part for part in found if part.text)


def cut(text: str) -> tuple[str, str, str]:
    """What joins a piece to the sentence, its words, and what joins the rest to it."""
    before, words, after = re.fullmatch(r"([ ,]*)(.*?)([ ,]*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    return before, words, after


def plain_sentence(definition: Definition, channels: Mapping[str, str] | None = None) -> str:
    """The same as one text."""
    return "".join(part.text for part in sentence_of(definition, channels))


def units_word(definition: Definition) -> str:
    """What one unit is called, in the plural: questions, newcomers, members."""
    key = definition.anchor.acts if definition.unit == "opportunity" else definition.unit
    return str(UNIT_WORDS.get(key, UNIT_WORDS[()]))
