"""Speaking: discussions, comments, answers of one floor, what GitHub refuses, and what is found after no answer."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.github.ground import Ground
from tests.networks.patience import SILENCE, during

WORDS = Draft("Grüße an **alle**:\n\n* <b>eins</b> & zwei\n", title="Neues aus der Werkstatt")


def found(ground: Ground, draft: Draft, **more: set[str]) -> Receipt | None:
    return ground.connector().find("k", draft, datetime.now(UTC) - timedelta(seconds=5), **more)


def test_answers_stand_below_what_they_answer_on_one_floor(ground: Ground) -> None:
    top = ground.say("Frage")
    deeper = ground.say("Dazu", top)
    for answered, above in ((ground.old, ""), (top, top), (deeper, top)):
        draft = Draft(f"Zu {answered}", reply_to=Ref(answered))
        receipt = ground.connector().send(draft, "k")
        assert ground.town.rows[receipt.ref.native_id]["above"] == above
        assert found(ground, draft) == receipt
    assert found(ground, Draft(f"Zu {ground.old}", reply_to=Ref(top))) is None


def test_an_answer_is_given_other_words_without_a_title(ground: Ground) -> None:
    us = ground.connector()
    post = us.send(WORDS, "k").ref
    answer = us.send(Draft("Dazu", reply_to=post), "k2").ref
    us.edit(answer, Draft("Dazu noch"))
    us.edit(post, Draft("Anders", title="Neues"))
    assert [ground.town.rows[ref.native_id]["text"] for ref in (answer, post)] == ["Dazu noch", "Anders"]
    with pytest.raises(Refused):
        us.edit(post, Draft("Ohne Titel"))


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
@pytest.mark.parametrize("is_reply", [False, True])
def test_what_arrived_unclearly_is_found(ground: Ground, kind: str, is_reply: bool) -> None:
    ground.limits = during(kind)
    draft = Draft("Um neun.\nGern.", reply_to=Ref(ground.say("Wann?"))) if is_reply else WORDS
    ground.town.plant("say", kind, wait=SILENCE)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    receipt = found(ground, draft)
    assert receipt is not None
    assert found(ground, draft, claimed={receipt.ref.native_id}) is None


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[ConnectorError]) -> None:
    ground.town.plant("say", kind, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(WORDS, "k")
    if isinstance(caught.value, TryLater):
        now = datetime.now(UTC)
        assert timedelta(seconds=85) < caught.value.due(now) - now < timedelta(seconds=95)
    assert found(ground, WORDS) is None
    assert WORDS.text not in ground.town.seen


def test_what_cannot_be_said_is_refused(ground: Ground) -> None:
    gone = ground.say("Weg")
    ground.town.remove(gone)
    for native_id in (gone, "D_999", "no such", ""):
        with pytest.raises(Refused) as caught:
            ground.connector().send(Draft("Ach", reply_to=Ref(native_id)), "k")
        assert caught.value.reason_code == "not_found"
    ground.town.rows[ground.old]["locked"] = True
    with pytest.raises(Refused) as caught:
        ground.connector().send(Draft("Ach", reply_to=Ref(ground.old)), "k")
    assert caught.value.reason_code == "forbidden"
    picture = Draft("x", title="y", media=(Media("image/png", content=b"x", alt="x"),))
    assert [finding.code for finding in ground.connector().check(picture)] == [
        "no_upload",
    ]
    assert [finding.code for finding in ground.connector().check(Draft("x"))] == ["title_missing"]


def test_moderators_hide_comments_and_close_discussions(ground: Ground) -> None:
    connector, rude = ground.connector(), ground.say("Grob")
    for measure, is_hidden in (("hide", True), ("hide", True), ("unhide", False)):
        connector.moderate(Ref(rude), measure)  # type: ignore[arg-type]
        assert ground.town.rows[rude]["minimized"] is is_hidden
    connector.moderate(Ref(rude), "lock")
    assert ground.town.rows[ground.old]["locked"] is True
    connector.moderate(Ref(ground.old), "unlock")
    assert ground.town.rows[ground.old]["locked"] is False
    with pytest.raises(Refused):
        connector.moderate(Ref(ground.old), "hide")  # only comments can be hidden
    ground.town.may_moderate = False
    with pytest.raises(Refused) as caught:
        connector.moderate(Ref(rude), "remove")
    assert caught.value.reason_code == "forbidden"
    with pytest.raises(Refused) as caught:
        ground.connector(can_moderate=False).moderate(Ref(rude), "hide")
    assert caught.value.reason_code == "not_supported"


def test_a_private_repository_is_for_its_members(ground: Ground) -> None:
    connector = ground.connector(is_private=True)
    assert connector.public_url == ""
    assert connector.abilities.visibilities == {"public", "members"}
    ground.say("Intern")
    assert {item.visibility for batch in connector.collect("") for item in batch.items} == {"members"}


def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector, ref = ground.connector(), Ref(ground.say("Frage"))
    ground.town.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(WORDS, "k"),
        lambda: connector.find("k", WORDS, datetime.now(UTC)),
        lambda: connector.withdraw(ref),
        lambda: connector.moderate(ref, "hide"),
        lambda: connector.measure([ref]),
    ):
        with pytest.raises(LoggedOut):
            ask()
