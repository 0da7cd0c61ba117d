"""What a page says of itself: Open Graph first, bounded, never HTML, asked through the guarded door."""

import time

import httpx2
import pytest

from allmende.connectors.cards import LIMITS, LONGEST_DESCRIPTION, LONGEST_TITLE, PageWords, page_words, read_page
from allmende.connectors.errors import ConnectorError, Refused
from allmende.connectors.http import Client

URL = "https://haus.example/fest/"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Fest | Haus</title>
<meta name="description" content="Für Suchmaschinen">
<META PROPERTY='og:title' CONTENT='Das &quot;Hafenfest&quot; &amp; mehr'>
<meta content="Am 5. Juni,
  am Kran" property="og:description"/><meta property="og:image" content="../bild.jpg?a=1&amp;b=2"></head></html>"""


def test_open_graph_comes_first_and_becomes_words() -> None:
    said = page_words(PAGE, URL)
    assert said == PageWords('Das "Hafenfest" & mehr', "Am 5. Juni, am Kran", "https://haus.example/bild.jpg?a=1&b=2")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("<title>\n Nur ein Titel </title>", PageWords("Nur ein Titel")),
        ("<title>T</title><meta name=description content=Kurz>", PageWords("T", "Kurz")),
        ("<title>T</title><meta name='twitter:title' content='Zwitschern'>", PageWords("Zwitschern")),
        ('<meta property="og:title" content=""><title>T</title>', PageWords("T")),
        ('<meta property="og:title" content="a > b"><meta property="og:image" content="http://[">', PageWords("a > b")),
        ('<meta property="og:title" content="Weiß\u202eelat\u200b \x00B">', PageWords("Weißelat B")),
        ("", PageWords("")),
    ],
)
def test_pages_that_say_less(head: str, said: PageWords) -> None:
    assert page_words(f"<html><head>{head}</head>", URL) == said


def test_long_words_are_cut_between_words() -> None:
    long = "Wort " * 1000
    said = page_words(f'<title>{long}</title><meta name="description" content="{long[:2900]}">', URL)
    assert len(said.title) <= LONGEST_TITLE and len(said.description) <= LONGEST_DESCRIPTION
    assert said.title.endswith("Wort…")


@pytest.mark.parametrize(
    "page",
    [
        "<meta " * 60_000,
        "<meta content='" * 30_000,
        '<meta a="' * 40_000,
        "<title " * 50_000,
        "<" * 300_000,
        "<meta<meta" * 30_000,
    ],
    ids=range(6),
)
def test_no_page_keeps_us_busy(page: str) -> None:
    before = time.process_time()
    page_words(page, URL)
    assert time.process_time() - before < 2


def asked(response: httpx2.Response, url: str = URL) -> PageWords:
    return read_page(url, Client(limits=LIMITS, transport=httpx2.MockTransport(lambda request: response)))


def test_letters_are_read_as_the_server_or_the_page_says() -> None:
    old = '<meta charset="iso-8859-1"><title>Grüße</title>'.encode("latin-1")
    assert asked(httpx2.Response(200, headers={"content-type": "text/html"}, content=old)).title == "Grüße"
    told = httpx2.Response(
        200, headers={"content-type": "text/html; charset=latin-1"}, content="<title>Grüße".encode("latin-1")
    )
    assert asked(told).title == "Grüße"
    odd = httpx2.Response(200, headers={"content-type": "text/html; charset=klingon"}, content="<title>Grüße".encode())
    assert asked(odd).title == "Grüße"


@pytest.mark.parametrize("named", ["punycode", "idna", "undefined", "unicode_escape", "utf-7", "zip"])
def test_letters_that_no_page_is_written_in_cost_no_time(named: str) -> None:
    page = b"<title>Fest</title><p>" + b"a9" * 500_000 + b"-" + b"a" * 500_000
    told = httpx2.Response(200, headers={"content-type": f"text/html; charset={named}"}, content=page)
    before = time.process_time()
    assert asked(told).title == "Fest"
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(404, headers={"content-type": "text/html"}, content=b"<title>Nein</title>"),
        httpx2.Response(200, headers={"content-type": "application/pdf"}, content=b"%PDF"),
        httpx2.Response(200, headers={"content-type": "text/html"}, content=b"x" * 5_000_001),
        httpx2.Response(302, headers={"location": "https://127.0.0.1/"}),
    ],
    ids=["absent", "no page", "too large", "inside"],
)
def test_what_is_no_page_for_everybody_has_no_words(response: httpx2.Response) -> None:
    with pytest.raises(ConnectorError):
        asked(response)


def test_nobody_is_asked_who_stands_inside() -> None:
    with pytest.raises(Refused):
        asked(httpx2.Response(200), "https://169.254.169.254/latest")
