"""Posts, comments, answers to messages, what Reddit refuses, what is found after no answer, measures."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import CannotLook, ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Receipt, Ref
from allmende.connectors.reddit import read, write
from tests.networks.patience import during
from tests.networks.reddit.ground import Ground

WORDS = "Grüße an alle:\nzweite *Zeile*\n\n\thttps://haus.example/ein_weg?a=1&b=2  \n#hafen <b> 👩‍🌾"


def drafts(ground: Ground) -> list[Draft]:
    """A post, a comment and an answer to a private message."""
    post = ground.network.post("mia", "Frage", "Wann?")
    letter = ground.network.write("mia", "haus", "Geheim?")
    return [
        Draft(WORDS, title="Ein  Titel"),
        Draft(WORDS, reply_to=Ref(post), thread=post),
        Draft("Gern.", reply_to=Ref(letter), thread=letter, visibility="direct"),
    ]


def found(ground: Ground, draft: Draft) -> Receipt | None:
    return ground.connector().find("k", draft, datetime.now(UTC) - timedelta(seconds=5))


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
def test_what_stayed_unclear_is_found_and_not_said_twice(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    for draft in drafts(ground):
        ground.network.plant("say", kind)
        with pytest.raises(Unclear):
            ground.connector().send(draft, "k")
        receipt = found(ground, draft)
        assert receipt is not None
        assert write.likeness(ground.network.there(receipt.ref.native_id)["text"]) == write.likeness(draft.text)
        assert ground.connector().find("k", draft, datetime.now(UTC), claimed={receipt.ref.native_id}) is None


def test_lines_stay_lines_and_come_back_as_they_were(ground: Ground) -> None:
    receipt = ground.connector().send(Draft("Eins\nzwei\n\n- drei\n- vier", title="T"), "k")
    assert ground.network.there(receipt.ref.native_id)["text"] == "Eins  \nzwei\n\n- drei  \n- vier"
    items = [item for batch in ground.connector().collect("") for item in batch.items]
    assert items[0].text == "Eins\nzwei\n\n- drei\n- vier"
    assert read.plain("foo\\_bar \\# kein Titel \\\\ n\\ah") == "foo_bar # kein Titel \\ n\\ah"


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_what_reddit_says_instead_of_taking_it(ground: Ground, kind: str, error: type[ConnectorError]) -> None:
    for draft in drafts(ground):
        ground.network.plant("say", kind)
        with pytest.raises(error):
            ground.connector().send(draft, "k")
        assert found(ground, draft) is None


@pytest.mark.parametrize(
    ("code", "error", "reason"),
    [
        ("THREAD_LOCKED", Refused, "forbidden"),
        ("SUBREDDIT_NOTALLOWED", Refused, "forbidden"),
        ("DELETED_COMMENT", Refused, "not_found"),
        ("SUBMIT_VALIDATION_FLAIR_REQUIRED", Refused, "flair_required"),
        ("SUBMIT_VALIDATION_TITLE_BLACKLISTED_STRING", Refused, "rejected"),
        ("SOMETHING_IS_BROKEN", Unclear, "network_fault"),
    ],
)
def test_refusals_that_come_with_a_200(ground: Ground, code: str, error: type[ConnectorError], reason: str) -> None:
    ground.network.fault = (code, "So nicht.")
    for draft in drafts(ground):
        with pytest.raises(error) as caught:
            ground.connector().send(draft, "k")
        assert caught.value.reason_code == reason
        assert "So nicht." in caught.value.detail


def test_a_break_that_reddit_asks_for_is_taken(ground: Ground) -> None:
    ground.network.ratelimit = 534.2
    with pytest.raises(TryLater) as caught:
        ground.connector().send(drafts(ground)[1], "k")
    assert caught.value.when == timedelta(seconds=535.2)


def test_a_post_counts_even_if_reddit_does_not_tell_when_it_was_said(ground: Ground) -> None:
    ground.network.plant("read", "error_before")
    receipt = ground.connector().send(Draft("Text", title="T"), "k")
    assert ground.network.there(receipt.ref.native_id)["text"] == "Text"


def test_a_comment_is_shorter_than_a_post(ground: Ground) -> None:
    connector, post = ground.connector(), ground.network.post("mia", "T", "x")
    long = "x" * 10_001
    assert connector.check(Draft(long, title="T")) == ()
    answer = Draft(long, reply_to=Ref(post), thread=post)
    assert [finding.code for finding in connector.check(answer)] == ["text_too_long"]
    with pytest.raises(Refused) as caught:
        connector.send(answer, "k")
    assert caught.value.detail == "text_too_long"
    # Lines that stay lines take their room.
    assert [finding.code for finding in connector.check(Draft("x\n" * 15_000, title="T"))] == ["text_too_long"]
    assert [finding.code for finding in connector.check(Draft("x", title="x" * 301))] == ["title_too_long"]


def test_the_same_words_in_two_places_are_told_apart(ground: Ground) -> None:
    first, second = ground.network.post("mia", "Eins", "x"), ground.network.post("mia", "Zwei", "x")
    connector = ground.connector()
    one = connector.send(Draft("Gern.", reply_to=Ref(first), thread=first), "k1")
    two = connector.send(Draft("Gern.", reply_to=Ref(second), thread=second), "k2")
    assert found(ground, Draft("Gern.", reply_to=Ref(first))) == one
    assert found(ground, Draft("Gern.", reply_to=Ref(second))) == two
    assert found(ground, Draft("Gern.", title="Gern.")) is None


def test_other_words_but_no_other_title(ground: Ground) -> None:
    us, post = ground.connector(), ground.connector().send(Draft("Wann?", title="Ein Titel"), "k").ref
    answer = us.send(Draft("Um neun.", reply_to=post), "k2").ref
    us.edit(post, Draft("Wann denn?\nUnd wo?", title="Ein Titel"))
    us.edit(answer, Draft("Um zehn."))
    assert [ground.network.there(ref.native_id)["text"] for ref in (post, answer)] == [
        "Wann denn?  \nUnd wo?",
        "Um zehn.",
    ]
    letter = ground.network.write("haus", "mia", "Gern.")
    theirs, cases = ground.network.comment("mia", "Ihr Wort", post.native_id), []
    cases = [(post, Draft("x", title="Anders"), "title_stays"), (Ref(theirs), Draft("x"), "forbidden"),
             (Ref(letter), Draft("x"), "not_found"), (answer, Draft(" "), "text_empty")]  # fmt: skip
    for ref, draft, reason in cases:
        with pytest.raises(Refused) as caught:
            us.edit(ref, draft)
        assert caught.value.reason_code == reason


def test_what_a_moderator_took_away_is_not_said_again(ground: Ground) -> None:
    ground.network.moderators.discard("haus")
    post = ground.network.post("mia", "Eins", "x")
    draft = Draft("Kauft bei uns.", reply_to=Ref(post), thread=post)
    receipt = ground.connector().send(draft, "k")
    ground.network.rows[receipt.ref.native_id]["state"] = "removed"
    assert found(ground, draft) == receipt


def test_where_a_listing_ends_nobody_can_look(ground: Ground) -> None:
    ground.network.listing_end = 900
    for number in range(950):
        ground.network.post("haus", f"T {number}", "x")
    with pytest.raises(CannotLook):
        found(ground, Draft("Nie gesagt", title="T"))


def test_measures_belong_to_moderators_and_messages_to_nobody(ground: Ground) -> None:
    connector = ground.connector()
    post, letter = ground.network.post("mia", "T", "x"), ground.network.write("mia", "haus", "x")
    connector.moderate(Ref(post), "lock")
    assert ground.network.there(post)["locked"]
    connector.moderate(Ref(post), "unlock")
    assert not ground.network.there(post)["locked"]
    with pytest.raises(Refused) as caught:
        connector.moderate(Ref("t3_zzzzzz"), "remove")
    assert caught.value.reason_code == "not_found"
    with pytest.raises(Refused):
        connector.withdraw(Ref(letter))
    ground.network.moderators.clear()
    with pytest.raises(Refused) as caught:
        connector.moderate(Ref(post), "remove")
    assert caught.value.reason_code in ("forbidden", "not_supported")


def test_counters_of_a_post_and_of_a_comment(ground: Ground) -> None:
    post = ground.network.post("haus", "T", "x", score=12)
    comment = ground.network.comment("haus", "y", post, score=-3)
    read_out = {
        (one.ref.native_id, one.name): one.value for one in ground.connector().measure([Ref(post), Ref(comment)])
    }
    assert read_out == {(post, "score"): 12, (post, "replies"): 1, (comment, "score"): -3}


def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector, (post, comment, letter) = ground.connector(), drafts(ground)
    ground.network.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: connector.send(post, "k"),
        lambda: connector.send(comment, "k"),
        lambda: connector.find("k", letter, datetime.now(UTC)),
        lambda: connector.withdraw(Ref("t3_1")),
        lambda: connector.moderate(Ref("t3_1"), "remove"),
        lambda: connector.measure([Ref("t3_1")]),
    ):
        with pytest.raises(LoggedOut):
            ask()
