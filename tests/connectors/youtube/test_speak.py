"""Answers: what YouTube refuses, what is found after no answer, measures; and that nonsense stays in the grammar."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.youtube.connector import YouTube
from allmende.connectors.youtube.door import quota_begins_anew
from tests.networks.patience import during
from tests.networks.youtube.ground import Ground
from tests.networks.youtube.network import JAN, MIA, US

WORDS = "Grüße an alle:\n\n\thttps://haus.example/ein/weg?a=1&b=2  \n#hafen <b> 👩‍🌾"


def drafted(ground: Ground) -> Draft:
    root = ground.network.say(MIA, "Wann?")
    return Draft(WORDS, reply_to=Ref(root), thread=root)


def found(ground: Ground, draft: Draft) -> Receipt | None:
    return ground.connector().find("k", draft, datetime.now(UTC) - timedelta(seconds=5))


def test_an_answer_stands_in_its_thread_and_comes_back_as_ours(ground: Ground) -> None:
    draft = drafted(ground)
    receipt = ground.connector().send(draft, "k")
    items = {item.ref: item for batch in ground.connector().collect("") for item in batch.items}
    item = items[receipt.ref]
    assert (item.text, item.thread, item.reply_to) == (WORDS, draft.thread, draft.thread)
    assert item.author is not None
    assert item.author.is_us


def test_an_answer_to_an_answer_stands_below_the_comment_both_belong_to(ground: Ground) -> None:
    root = ground.network.say(MIA, "Wann?")
    deeper = ground.network.say(JAN, "Das wüsste ich auch gern", root)
    receipt = ground.connector().send(Draft("Um neun.", reply_to=Ref(deeper), thread=root), "k")
    assert ground.network.rows[receipt.ref.native_id]["parent"] == root
    assert found(ground, Draft("Um neun.", reply_to=Ref(deeper))) == receipt


def test_other_words_for_an_answer_of_ours_and_for_no_other(ground: Ground) -> None:
    us, draft = ground.connector(), drafted(ground)
    ref = us.send(draft, "k").ref
    for _ in range(2):
        us.edit(ref, Draft("Um zehn."))
    item = {item.ref: item for batch in us.collect("") for item in batch.items}[ref]
    assert (item.text, item.edited_at is not None) == ("Um zehn.", True)
    for wrong, text, reason in ((draft.thread, "x", "forbidden"), ("Ugx", "x", "not_found"), ("a,b", "x", "not_found"), (ref.native_id, " ", "text_empty")):  # fmt: skip
        with pytest.raises(Refused) as caught:
            us.edit(Ref(wrong), Draft(text))
        assert caught.value.reason_code == reason


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
def test_what_stayed_unclear_is_found_and_not_said_twice(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.page = 5
    draft = drafted(ground)
    ground.network.plant("say", kind)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    for number in range(12):
        ground.network.say(JAN, f"Dazwischen {number}", draft.thread)
    receipt = found(ground, draft)
    assert receipt is not None
    assert ground.network.appeared.count(WORDS) == 1
    assert ground.connector().find("k", draft, datetime.now(UTC), claimed={receipt.ref.native_id}) is None
    assert ground.connector().find("k", draft, datetime.now(UTC) + timedelta(minutes=30)) is None


def test_the_same_words_of_somebody_else_are_not_ours(ground: Ground) -> None:
    draft = drafted(ground)
    ground.network.say(JAN, WORDS, draft.thread)
    assert found(ground, draft) is None


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        ((403, "quotaExceeded"), TryLater, "quota_used_up"),
        ((403, "commentsDisabled"), Refused, "comments_closed"),
        ((403, "forbidden"), Refused, "forbidden"),
        ((404, "parentCommentNotFound"), Refused, "not_found"),
        ((400, "commentTextTooLong"), Refused, "rejected"),
        ((400, "processingFailure"), Unclear, "network_fault"),
        ((503, "backendError"), Unclear, "network_fault"),
        ((401, "authError"), LoggedOut, "logged_out"),
        ((500, ""), Unclear, "status_500"),
    ],
)
def test_what_youtube_says_instead(
    ground: Ground, fault: tuple[int, str], error: type[ConnectorError], reason: str
) -> None:
    draft = drafted(ground)
    ground.network.fault = fault
    with pytest.raises(error) as caught:
        ground.connector().send(draft, "k")
    assert caught.value.reason_code == reason
    assert found(ground, draft) is None


def test_only_answers_are_said(ground: Ground) -> None:
    connector = ground.connector()
    assert [finding.code for finding in connector.check(Draft("Ein Beitrag"))] == ["cannot_send"]
    with pytest.raises(Refused):
        connector.send(Draft("Ein Beitrag"), "k")
    answer = drafted(ground)
    assert connector.check(answer) == ()
    long = Draft("x" * 10_001, reply_to=answer.reply_to)
    assert [finding.code for finding in connector.check(long)] == ["text_too_long"]
    assert ground.network.appeared == ["Wann?"]


def test_our_answers_are_taken_back_once_and_others_never(ground: Ground) -> None:
    connector, draft = ground.connector(), drafted(ground)
    ref = connector.send(draft, "k").ref
    cursor = [batch.cursor for batch in connector.collect("")][-1]
    connector.withdraw(ref)
    connector.withdraw(ref)
    gone = [item for batch in connector.collect(cursor) for item in batch.items]
    assert [(item.ref.native_id, bool(item.deleted_at)) for item in gone] == [(ref.native_id, True)]
    with pytest.raises(Refused) as caught:
        connector.withdraw(Ref(draft.thread))
    assert caught.value.reason_code == "forbidden"


def test_counters_of_a_comment_and_of_an_answer(ground: Ground) -> None:
    root = ground.network.say(MIA, "Wann?", likes=7)
    answer = ground.network.say(US, "Um neun.", root, likes=3)
    refs = [Ref(root), Ref(answer), Ref("no-such-comment"), Ref("a,b")]
    read_out = {(one.ref.native_id, one.name): one.value for one in ground.connector().measure(refs)}
    assert read_out == {(root, "likes"): 7, (root, "replies"): 1, (answer, "likes"): 3}


def test_midnight_is_the_next_one_there_whatever_the_hour() -> None:
    before, after = datetime(2026, 11, 28, 7, 59, tzinfo=UTC), datetime(2026, 11, 28, 8, 1, tzinfo=UTC)
    assert quota_begins_anew(before).astimezone(UTC) == datetime(2026, 11, 28, 8, 1, tzinfo=UTC)
    assert quota_begins_anew(after).astimezone(UTC) == datetime(2026, 11, 29, 8, 1, tzinfo=UTC)


def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector, draft = ground.connector(), drafted(ground)
    ground.network.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: connector.send(draft, "k"),
        lambda: connector.find("k", draft, datetime.now(UTC)),
        lambda: connector.withdraw(Ref("Ugx1.a2")),
        lambda: connector.moderate(Ref("Ugx1"), "remove"),
        lambda: connector.measure([Ref("Ugx1")]),
    ):
        with pytest.raises(LoggedOut):
            ask()


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["2026-11-20T10:00:00Z", "Ugx1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "items", "snippet", "nextPageToken", "value"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
SNIPPET: dict[str, Any] = {
    "textDisplay": "x", "authorDisplayName": "@mia", "authorChannelId": {"value": US}, "publishedAt": "2026-11-20T10:00:00Z",
    "updatedAt": "2026-11-20T10:00:00Z", "likeCount": 1, "videoId": "v", "totalReplyCount": 1, "parentId": "", "moderationStatus": "",
}  # fmt: skip
snippets = st.dictionaries(st.sampled_from([*SNIPPET]), ODD, max_size=3).map(lambda odd: SNIPPET | odd)
comments = st.fixed_dictionaries({"id": st.just("Ugx1") | ODD, "snippet": snippets | ODD})
threads = st.tuples(comments, snippets).map(
    lambda both: {"id": "Ugx1", "snippet": both[1] | {"topLevelComment": both[0]}}
)
lists = st.fixed_dictionaries(
    {"items": st.lists(comments | threads | ODD, max_size=3)}, optional={"nextPageToken": ODD}
)


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(lists | comments | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=json.dumps(body).encode(), headers={"content-type": "application/json"})

    connector = YouTube({"channel_id": US}, Secret("t"), Client(transport=httpx2.MockTransport(answer)))
    reply = Draft("x", reply_to=Ref("Ugx1"), thread="Ugx1")
    for verb in (
        lambda: [batch.items for batch in connector.collect("")],
        connector.whoami,
        lambda: connector.send(reply, "k"),
        lambda: connector.find("k", reply, datetime.now(UTC)),
        lambda: connector.measure([Ref("Ugx1"), Ref("Ugx1.a")]),
        lambda: connector.withdraw(Ref("Ugx1")),
        lambda: connector.moderate(Ref("Ugx1"), "remove"),
    ):
        try:
            verb()
        except ConnectorError:
            continue
