"""A status's HTML becomes words: line breaks, links, mentions; hostile HTML becomes nothing but its words."""

import time

import pytest

from allmende.connectors.mastodon.content import LONGEST, words

MENTIONS = {"https://fern.example/@mia": "mia@fern.example", "https://haus.example/@jan": "jan"}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Guten Tag</p>", "Guten Tag"),
        ("<p>eins<br />zwei</p><p>drei</p>", "eins\nzwei\n\ndrei"),
        ("<p>eins\n  zwei</p>\n\n<p>drei</p>", "eins zwei\n\ndrei"),
        ("<p>1 &lt; 2 &amp;&amp; &quot;ja&quot; &#39;nein&#39; &nbsp;Ende</p>", "1 < 2 && \"ja\" 'nein' \xa0Ende"),
        ("<ul><li>Apfel</li><li>Birne</li></ul>Schluss", "- Apfel\n- Birne\n\nSchluss"),
        ("<blockquote><p>Zitat</p></blockquote><p>Antwort</p>", "Zitat\n\nAntwort"),
        ("<pre><code>a\n  b</code></pre>", "a\n  b"),
        ("nackter Text", "nackter Text"),
        ("", ""),
        ('<p><span class="h-card"><a href="https://fern.example/@mia" class="u-url mention">@<span>mia</span></a></span> hallo</p>', "@mia@fern.example hallo"),
        ('<a href="https://haus.example/@jan" class="u-url mention">@<span>jan</span></a>', "@jan"),
        ('<a href="https://wo.example/@wer" class="u-url mention">@<span>wer</span></a>', "@wer"),
        ('<a href="https://fern.example/@mia" rel="mention">@mia</a>', "@mia@fern.example"),
        ('<a href="https://haus.example/tags/hafen" class="mention hashtag" rel="tag">#<span>hafen</span></a>', "#hafen"),
        (
            '<a href="https://a.example/ein/langer/weg"><span class="invisible">https://</span><span class="ellipsis">a.example/ein/la</span><span class="invisible">nger/weg</span></a>',
            "https://a.example/ein/langer/weg",
        ),
        ('<a href="https://www.a.example/langer/weg">a.example/langer…</a>', "https://www.a.example/langer/weg"),
        ('siehe <a href="https://a.example/x">hier</a>.', "siehe hier (https://a.example/x)."),
        ('<a href="https://a.example/x"></a>', "https://a.example/x"),
        ('<a href="https://boese.example/">https://gut.example/</a>', "https://gut.example/ (https://boese.example/)"),
    ],
)  # fmt: skip
def test_words(html: str, text: str) -> None:
    assert words(html, MENTIONS) == text


HOSTILE = [
    "<script>alert(1)</script>Text",
    "<p>Text<script src=https://x.example/></script></p>",
    "<style>p{display:none}</style>Text",
    "<img src=x onerror=alert(1)>Text",
    "<svg><script>alert(1)</script></svg>Text",
    '<a href="javascript:alert(1)">Text</a>',
    "<a href='data:text/html,<script>alert(1)</script>'>Text</a>",
    "<!-- <script>alert(1)</script> -->Text",
    "<p onclick=alert(1)>Text",
    "</p></p></p>Text</a></div>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>Text",
    "<p>Text<br",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_leaves_its_words(html: str) -> None:
    assert words(html, {}).strip() == "Text"


@pytest.mark.parametrize(
    "html",
    ["<p>" * 60_000 + "x", "<a href='https://a.example'>" * 20_000, "<" * 200_000, "&" * 200_000, "<!" * 100_000, "x" * 10_000_000, "<br>" * 50_000, "\n" * 200_000],
)  # fmt: skip
def test_endless_html_ends_soon(html: str) -> None:
    began = time.process_time()
    assert len(words(html, {})) <= LONGEST * 2
    assert time.process_time() - began < 2
