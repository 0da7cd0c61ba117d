"""Listening: whole discussions, accepted answers, edits, deletions, long gaps, points, nonsense."""

from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors import watching
from allmende.connectors.errors import TryLater
from allmende.connectors.github.connector import GitHub
from allmende.connectors.http import Client
from allmende.connectors.secret import Secret
from tests.networks.github.ground import Ground
from tests.networks.github.repository import JAN, MIA, NAME, US
from tests.networks.listener import Listener
from tests.networks.nonsense import endures, odd_values
from tests.networks.patience import during


def test_a_whole_discussion_is_heard_and_later_answers_too(ground: Ground, ear: Listener) -> None:
    ground.town.page = 10
    root = ground.town.open(MIA, "Raum 3", "Wann öffnet er?")
    tops = [ground.say(f"Antwort {number}", root=root) for number in range(12)]
    below = [ground.say(f"Dazu {number}", tops[0], root) for number in range(25)]
    heard = ear.hear()
    assert [item.ref.native_id for item in heard] == [root, tops[0], *below, *tops[1:]]
    assert {item.thread for item in heard} == {root}
    assert (heard[1].reply_to, heard[2].reply_to, heard[2].act) == (root, tops[0], "commented")
    ground.say("Noch eine", root=root)
    assert ear.texts() == ["Noch eine"]
    ground.say("Tiefer", tops[3], root)
    assert ear.texts(61) == ["Tiefer"]


def test_an_accepted_answer_is_a_gesture_that_can_be_taken_back(ground: Ground, ear: Listener) -> None:
    root = ground.town.open(MIA, "Raum 3", "Wann öffnet er?")
    answer = ground.town.comment(JAN, root, "Um neun.")
    ground.town.accept(answer)
    *_, mark = ear.hear()
    assert (mark.kind, mark.act, mark.target, mark.thread) == ("gesture", "accepted_answer", answer, root)
    assert mark.author is not None
    assert mark.author.handle == "mia"
    ground.town.accept(answer, False)
    (gone,) = ear.hear(61)
    assert (gone.ref, gone.kind, gone.act, bool(gone.deleted_at)) == (mark.ref, "gesture", "accepted_answer", True)
    other = ground.town.comment(JAN, root, "Oder um zehn.")
    ground.town.accept(other)
    assert [(item.act, item.target) for item in ear.hear(61)] == [("answered", ""), ("accepted_answer", other)]


def test_edits_and_deletions_are_told(ground: Ground, ear: Listener) -> None:
    root = ground.town.open(MIA, "Raum 3", "Frage")
    first, second = ground.say("Erste", root=root), ground.say("Zweite", root=root)
    ground.say("Darunter", first, root)
    ear.hear()
    ground.town.rows[root]["title"] = "Raum 4"
    assert [(item.title, item.edited_at is not None) for item in ear.hear()] == [("Raum 4", True)]
    ground.town.rows[second] |= {"text": "Geändert", "edited": ground.town.now()}
    ground.town.remove(first)  # a stone stays in its place, and the answer below it
    told = [(item.ref.native_id, item.text, bool(item.deleted_at)) for item in ear.hear(61)]
    assert told == [(second, "Geändert", False), (first, "", True)]
    ground.town.remove(root)
    gone = ear.hear(61)
    assert all(item.deleted_at for item in gone)
    assert gone[-1].ref.native_id == root
    assert ear.hear(61) == []


def test_a_long_gap_is_closed_from_its_upper_end(
    ground: Ground, ear: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PAGES", 2)
    ground.town.page = 5
    start = ground.town.now() - 43 * 4000
    for number in range(43):
        ground.town.open(MIA, f"Thema {number}", f"Frage {number}", at=start + number * 4000)
    heard: list[str] = []
    for _ in range(6):
        heard += [item.text for item in ear.hear(61, since="2026-01-01T00:00:00Z") if item.title != "Altes"]
    assert sorted(heard) == sorted(f"Frage {number}" for number in range(43))


def test_with_few_points_left_reading_rests(ground: Ground, ear: Listener) -> None:
    ground.say("Eins")
    ground.town.headers["X-RateLimit-Remaining"] = "120"
    ear.hear()
    asked = len(ground.town.visits)
    ground.say("Zwei")
    assert "Zwei" not in ear.texts(61)
    assert len(ground.town.visits) - asked <= 2
    ground.town.headers["X-RateLimit-Remaining"] = "4000"
    assert {"Eins", "Zwei"} <= {*ear.texts(1300), "Eins"}


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str) -> None:
    ground.say("Eins")
    ground.limits = during(kind)
    ground.town.plant("read", kind)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Eins"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}, "too_many"),
        ({"data": None, "errors": [{"message": "Something went wrong while executing your query."}]}, "network_fault"),
        ({"data": {"repository": None}}, "garbled"),
    ],
)
def test_refusals_with_status_200_are_asked_again(body: Any, reason: str) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=body)))
    with pytest.raises(TryLater) as caught:
        list(GitHub({"user_id": US, "repository": NAME}, Secret("token"), client).collect(""))
    assert caught.value.reason_code == reason


def test_hostile_words_stay_words_and_the_erased_have_no_name(ground: Ground, ear: Listener) -> None:
    ground.town.comment("U_ghost", ground.old, "<script>alert(1)</script> [x](javascript:alert(1)) \u202e")
    (item,) = ear.hear()
    assert item.author is None
    assert item.text == "<script>alert(1)</script> [x](javascript:alert(1)) \u202e"


NAMES = ["data", "node", "repository", "discussions", "search", "nodes", "pageInfo", "hasNextPage", "endCursor", "comments", "below",
         "answer", "answerChosenAt", "author", "id", "login", "body", "createdAt", "discussion", "errors", "type", "viewer", "said"]  # fmt: skip
ODD = odd_values(NAMES, "2026-11-20T10:00:00Z", "D_1", "Discussion", "DiscussionComment")
ROW: dict[str, Any] = {"__typename": "Discussion", "id": "D_1", "createdAt": "2026-11-20T10:00:00Z", "body": "x", "author": {"id": US, "login": "haus"}}  # fmt: skip
rows = st.dictionaries(st.sampled_from(NAMES), ODD, max_size=4).map(lambda odd: ROW | odd)
lists = st.lists(rows | ODD, max_size=3).map(lambda found: {"nodes": found, "pageInfo": {"hasNextPage": False}})
wholes = st.fixed_dictionaries({
    "repository": lists.map(lambda one: {"discussions": one}) | ODD,
    "node": (rows | ODD) | lists.map(lambda one: ROW | {"comments": one, "replies": one}),
    "viewer": rows | ODD,
})  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(wholes.map(lambda data: {"data": data}) | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=body)))
    endures(GitHub({"user_id": US, "repository": NAME, "can_moderate": True}, Secret("token"), client), "D_1")
