"""A book as tagged PDF, with pages numbered and a table of contents."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from allmende.paper.elements import Book, Part
from allmende.paper.typesetting import typeset


def as_pdf(book: Book, *, at: datetime) -> bytes:
    """The whole book as PDF bytes; some seconds for typst: never in a web process."""
    return typeset("book", content_of(book), at=at)


def content_of(book: Book) -> dict[str, Any]:
    """The book as the sheet reads it: every part says its `kind`."""
    chapters = [
        {"title": chapter.title, "parts": [_part(part) for part in chapter.stepped]} for chapter in book.chapters
    ]
    return {**asdict(book), "chapters": chapters}


def _part(part: Part) -> dict[str, Any]:
    return {"kind": type(part).__name__.lower(), **asdict(part)}
