"""Letters that were made to break a reader: each gives something bounded to read, soon, and none raises."""

import time
from datetime import UTC, datetime

import pytest

from allmende.connectors.mail import headers, read, words

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HEAD = b"From: mia@fern.example\r\nMessage-ID: <1@fern.example>\r\n"


def nested(depth: int) -> bytes:
    inner = b"Content-Type: text/plain\r\n\r\nGanz innen"
    for number in range(depth):
        name = f"g{number}".encode()
        inner = (
            b"Content-Type: multipart/mixed; boundary="
            + name
            + b"\r\n\r\n--"
            + name
            + b"\r\n"
            + inner
            + b"\r\n--"
            + name
            + b"--\r\n"
        )
    return HEAD + inner


HOSTILE = {
    "nothing": b"",
    "no head": b"\r\n\r\nnur Text",
    "no end": HEAD + b"Subject: =?utf-8?q?",
    "nul": HEAD + b"Subject: a\x00b\r\n\r\nx\x00\x07y",
    "broken words": HEAD + b"Subject: =?utf-8?b?!!!?= =?what-8?q?x?= =?utf-8?b?/w==?=\r\n\r\nx",
    "bomb charset": HEAD + b"Content-Type: text/plain; charset=zlib_codec\r\n\r\nx",
    "slow charset": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * 100_000,
    "odd charset": HEAD + b"Content-Type: text/plain; charset*=utf-8'de'\xff\xfe\r\n\r\nx",
    "wrong charset": HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xfc\xdfe",
    "broken base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n=====A",
    "unknown encoding": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n!!!!\r\nend",
    "deep": nested(60),
    "bottomless": nested(3_000),
    "many parts": HEAD + b"Content-Type: multipart/mixed; boundary=g\r\n\r\n" + b"--g\r\n\r\nx\r\n" * 20_000,
    "many attachments": HEAD + b"Content-Type: multipart/mixed; boundary=g\r\n\r\n"
    + b"--g\r\nContent-Disposition: attachment; filename=x\r\n\r\nx\r\n" * 500,
    "no boundary": HEAD + b"Content-Type: multipart/mixed\r\n\r\nx",
    "long subject": HEAD + b"Subject: " + b"=?utf-8?q?x?= " * 50_000 + b"\r\n\r\nx",
    "many references": HEAD + b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\nx",
    "many people": b"From: " + b"a@b.example, " * 50_000 + b"\r\n\r\nx",
    "open brackets": b"From: " + b"<" * 50_000 + b"\r\nTo: " + b"(" * 50_000 + b"\r\nMessage-ID: " + b"<" * 50_000 + b"\r\n\r\nx",
    "quotes": HEAD + b"\r\n" + b"> x\r\n" * 60_000,
    "attributions": HEAD + b"\r\n" + b"Am x schrieb y\r\n" * 60_000,
    "tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div><a href=x>" * 20_000,
    "comments": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 50_000,
    "file name": HEAD + b"Content-Type: image/png; name=\"../../etc/\x01passwd\"\r\n\r\nx",
    "report without parts": HEAD + b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nx",
    "delivery status in words": HEAD + b"Content-Type: multipart/report; boundary=g\r\n\r\n--g\r\nContent-Type: message/delivery-status\r\n\r\n\xff: \xfe\r\n--g--",
    "half a surrogate": HEAD + b"Content-Type: text/plain; charset=utf-16\r\n\r\n\x00\xd8",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_something_bounded_can_be_read_of_it(name: str) -> None:
    began = time.process_time()
    letter = read.letter(HOSTILE[name], NOW)
    (item, *_) = read.items(letter, "haus@haus.example", letter.native_id, is_ours=False)
    assert time.process_time() - began < 5
    assert 0 < len(item.ref.native_id) <= 255
    assert len(item.text) <= 200_000
    assert len(item.html) <= 200_000
    assert len(item.media) <= 20
    assert len(item.title) <= 300
    assert len(letter.references) <= 201
    for text in (item.title, item.text, *(medium.name for medium in item.media)):
        text.encode()
        assert "\x00" not in text
    assert "\n" not in item.title
    assert item.author is not None
    assert "\n" not in item.author.handle + item.author.name


def test_what_can_be_saved_is() -> None:
    assert read.letter(HOSTILE["wrong charset"], NOW).text == "Grüße"
    assert read.letter(HOSTILE["broken words"], NOW).subject
    assert read.letter(HOSTILE["nul"], NOW).text == "xy"
    assert read.letter(nested(8), NOW).text == "Ganz innen"
    (medium,) = read.letter(HOSTILE["file name"], NOW).attachments
    assert medium.name == "passwd"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "x",
        "a@b\r\nBcc: x@y.z",
        "a b@c.de",
        "<a@b.de>",
        '"x"@y.de',
        "a@b@c.de",
        "a@b..de",
        "x@" + "y" * 300,
        "a@b.de,c@d.de",
    ],
)
def test_only_addresses_are_addresses(written: str) -> None:
    assert headers.address_of(written) == ""


def test_addresses_are_written_as_the_network_does() -> None:
    assert headers.address_of(" Mia@Bücher.Example ") == "mia@xn--bcher-kva.example"
    assert headers.address_of("Mia.Muster+x@Fern.Example") == "mia.muster+x@fern.example"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ja.\n\nAm Mo., 2. Nov. 2026 um 10:00 Uhr schrieb\nHaus <h@x.example>:\n\n> Kommst du?\n> Ja?", {"quoted": 5}),
        ("Ja.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Haus wrote:\n> Come?", {"quoted": 5}),
        ("Ja.\n-----Ursprüngliche Nachricht-----\nVon: Haus\nText", {"quoted": 4}),
        ("Ja.\n\nVon: Haus <h@x.example>\nGesendet: Montag\nAn: Mia\nBetreff: x\n\nText", {"quoted": 5}),
        ("> Kommst du?\nJa.\n> Und wann?\nUm acht.", {}),
        ("Ja.\n-- \nMia\n\n> alt", {"quoted": 13, "signature": 4}),
        ("Am Montag schrieb ich dir:\nkomm doch", {}),
        ("Nur das", {}),
    ],
)
def test_remainder_and_signature_are_found(text: str, parts: dict[str, int]) -> None:
    assert words.parts_of(text) == parts


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins &amp; &lt;zwei&gt;</p>\n<p>drei<br>vier</p>", "Eins & <zwei>\n\ndrei\nvier"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<style>p{}</style><script>x</script><p>Da</p><!-- weg -->", "Da"),
        ('<a href="https://x.example/a">https://x.example/a</a> <a href="https://y.example">dort</a>', "https://x.example/a dort (https://y.example)"),
        ('<a href="javascript:weg()">hier</a>', "hier"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    ],
)  # fmt: skip
def test_html_becomes_words(html: str, text: str) -> None:
    assert words.text_of(html) == text


def test_soft_breaks_are_joined() -> None:
    assert (
        words.flowed("Ein \nSatz.\n-- \nMia \nMuster\n > x\n>  y", drops_blank=False)
        == "Ein Satz.\n-- \nMia Muster\n> x\n>  y"
    )
    assert words.flowed("Wort \nteil", drops_blank=True) == "Wortteil"
