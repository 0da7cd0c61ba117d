"""A book as Markdown (CommonMark with tables), for a wiki, a repository or an editor of plain text."""

import re

from allmende.paper.as_html import headings_of
from allmende.paper.elements import Book, Chapter, Facts, Heading, Listing, Paragraph, Part, Table

# What would be markup is set as it stands.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&])")
# What begins a list, a rule or an underline: the mark behind a number is what must not stand bare.
_AT_FRONT = re.compile(r"^(\d*)([-+=.)])")


def as_markdown(book: Book) -> str:
    """The whole book as one text."""
    head = [f"# {_inline(book.title)}", _lines(book.subtitle), *(_lines(one) for one in book.about)]
    contents = [f"## {_inline(book.contents)}", "\n".join(_entry(chapter) for chapter in book.chapters)]
    chapters = [text for chapter in book.chapters for text in _chapter(chapter)]
    return "\n\n".join(text for text in (*head, *contents, *chapters) if text) + "\n"


def _entry(chapter: Chapter) -> str:
    inner = [f"  - {_inline(heading.text)}" for _, heading in headings_of(chapter)]
    return "\n".join([f"- {_inline(chapter.title)}", *inner])


def _chapter(chapter: Chapter) -> list[str]:
    """Two lists beneath one another would be read as one: an empty comment keeps them apart."""
    lines, is_list = [f"## {_inline(chapter.title)}"], False
    for part in chapter.stepped:
        if is_list and isinstance(part, Facts | Listing):
            lines.append("<!-- -->")
        is_list = isinstance(part, Facts | Listing)
        lines.append(_part(part))
    return lines


def _part(part: Part) -> str:
    match part:
        case Heading():
            return f"{'#' * min(part.level + 2, 6)} {_inline(part.text)}"
        case Paragraph():
            return _lines(part.text)
        case Facts():
            return "\n".join(f"- **{_inline(name)}:** {_lines(value, '  ')}" for name, value in part.rows)
        case Listing():
            return "\n".join(f"- {_lines(one, '  ')}" for one in part.items)
        case Table():
            rows = [part.heads, ("---",) * len(part.heads), *part.rows]
            return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows)
    raise TypeError(type(part).__name__)


def _cell(text: str) -> str:
    return text if text == "---" else "<br>".join(_inline(line) for line in text.splitlines())


def _lines(text: str, indent: str = "") -> str:
    """Line breaks stay; an empty line begins a paragraph."""
    lines = [_AT_FRONT.sub(r"\1\\\2", _inline(line)) for line in text.splitlines()]
    followed = zip(lines, [*lines[1:], ""], strict=False)
    broken = [f"{line}\\" if line and following else line for line, following in followed]
    return "\n".join(f"{indent}{line}" if number and line else line for number, line in enumerate(broken))


def _inline(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
