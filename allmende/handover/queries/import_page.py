"""The page on which a book is read in: what would be made, and what stays behind."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from allmende.handover.catalogue import CHAPTER_WORDS, TABLE_WORDS
from allmende.handover.models import BookUpload
from allmende.handover.queries.whole_book import WHOLE, taken_chapters
from allmende.team.models import Person

Words = str | Promise


@dataclass(frozen=True)
class ChapterRow:
    """One chapter of a preview: what people count in it, and all its rows."""

    title: Words
    counts: tuple[tuple[Words, int], ...]
    rows: int


@dataclass(frozen=True)
class ImportPage:
    """`upload`: the book looked at; `taken`: what stands here already. `left_out`: reasons by chapter."""

    upload: BookUpload | None
    chapters: tuple[ChapterRow, ...]
    taken: tuple[Words, ...]
    left_out: tuple[tuple[Words, tuple[Words, ...]], ...]


def import_page(person: Person) -> ImportPage:
    """What this person is about to read in."""
    upload = BookUpload.objects.filter(person=person).defer("text").first()
    found: Mapping[str, Mapping[str, int]] = upload.found["chapters"] if upload else {}
    chapters = tuple(_row(chapter.name, found[chapter.name]) for chapter in WHOLE if chapter.name in found)
    taken = tuple(CHAPTER_WORDS[name] for name in taken_chapters(person.workspace))
    left_out = tuple(
        (CHAPTER_WORDS[chapter.name], tuple(dict.fromkeys(chapter.left_out.values())))
        for chapter in WHOLE
        if chapter.left_out
    )
    return ImportPage(upload, chapters, taken, left_out)


def _row(name: str, tables: Mapping[str, int]) -> ChapterRow:
    counts = tuple((words, tables[table]) for table, words in TABLE_WORDS.items() if tables.get(table))
    return ChapterRow(CHAPTER_WORDS[name], counts, sum(tables.values()))
