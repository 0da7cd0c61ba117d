"""Whatever a forum writes, reading ends in items or in one word of the grammar; no name or text becomes markup or code."""

from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.discourse import read, write
from allmende.connectors.discourse.connector import Discourse
from allmende.connectors.discourse.login import log_in
from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.markup import pictures, words
from allmende.connectors.neutral import Draft, Item, Media, Ref
from allmende.connectors.secret import Secret

pytestmark = pytest.mark.thorough

SETTINGS = {"server": "https://a.example", "account_id": "1", "handle": "haus", "is_moderator": True}
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["1", 1, 2, "2026-11-20T10:00:00Z", "<p>x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
POST: dict[str, Any] = {
    "id": 3, "topic_id": 1, "post_number": 1, "post_type": 1, "version": 1, "created_at": "2026-11-20T10:00:00Z",
    "updated_at": "2026-11-20T10:00:00Z", "cooked": "<p>x</p>", "raw": "x", "user_id": 7, "username": "mia", "name": "Mia",
    "reply_to_post_number": None, "actions_summary": [{"id": 2, "count": 1}], "topic_title": "T", "deleted_at": None,
}  # fmt: skip
TOPIC: dict[str, Any] = {
    "id": 1,
    "title": "T",
    "posts_count": 2,
    "accepted_answer": {"post_number": 2},
    "details": {"created_by": {"id": 7}},
}
posts = st.dictionaries(st.sampled_from([*POST, "user_deleted", "accepted_answer"]), ODD, max_size=4).map(
    lambda odd: POST | odd
)
topics = st.tuples(st.dictionaries(st.sampled_from([*TOPIC, "deleted_at", "archetype"]), ODD, max_size=3), st.lists(posts, max_size=3) | ODD, st.lists(st.integers(), max_size=3) | ODD).map(
    lambda parts: TOPIC | {"post_stream": {"posts": parts[1], "stream": parts[2]}} | parts[0]
)  # fmt: skip
NOTICE = {
    "id": 9,
    "notification_type": 5,
    "topic_id": 1,
    "post_number": 1,
    "created_at": "2026-11-20T10:00:00Z",
    "data": {},
}
notices = st.dictionaries(st.sampled_from([*NOTICE]), ODD | st.sampled_from([5, 6]), max_size=3).map(
    lambda odd: NOTICE | odd
)


def told(answers: dict[str, Any]) -> Discourse:
    def answer(request: httpx2.Request) -> httpx2.Response:
        found = next((body for path, body in answers.items() if request.url.path.startswith(path)), None)
        return httpx2.Response(200, json=found)

    return Discourse(SETTINGS, Secret("t"), Client(transport=httpx2.MockTransport(answer)))


@settings(max_examples=250, deadline=None)
@given(st.lists(posts, max_size=3), st.lists(notices, max_size=3), topics | ODD, st.lists(topics, max_size=2) | ODD)
def test_reading_ends_in_items_or_in_a_word_of_the_grammar(said: Any, noticed: Any, topic: Any, listed: Any) -> None:
    connector = told({
        "/posts.json": {"latest_posts": said}, "/notifications.json": {"notifications": noticed}, "/t/": topic,
        "/topics/": {"topic_list": {"topics": listed}}, "/latest.json": {"topic_list": {"topics": listed}},
        "/post_action_users.json": {"post_action_users": said}, "/posts/": topic,
    })  # fmt: skip
    items: list[Item] = []
    try:
        for batch in connector.collect(""):
            items += batch.items
    except ConnectorError:
        pass
    for item in items:
        assert read.place_of(item.ref.native_id.partition("#")[0])
        assert item.thread
        assert item.occurred_at.tzinfo is not None
        assert all(isinstance(part, str) for part in (item.text, item.html, item.title, item.reply_to, item.ref.url))


@settings(max_examples=120, deadline=None)
@given(
    ODD
    | posts
    | topics
    | st.fixed_dictionaries({"user": ODD, "user_actions": ODD, "pending_posts": ODD, "categories": ODD})
)
def test_every_verb_ends_in_a_word_of_the_grammar(body: Any) -> None:
    connector = told({"/": body})
    picture = Media("image/png", content=b"x")
    for verb in (
        connector.whoami,
        lambda: connector.send(Draft("x", title="T"), "k"),
        lambda: connector.send(Draft("x", reply_to=Ref("1/1"), media=(picture,)), "k"),
        lambda: connector.find("k", Draft("x", title="T"), read.moment("2026-11-20")),
        lambda: connector.find("k", Draft("x", reply_to=Ref("1/1")), read.moment("2026-11-20")),
        lambda: connector.measure([Ref("1/1")]),
        lambda: connector.withdraw(Ref("1/1")),
        lambda: connector.moderate(Ref("1/1"), "lock"),
        lambda: log_in({"server": "a.example", "username": "haus", "api_key": "k"}, connector.client),
    ):
        try:
            verb()
        except ConnectorError:
            continue


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>&;/\"'ap brscimg=#x0 \n", max_size=200))
def test_no_markup_survives_in_words_unless_it_was_written_as_words(html: str) -> None:
    found = words(html)
    assert "<script" not in found or "&lt;" in html or "&#" in html
    assert found == found.strip()


def test_words_and_pictures_of_what_forums_write() -> None:
    html = (
        '<h2>Titel</h2><p>Guten <strong>Tag</strong> <img src="/e.png" title=":smile:" class="emoji" alt=":smile:"> &amp; '
        '<a class="mention" href="/u/mia">@mia</a><br>zweite Zeile</p><ul><li>eins</li><li>zwei</li></ul>'
        '<pre><code>a\n  b</code></pre><p><a href="https://a.example/weg">hier</a> <a href="https://a.example/">a.example</a></p>'
        '<script>alert(1)</script><div class="lightbox-wrapper"><img src="https://a.example/b.jpg" alt="Bank"></div>'
    )
    assert words(html) == (
        "Titel\n\nGuten Tag :smile: & @mia\nzweite Zeile\n\n- eins\n- zwei\n\na\n  b\n\n"
        "hier (https://a.example/weg) https://a.example/"
    )
    assert pictures(html) == [("https://a.example/b.jpg", "Bank")]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202egnal", "a" * 100_000, "\x00", "'; DROP TABLE"])
def test_names_stay_names(name: str) -> None:
    author = read.author({"user_id": 7, "username": name, "name": name}, read.Us("1", "https://a.example"))
    assert (author.name, author.is_us, author.is_bot) == (name, False, False)


@pytest.mark.parametrize("alt", ["](javascript:alert(1))", "a|b", "zwei\nZeilen", "[x]"])
def test_an_alternative_text_cannot_leave_its_place(alt: str) -> None:
    line = write.picture({"short_url": "upload://1.png", "width": 4, "height": 3}, alt)
    assert line.count("](") == 1
    assert "\n" not in line
    assert line.endswith("|4x3](upload://1.png)")
