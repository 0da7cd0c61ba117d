"""What a book consists of, whatever it is written on: chapters of headings, paragraphs, facts, lists and tables.

Texts are plain words; a line break in one is kept. Empty ones are left out by whoever makes them (`facts`, `listed`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading inside a chapter; level 1 stands in the table of contents."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; `is_fine` is set smaller, for what explains."""

    text: str
    is_fine: bool = False


@dataclass(frozen=True)
class Facts:
    """Names with what belongs to each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Listing:
    """Lines beneath one another."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows under heads; the first cell of a row names it."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Heading | Paragraph | Facts | Listing | Table


@dataclass(frozen=True)
class Chapter:
    """What one room has to say. `key` names it in addresses inside the book."""

    key: str
    title: str
    parts: tuple[Part, ...]

    @property
    def stepped(self) -> tuple[Part, ...]:
        """The parts with no heading more than one level below the one before: readers of screens count on that."""
        found: list[Part] = []
        above = 0
        for part in self.parts:
            if isinstance(part, Heading):
                above = min(part.level, above + 1)
                found.append(Heading(part.text, above))
            else:
                found.append(part)
        return tuple(found)


@dataclass(frozen=True)
class Book:
    """The whole. `about` stands on the first page: what is inside, what is not, as of when; `contents` heads the table."""

    title: str
    subtitle: str
    about: tuple[str, ...]
    contents: str
    language: str
    chapters: tuple[Chapter, ...] = field(default=())


def facts(*rows: tuple[object, object]) -> tuple[Part, ...]:
    """Facts without those that are empty; nothing when all are."""
    kept = tuple(
        (str(name), str(value).strip()) for name, value in rows if value not in (None, "") and str(value).strip()
    )
    return (Facts(kept),) if kept else ()


def listed(items: Iterable[object]) -> tuple[Part, ...]:
    """A list without empty lines; nothing when nothing is left."""
    kept = tuple(str(one).strip() for one in items if str(one).strip())
    return (Listing(kept),) if kept else ()


def table(heads: Iterable[object], rows: Iterable[Iterable[object]]) -> tuple[Part, ...]:
    """A table; nothing when it has no rows."""
    kept = tuple(tuple("" if cell is None else str(cell).strip() for cell in row) for row in rows)
    return (Table(tuple(str(head) for head in heads), kept),) if kept else ()


def said(*texts: object, is_fine: bool = False) -> tuple[Part, ...]:
    """A paragraph for each text that says something."""
    return tuple(Paragraph(str(one).strip(), is_fine) for one in texts if one and str(one).strip())


def under(heading: object, *groups: Iterable[Part], level: int = 1) -> tuple[Part, ...]:
    """A heading with what stands under it; nothing when there is nothing."""
    parts = tuple(part for group in groups for part in group)
    return (Heading(str(heading), level), *parts) if parts else ()
