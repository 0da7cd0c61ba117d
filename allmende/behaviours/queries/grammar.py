"""Sentences that are said from values and read back to them: each piece knows both ways, in the language that is active.

`Values` are flat: path (`predicate.acts`) -> value. A piece that cannot say the values says None; a piece that reads gives
every way in which the text can go on, because only the rest of the sentence shows which was meant.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext

Values = Mapping[str, Any]
Words = str | Promise
Read = Iterator[tuple[int, dict[str, Any]]]
MOST_SAID = 8


@dataclass
class Text:
    """What is being read, how far somebody could read it, and what could have stood there."""

    text: str
    reached: int = 0
    hoped: list[str] = field(default_factory=list)

    def follows(self, words: str, at: int) -> bool:
        """Do these words stand here? Case does not matter; a reader may quote what is wanted where they do not."""
        if self.text[at : at + len(words)].lower() == words.lower():
            return True
        alike = self._alike(words, at)
        self.miss(at + alike, words[alike:])
        return False

    def _alike(self, words: str, at: int) -> int:
        """How many signs of these words stand here: whole words, or all that is left of the text."""
        here = self.text[at : at + len(words)].lower()
        pairs = zip(here, words.lower(), strict=False)
        alike = next((number for number, (one, other) in enumerate(pairs) if one != other), len(here))
        return alike if at + alike == len(self.text) else words.rfind(" ", 0, alike) + 1

    def miss(self, at: int, words: str) -> None:
        """Somebody hoped for these words here."""
        if at > self.reached:
            self.reached, self.hoped = at, []
        wanted = words.strip(" ,.")
        if at == self.reached and wanted and wanted not in self.hoped and len(self.hoped) < MOST_SAID:
            self.hoped.append(wanted)


class Node(Protocol):
    """A piece of a sentence."""

    def say(self, values: Values) -> str | None:
        """The words for these values, or None."""

    def read(self, text: Text, at: int) -> Read:
        """Each way to read on from here: where it ends, and what it says."""


@dataclass(frozen=True)
class Choice:
    """One value among a few, each with its words."""

    path: str
    options: Mapping[Any, Words]

    def say(self, values: Values) -> str | None:
        words = self.options.get(values[self.path])
        return None if words is None else str(words)

    def read(self, text: Text, at: int) -> Read:
        ways = sorted(((str(words), value) for value, words in self.options.items()), key=lambda one: -len(one[0]))
        for words, value in ways:
            if text.follows(words, at):
                yield at + len(words), {self.path: value}


@dataclass(frozen=True)
class Number:
    """A whole number in its words (`ngettext_lazy` with %(count)d); `scale` turns it into the stored value."""

    path: str
    words: Any
    scale: int = 1

    def say(self, values: Values) -> str | None:
        count, rest = divmod(values[self.path], self.scale)
        return None if rest else self._words(count)

    def read(self, text: Text, at: int) -> Read:
        for example in dict.fromkeys((self._words(1), self._words(2))):
            found = _matched(example, text, at)
            if found:
                yield found.end(), {self.path: int(found["count"] or 1) * self.scale}

    def _words(self, count: int) -> str:
        return str(self.words % {"count": count})


def _matched(example: str, text: Text, at: int) -> "re.Match[str] | None":
    """`example` with another number in it."""
    parts = re.split(r"\d+", example)
    pattern = r"(?P<count>\d{1,9})".join(re.escape(part) for part in parts) if len(parts) == 2 else ""
    pattern = pattern or f"{re.escape(example)}(?P<count>)"
    found = re.compile(pattern, re.IGNORECASE).match(text.text, at)
    if not found:
        text.miss(at, example)
    return found


@dataclass(frozen=True)
class Quoted:
    """A name in the quotation marks of the language."""

    path: str

    def say(self, values: Values) -> str | None:
        return quoted(values[self.path])

    def read(self, text: Text, at: int) -> Read:
        for end, name in read_quoted(text, at):
            yield end, {self.path: name}


def quoted(name: str) -> str:
    """“name”."""
    return gettext("“%(name)s”") % {"name": name}


def read_quoted(text: Text, at: int) -> Iterator[tuple[int, str]]:
    """A name in quotation marks; straight ones are read too."""
    opening, closing = gettext("“%(name)s”").split("%(name)s")
    for marks in ((opening, closing), ('"', '"')):
        if text.text.startswith(marks[0], at):
            end = text.text.find(marks[1], at + 1)
            if end > at:
                yield end + 1, text.text[at + 1 : end]
                return
    text.miss(at, quoted("…"))


@dataclass(frozen=True)
class Several:
    """A list as people say it: a, b and c. With `takes_others` unknown names stand in quotation marks; `tail` ends every
    list and may stand alone."""

    path: str
    options: Mapping[str, Words]
    last: Words
    takes_others: bool = False
    tail: Words = ""

    def say(self, values: Values) -> str | None:
        items = values[self.path]
        if not items and not self.tail:
            return None
        if not self.takes_others and any(item not in self.options for item in items):
            return None
        words = [str(self.options[item]) if item in self.options else quoted(item) for item in items]
        words += [str(self.tail)] if self.tail else []
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {self.last} {words[-1]}"

    def read(self, text: Text, at: int) -> Read:
        for end, items in self._items(text, at, (), is_last=False):
            yield end, {self.path: items}

    def _items(
        self, text: Text, at: int, found: tuple[str, ...], *, is_last: bool
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        if self.tail and (is_last or not found) and text.follows(str(self.tail), at):
            yield at + len(str(self.tail)), found
        for end, item in self._item(text, at):
            more = (*found, item)
            if not is_last:
                yield from self._more(text, end, more)
            if (is_last or len(more) == 1) and not self.tail:
                yield end, more

    def _more(self, text: Text, at: int, found: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
        for join, is_last in ((f" {self.last} ", True), (", ", False)):
            if text.text[at : at + len(join)].lower() == join.lower():
                yield from self._items(text, at + len(join), found, is_last=is_last)

    def _item(self, text: Text, at: int) -> Iterator[tuple[int, str]]:
        for item, words in sorted(self.options.items(), key=lambda one: -len(str(one[1]))):
            if text.follows(str(words), at):
                yield at + len(str(words)), item
        if self.takes_others:
            yield from read_quoted(text, at)


@dataclass(frozen=True)
class Fixed:
    """Says nothing and stands for these values."""

    values: Values

    def say(self, values: Values) -> str | None:
        return "" if all(values[path] == value for path, value in self.values.items()) else None

    def read(self, text: Text, at: int) -> Read:
        yield at, dict(self.values)


@dataclass(frozen=True)
class Phrase:
    """A message with pieces in its slots, in the order of the language; `fixed` are the values the phrase itself means."""

    message: Words
    slots: Mapping[str, Node] = field(default_factory=dict)
    fixed: Values = field(default_factory=dict)

    def say(self, values: Values) -> str | None:
        said = self.pieces(values)
        return None if said is None else "".join(words for _slot, words in said)

    def pieces(self, values: Values) -> list[tuple[str, str]] | None:
        """The phrase cut at its slots: (slot or "", words); None if it cannot say the values."""
        if any(values[path] != value for path, value in self.fixed.items()):
            return None
        found = []
        for slot, words in self._parts():
            said = self.slots[slot].say(values) if slot else words
            if said is None:
                return None
            found.append((slot, said))
        return found

    def read(self, text: Text, at: int) -> Read:
        for end, values in self._read(text, at, self._parts()):
            yield end, {**self.fixed, **values}

    def _read(self, text: Text, at: int, parts: Sequence[tuple[str, str]]) -> Read:
        if not parts:
            yield at, {}
            return
        slot, words = parts[0]
        if not slot:
            if text.follows(words, at):
                yield from self._read(text, at + len(words), parts[1:])
            return
        for end, values in self.slots[slot].read(text, at):
            for last, others in self._read(text, end, parts[1:]):
                yield last, {**values, **others}

    def _parts(self) -> list[tuple[str, str]]:
        pieces = re.split(r"%\((\w+)\)s", str(self.message))
        return [("", words) if place % 2 == 0 else (words, "") for place, words in enumerate(pieces) if words]


@dataclass(frozen=True)
class Either:
    """The first that can say it; read, any of them."""

    ways: Sequence[Node]

    def say(self, values: Values) -> str | None:
        return next((said for way in self.ways if (said := way.say(values)) is not None), None)

    def read(self, text: Text, at: int) -> Read:
        for way in self.ways:
            yield from way.read(text, at)


def optional(node: Node, without: Values) -> Either:
    """Nothing where the values are these, else the piece."""
    return Either((Fixed(without), node))
