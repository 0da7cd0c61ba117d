"""Documents that want to do harm: bombs, endless nesting, scripts, other encodings."""

import time

import pytest

from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.feed.document import MOST_BYTES, document_of
from allmende.connectors.markup import words

URL = "https://haus.example/feed"
RSS = "application/rss+xml"
BOMB = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0"><channel><title>&c;</title></channel></rss>"""


def rss(inner: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{inner}</channel></rss>'.encode(
        "utf-8", "replace"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    with pytest.raises(Refused) as caught:
        document_of(BOMB.encode(encoding), RSS, URL)
    assert caught.value.reason_code == "has_entities"


def test_entities_that_hide_in_an_encoding_are_not_expanded() -> None:
    hidden = BOMB.replace('<?xml version="1.0"?>', "").replace("<!ENTITY", "+ADwAIQ-ENTITY")
    body = f'<?xml version="1.0" encoding="utf-7"?>{hidden}'.encode("ascii")
    try:
        document = document_of(body, RSS, URL)
    except ConnectorError:
        return
    assert "haha" * 10 not in document.title


def test_an_outer_entity_is_neither_fetched_nor_read() -> None:
    body = b'<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss version="2.0"><channel><title>x</title><item><title>&x;</title></item></channel></rss>'
    try:
        document = document_of(body, RSS, URL)
    except ConnectorError:
        return
    assert "root:" not in repr(document)


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        document_of(b"x" * (MOST_BYTES + 1), RSS, URL)
    assert caught.value.reason_code == "too_large"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 1000,
        b"<html><body>Nichts</body></html>",
        b"{}",
        b"[",
        b'{"version":"https://jsonfeed.org/version/1","items":7}',
        b"<rss",
        b"[" * 100_000,
        b'{"version":' + b"[" * 100_000,
    ],
)
def test_what_is_no_feed_is_asked_for_later(body: bytes) -> None:
    for media_type in (RSS, "application/json"):
        begun = time.process_time()
        with pytest.raises(TryLater):
            document_of(body, media_type, URL)
        assert time.process_time() - begun < 4


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>" + "<b>" * 60_000),
        rss("<item>" + "<category>x</category>" * 30_000 + "</item>"),
        rss("<a>" * 100 + "</a>" * 100),
        rss("<x/>" * 250_000),
        b"<a>" * 60_000,
        b"<a>" * 9_000,
    ],
)
def test_shapes_without_end_do_not_reach_the_parser(body: bytes) -> None:
    begun = time.process_time()
    with pytest.raises((Refused, TryLater)) as caught:
        document_of(body, RSS, URL)
    assert caught.value.reason_code in ("too_large", "garbled")
    assert time.process_time() - begun < 2


def test_a_feed_in_tatters_is_read_all_the_same() -> None:
    body = b"<rss version='2.0'><channel><title>A & B</title><item><guid>1</guid><title>Eins<br>zwei</title></item>"
    (entry,) = document_of(body, RSS, URL).entries
    assert entry.native_id == "https://haus.example/1"


@pytest.mark.parametrize(
    "inner",
    [
        "<item><description>" + "&lt;div&gt;" * 60_000 + "</description></item>",
        "<item><title>" + "<b>" * 60_000 + "</title></item>",
        "<item><title>x</title></item>" * 8_000,
        "<item><guid>" + "x" * 1_000_000 + "</guid></item>",
        "<item><description>" + "&lt;!--" * 60_000 + "</description></item>",
        "<item><description>" + "&lt;a href='" * 60_000 + "</description></item>",
        "<item>" + "<category>x</category>" * 30_000 + "</item>",
    ],
)
def test_documents_that_cost_much_cost_little_time(inner: str) -> None:
    begun = time.process_time()
    try:
        document = document_of(rss(inner), RSS, URL)
    except ConnectorError:
        document = None
    for entry in document.entries if document else ():
        words(entry.html)
        assert len(entry.native_id) <= 255
        assert len(entry.tags) <= 20
    assert time.process_time() - begun < 4


def test_scripts_never_become_words_and_links_stay_addresses() -> None:
    inner = "<item><guid>1</guid><link>javascript:alert(1)</link><title>&lt;script&gt;alert(1)&lt;/script&gt;Titel</title><description>&lt;script&gt;alert(1)&lt;/script&gt;Wort&lt;img src=x onerror=alert(1)&gt;</description><enclosure url='file:///etc/passwd' type='image/png'/></item>"
    (entry,) = document_of(rss(inner), RSS, URL).entries
    assert entry.url == ""
    assert entry.pictures == ()
    assert words(entry.html) == "Wort"
    assert words(entry.title) == "Titel"
