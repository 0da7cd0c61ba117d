"""A book in three writings from the same elements: words stay words, nothing is fetched, the PDF is tagged."""

import re
import zlib
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import pytest

from allmende.paper.as_html import as_html
from allmende.paper.as_markdown import as_markdown
from allmende.paper.as_pdf import as_pdf
from allmende.paper.elements import Book, Chapter, Heading, facts, listed, said, table, under

HOSTILE = "<script>x</script> & *b* _c_ [d](e) `f` #eval $x$ | \\"
AT = datetime(2026, 10, 7, tzinfo=UTC)


def book(*parts):
    chapters = (Chapter("plan", "Der Plan", parts), Chapter("team", "Das Team", ()))
    return Book("Das Buch", "Lotsenforum", ("Stand heute",), "Inhalt", "de", chapters)


WHOLE = book(
    *under("Ziel", said(HOSTILE), level=1),
    Heading("Darunter", 4),
    *facts((HOSTILE, f"{HOSTILE}\nzweite Zeile"), ("leer", "")),
    *listed(["1. kein Listenpunkt", "- auch nicht", "", HOSTILE]),
    *table(["Kopf", HOSTILE], [[HOSTILE, "a\nb"], ["x", None]]),
)


class _Checked(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_whole_fetches_nothing_and_runs_nothing():
    page = as_html(WHOLE)
    reader = _Checked()
    reader.feed(page)
    assert not reader.open
    assert {tag for tag, _ in reader.seen} & {"script", "link", "img", "iframe", "object"} == set()
    assert not [1 for _, attrs in reader.seen if "src" in attrs or not attrs.get("href", "#").startswith("#")]
    assert "url(" not in page and "@import" not in page
    assert unescape(re.sub("<[^>]+>", "", page)).count(HOSTILE) == 6
    assert reader.seen[0] == ("html", {"lang": "de"})


def test_every_entry_of_the_contents_leads_somewhere():
    reader = _Checked()
    reader.feed(as_html(WHOLE))
    wanted = [attrs["href"][1:] for tag, attrs in reader.seen if tag == "a"]
    known = [attrs["id"] for _, attrs in reader.seen if "id" in attrs]
    assert wanted == ["plan", "plan-1", "team"]
    assert set(wanted) <= set(known) and len(known) == len(set(known))


def test_markdown_keeps_words_as_words():
    text = as_markdown(WHOLE)
    assert "# Das Buch" in text and "### Ziel" in text
    assert r"\<script\>x\</script\> \& \*b\* \_c\_ \[d\](e) \`f\` \#eval" in text
    assert r"- 1\. kein Listenpunkt" in text and r"- \- auch nicht" in text
    assert text.count("| --- | --- |") == 1
    assert "| a<br>b |" in text


@pytest.mark.parametrize("line", ["# x", "- x", "+ x", "1) x", "=== ", "> x", "~~~"])
def test_no_line_of_somebody_becomes_markup(line):
    (shown,) = [row for row in as_markdown(book(*said(line))).splitlines() if "x" in row or "=" in row or "~" in row]
    assert shown.startswith(("\\", "1\\)"))


def test_pdf_is_tagged_numbered_and_the_same_each_time():
    pdf = as_pdf(WHOLE, at=AT)
    assert pdf == as_pdf(WHOLE, at=AT)
    parts = [pdf]
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(raw))
        except zlib.error:
            continue
    inside = b"\n".join(parts)
    for wanted in (b"<pdfuaid:part>1</pdfuaid:part>", b"/TH", b"/TD", b"/LI", b"/TOC", b"/H1", b"/H2"):
        assert wanted in inside, wanted
    assert re.search(rb"/Lang\s*\(de\)", inside)


def test_a_book_without_chapters_can_be_set():
    empty = Book("Leer", "", (), "Inhalt", "en")
    assert as_pdf(empty, at=AT).startswith(b"%PDF-")
    assert "Leer" in as_html(empty) and as_markdown(empty).startswith("# Leer")
