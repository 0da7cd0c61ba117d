"""A book as one HTML file: its style inside, no script, nothing fetched; it reads on a phone and prints."""

from collections.abc import Iterator
from html import escape

from allmende.paper.elements import Book, Chapter, Facts, Heading, Listing, Paragraph, Part, Table

STYLE = """
:root { color-scheme: light; }
body { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; color: #1d211b; background: #fff;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; overflow-wrap: anywhere; }
h1, h2 { font-family: Georgia, "Times New Roman", serif; line-height: 1.2; }
h1 { font-size: 2.1rem; margin: 2rem 0 .5rem; }
h2 { font-size: 1.6rem; margin: 3.5rem 0 1rem; padding-top: .75rem; border-top: 2px solid #1d5a3a; }
h3 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; } h4, h5, h6 { font-size: 1rem; margin: 1.5rem 0 .35rem; }
h5, h6 { color: #454b42; }
p, dd, li, td { white-space: pre-line; } p { margin: .5rem 0; } .fine { color: #454b42; font-size: .9rem; }
a { color: #1d5a3a; } nav ol { padding-left: 1.25rem; } nav ol ol { list-style: none; font-size: .9rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: .3rem 1rem; margin: .5rem 0 1rem; }
dt { color: #454b42; font-size: .9rem; padding-top: .1rem; } dd { margin: 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin: .75rem 0 1.25rem; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #d9ddd5; }
thead th { color: #454b42; } tbody th { font-weight: 600; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h2 { break-before: page; }
  h2, h3, h4, h5, h6 { break-after: avoid; } tr, dd { break-inside: avoid; } a { color: inherit; text-decoration: none; } }
@page { margin: 18mm; }
"""


def as_html(book: Book) -> str:
    """The whole book as a page."""
    language, title = escape(book.language), escape(book.title)
    about = "".join(f"<p>{escape(one)}</p>" for one in book.about)
    lines = [
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{STYLE}</style></head><body>",
        f'<header><p class="fine">{escape(book.subtitle)}</p><h1>{title}</h1>{about}</header>',
        _contents(book),
        "<main>",
        *(_chapter(one) for one in book.chapters),
        "</main></body></html>\n",
    ]
    return "\n".join(lines)


def _contents(book: Book) -> str:
    entries = []
    for chapter in book.chapters:
        inner = [f'<li><a href="#{anchor}">{escape(heading.text)}</a></li>' for anchor, heading in headings_of(chapter)]
        below = f"<ol>{''.join(inner)}</ol>" if inner else ""
        entries.append(f'<li><a href="#{escape(chapter.key)}">{escape(chapter.title)}</a>{below}</li>')
    title = escape(book.contents)
    return f'<nav aria-labelledby="contents"><h2 id="contents">{title}</h2><ol>{"".join(entries)}</ol></nav>'


def headings_of(chapter: Chapter) -> Iterator[tuple[str, Heading]]:
    """(anchor, heading) of what stands in the table of contents."""
    top = [part for part in chapter.stepped if isinstance(part, Heading) and part.level == 1]
    return ((f"{chapter.key}-{number}", heading) for number, heading in enumerate(top, start=1))


def _chapter(chapter: Chapter) -> str:
    anchors = iter([anchor for anchor, _ in headings_of(chapter)])
    key, title = escape(chapter.key), escape(chapter.title)
    lines = [f'<section aria-labelledby="{key}"><h2 id="{key}">{title}</h2>']
    for part in chapter.stepped:
        if isinstance(part, Heading):
            level = min(part.level + 2, 6)
            anchor = f' id="{next(anchors)}"' if part.level == 1 else ""
            lines.append(f"<h{level}{anchor}>{escape(part.text)}</h{level}>")
        else:
            lines.append(_part(part))
    return "\n".join([*lines, "</section>"])


def _part(part: Part) -> str:
    match part:
        case Paragraph():
            kind = ' class="fine"' if part.is_fine else ""
            return f"<p{kind}>{escape(part.text)}</p>"
        case Facts():
            rows = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in part.rows)
            return f"<dl>{''.join(rows)}</dl>"
        case Listing():
            return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in part.items)}</ul>"
        case Table():
            return _table(part)
    raise TypeError(type(part).__name__)


def _table(part: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in part.heads)
    rows = []
    for first, *others in part.rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in others)
        rows.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
