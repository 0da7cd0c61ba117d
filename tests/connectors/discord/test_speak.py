"""Speaking: messages, answers, posts of a forum, pictures, what Discord refuses, and what is found after no answer."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.discord.ground import Ground
from tests.networks.discord.guild import FORUM, JAN, MIA, TEXT
from tests.networks.patience import SILENCE, during

WORDS = Draft("Grüße an <alle> & @everyone:\n\nhttps://haus.example/a?b=1&c=2 ", title="Ein Titel")
IN_FORUM = pytest.mark.parametrize("ground", ["forum"], indirect=True)
EVERYWHERE = pytest.mark.parametrize("ground", ["channel", "forum"], indirect=True)


def found(ground: Ground, draft: Draft, key: str = "k") -> Receipt | None:
    return ground.connector().find(key, draft, datetime.now(UTC) - timedelta(seconds=5))


def test_a_repetition_is_noticed_for_some_minutes(ground: Ground) -> None:
    first = ground.connector().send(WORDS, "k")
    assert ground.connector().send(WORDS, "k") == first
    assert ground.connector().send(WORDS, "other") != first
    assert len(ground.town.seen) == 2


@IN_FORUM
def test_a_post_of_a_forum_bears_its_title_and_is_answered_in_its_thread(ground: Ground) -> None:
    receipt = ground.connector().send(WORDS, "k")
    thread = receipt.ref.native_id.partition("/")[0]
    assert ground.town.threads[thread]["name"] == "Ein Titel"
    assert receipt.ref.native_id == f"{thread}/{thread}"
    answer = ground.connector().send(Draft("Dazu noch.", reply_to=receipt.ref), "k2")
    assert answer.ref.native_id.startswith(f"{thread}/")
    assert [finding.code for finding in ground.connector().check(Draft("x"))] == ["title_missing"]


def test_answers_of_equal_words_are_told_apart(ground: Ground) -> None:
    first, second = ground.say("Wann?"), ground.say("Und wann?")
    receipts = [ground.connector().send(Draft("Um neun.", reply_to=Ref(one)), one[-5:]) for one in (first, second)]
    for answered, receipt in zip((first, second), receipts, strict=True):
        assert found(ground, Draft("Um neun.", reply_to=Ref(answered))) == receipt
    assert found(ground, Draft("Um neun.")) is None


@EVERYWHERE
@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
def test_what_arrived_unclearly_is_found(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    for draft in (WORDS, Draft("Um neun.", reply_to=Ref(ground.say("Wann?")))):
        ground.town.plant("say", kind, wait=SILENCE)
        with pytest.raises(Unclear):
            ground.connector().send(draft, f"k-{draft.title}")
        receipt = found(ground, draft)
        assert receipt is not None
        assert ground.connector().find("k", draft, datetime.now(UTC), claimed={receipt.ref.native_id}) is None


@EVERYWHERE
@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[ConnectorError]) -> None:
    ground.town.plant("say", kind, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(WORDS, "k")
    if isinstance(caught.value, TryLater):
        assert caught.value.when == timedelta(seconds=90.25)
    if error is not LoggedOut:
        assert found(ground, WORDS) is None
    assert ground.town.seen == []


@IN_FORUM
def test_a_post_that_was_put_away_meanwhile_is_found(ground: Ground) -> None:
    ground.town.archive = 2
    receipt = ground.connector().send(WORDS, "k")
    ground.town.put_away(receipt.ref.native_id.partition("/")[0])
    for number in range(5):
        ground.town.skipped += 1
        ground.town.put_away(ground.town.open(MIA, f"Thema {number}", "x")["id"])
    assert found(ground, WORDS) == receipt


@EVERYWHERE
def test_a_picture_goes_with_its_alternative_text(ground: Ground) -> None:
    draft = Draft(
        "Seht her",
        title="Bilder",
        media=(Media("image/png", alt="Werkbank", name="bank.png", content=b"\x89PNG" + b"x" * 50),),
    )
    receipt = ground.connector().send(draft, "k")
    (item,) = [item for batch in ground.connector().collect("") for item in batch.items]
    assert item.ref == receipt.ref
    assert [(one.media_type, one.alt, one.name) for one in item.media] == [("image/png", "Werkbank", "bank.png")]
    assert found(ground, draft) == receipt
    assert found(ground, Draft("Seht her", title="Bilder")) is None


def test_answers_to_nothing_are_refused_for_ever(ground: Ground) -> None:
    row = ground.town.say(TEXT, MIA, "Weg")
    ground.town.remove(row)
    for native_id in (f"{TEXT}/{row['id']}", "nonsense", f"{TEXT}/x", "1/2"):
        with pytest.raises(Refused) as caught:
            ground.connector().send(Draft("Ach", reply_to=Ref(native_id)), "k")
        assert caught.value.reason_code == "not_found"
    assert ground.town.seen == ["Weg"]


def test_what_a_role_does_not_allow_is_refused(ground: Ground) -> None:
    theirs = Ref(ground.say("Grob"))
    ground.town.powers = 0
    with pytest.raises(Refused) as caught:
        ground.connector().moderate(theirs, "remove")
    assert caught.value.reason_code == "forbidden"
    with pytest.raises(Refused) as caught:
        ground.connector(can_remove=False).moderate(theirs, "remove")
    assert caught.value.reason_code == "not_supported"


@IN_FORUM
def test_a_post_goes_with_its_thread_where_we_may_do_that(ground: Ground) -> None:
    first, second = (ground.connector().send(WORDS, "k").ref for _ in range(2))
    ground.connector(can_manage_threads=False).withdraw(first)
    assert first.native_id.partition("/")[0] in ground.town.threads
    ground.connector().withdraw(second)
    assert second.native_id.partition("/")[0] not in ground.town.threads
    ground.connector().withdraw(second)
    theirs = ground.town.open(JAN, "Thema", "Grob")["id"]
    ground.connector().moderate(Ref(f"{theirs}/{theirs}"), "lock")
    assert ground.town.threads[theirs]["thread_metadata"]["locked"] is True
    ground.connector().moderate(Ref(f"{theirs}/{theirs}"), "unlock")
    assert ground.town.threads[theirs]["thread_metadata"]["locked"] is False


@IN_FORUM
def test_other_words_and_another_name_even_where_a_thread_was_put_away(ground: Ground) -> None:
    us, post = ground.connector(), ground.connector().send(WORDS, "k").ref
    thread = post.native_id.partition("/")[0]
    answer = us.send(Draft("Dazu noch.", reply_to=post), "k2").ref
    us.edit(answer, Draft("Und dazu."))
    ground.town.put_away(thread)
    us.edit(post, Draft("Andere Wörter", title="Ein Titel"))
    assert ground.town.threads[thread]["thread_metadata"]["archived"] is False
    assert [row["content"] for row in ground.town.rows[thread]] == ["Andere Wörter", "Und dazu."]
    us.edit(post, Draft("Andere Wörter", title="Ein anderer"))
    assert ground.town.threads[thread]["name"] == "Ein anderer"
    with pytest.raises(Refused) as caught:
        us.edit(Ref(ground.say("Ihr Wort", thread)), Draft("Anderes"))
    assert caught.value.reason_code == "forbidden"
    with pytest.raises(Refused):
        us.edit(answer, Draft("x" * 2_001))


@IN_FORUM
def test_words_that_are_refused_leave_the_name_and_a_name_that_is_refused_is_told(ground: Ground) -> None:
    us, theirs = ground.connector(), ground.town.open(JAN, "Ihr Thema", "Ihr Wort")["id"]
    with pytest.raises(Refused) as caught:
        us.edit(Ref(f"{theirs}/{theirs}"), Draft("Anderes", title="Unser Thema"))
    assert (caught.value.reason_code, ground.town.threads[theirs]["name"]) == ("forbidden", "Ihr Thema")
    post = us.send(WORDS, "k").ref
    thread = post.native_id.partition("/")[0]
    with pytest.raises(Refused) as caught:
        us.edit(post, Draft("Andere Wörter", title="x" * 101))
    assert (caught.value.reason_code, ground.town.rows[thread][0]["content"]) == ("rejected", WORDS.text.strip())
    ground.town.blocked = "Mist"
    with pytest.raises(Refused) as caught:
        us.edit(post, Draft("Andere Wörter", title="Mist"))
    assert (caught.value.reason_code, ground.town.rows[thread][0]["content"]) == ("half_changed", "Andere Wörter")


def test_reactions_are_counted(ground: Ground) -> None:
    ref = Ref(ground.say("Frage", reactions=[{"count": 2}, {"count": 1}]))
    assert [(one.name, one.value) for one in ground.connector().measure([ref, Ref("nonsense")])] == [("reactions", 3)]


@EVERYWHERE
def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector, ref = ground.connector(), Ref(ground.say("Frage"))
    ground.town.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(WORDS, "k"),
        lambda: connector.find("k", WORDS, datetime.now(UTC)),
        lambda: connector.withdraw(ref),
        lambda: connector.moderate(ref, "remove"),
        lambda: connector.measure([ref]),
    ):
        with pytest.raises(LoggedOut):
            ask()


def test_forums_are_known_by_their_kind(ground: Ground) -> None:
    assert not ground.connector().abilities.counting.has_title
    assert ground.connector().abilities.idempotency.kind == "key"
    other = ground.connector(channels=[{"id": FORUM, "name": "fragen", "type": 15}])
    assert other.abilities.idempotency.kind == "none"
