"""Who is spoken to in a note: "@Jana Petersen", or "@Jana" where only one is called so."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from allmende.domain.folding import fold

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Mentioned(Generic[Key]):
    """`people` who are spoken to, in order, and `doubtful` words that fit several, with their names."""

    people: tuple[Key, ...]
    doubtful: tuple[tuple[str, tuple[str, ...]], ...] = ()


def mentioned(text: str, names: Mapping[Key, str]) -> Mentioned[Key]:
    """Find people in a text by an @ before their name; the longest name that fits counts, case does not.

    Words behind an @ that are nobody's name (an address, somebody in a network) are left alone.
    """
    folded = fold(text)
    people: dict[Key, None] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    for match in re.finditer(r"(?<![\w@.])@(?=\w)", folded.text):
        rest = folded.text[match.end() :]
        found = [(len(fold(name).text), key) for key, name in names.items() if _begins(rest, fold(name).text)]
        if found:
            longest = max(length for length, _key in found)
            fitting = [key for length, key in found if length == longest]
        else:
            first = re.match(r"\w+", rest)
            fitting = [key for key, name in names.items() if first and fold(name).text.split()[:1] == [first.group()]]
        if len(fitting) == 1:
            people[fitting[0]] = None
        elif fitting:
            word = re.match(r"\w+", rest)
            doubtful[folded.quote(match.end(), match.end() + len(word.group() if word else ""))] = tuple(
                sorted(names[key] for key in fitting)
            )
    return Mentioned(tuple(people), tuple(doubtful.items()))


def _begins(rest: str, name: str) -> bool:
    return bool(name) and rest.startswith(name) and not re.match(r"\w", rest[len(name) :])
