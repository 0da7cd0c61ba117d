"""Pages to words, words to pages: nothing lost, nothing run."""

import pytest

from allmende.connectors.markup import LONGEST, absolute, one_line, paragraphs, words


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins<br>zwei</p><p>drei</p>", "Eins\nzwei\n\ndrei"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<a href="https://haus.example/lang">haus.example/la…</a>', "https://haus.example/lang"),
        ('<a href="https://haus.example/">hier</a>', "hier (https://haus.example/)"),
        ('<a href="javascript:alert(1)">hier</a>', "hier"),
        ("<script>alert(1)</script><style>p{}</style>Wort<!-- still -->", "Wort"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>a\n   b</p>", "a b"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("1 &lt; 2 &amp;amp; x < y", "1 < 2 &amp; x < y"),
        ("<p><b><i>offen", "offen"),
        ("\ud800 allein", "? allein"),
    ],
)
def test_pages_become_words(html: str, text: str) -> None:
    assert words(html) == text


def test_what_is_too_long_is_cut_and_what_is_deep_is_read() -> None:
    assert len(words("x" * (LONGEST + 5))) == LONGEST
    assert words("<div>" * 5_000 + "tief") == "tief"
    assert words("<div>" * 40_000 + "tiefer") == ""


def test_addresses_become_whole_and_scripts_stay_out() -> None:
    page = '<a href="/x?a=1&amp;b=2">x</a><img src="y.png" onerror="z()"><script>z()</script><a href="javascript:z()">n</a>'
    assert absolute(page, "https://haus.example/neues/") == (
        '<a href="https://haus.example/x?a=1&amp;b=2">x</a><img src="https://haus.example/neues/y.png"><a>n</a>'
    )


def test_a_heading_is_one_line() -> None:
    assert one_line("Auf<br>räumen &amp; <i>mehr</i>") == "Auf räumen & mehr"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Eins\nzwei\r\n\r\ndrei\n \n\nvier", ["Eins<br>zwei", "drei", "vier"]),
        ('<b> & "x"', ['&lt;b&gt; &amp; "x"']),
        (
            "(https://a.example/b?c=1&d=2).",
            ['(<a href="https://a.example/b?c=1&amp;d=2">https://a.example/b?c=1&amp;d=2</a>).'],
        ),
        ("https://a.example/x_(y)!", ['<a href="https://a.example/x_(y)">https://a.example/x_(y)</a>!']),
        ('https://a.example/"onclick="x', ['<a href="https://a.example/">https://a.example/</a>"onclick="x']),
        ("javascript:alert(1)", ["javascript:alert(1)"]),
        (" ", []),
    ],
)
def test_words_become_paragraphs_and_come_back(text: str, parts: list[str]) -> None:
    assert paragraphs(text) == parts
    assert words("".join(f"<p>{part}</p>" for part in parts)).split() == text.split()
