"""One suite for every kind in the register, in each of its characters.

A kind that does not meet a case names it in `gaps` with a reason; the case is then expected to fail, strictly: the
suite turns red when a declared gap has closed. A new kind brings `tests/networks/<kind>/stage.py` or the suite refuses it.
"""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from allmende.connectors.contract import STOPPED, Abilities, Connector
from allmende.connectors.errors import CannotLook, ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.neutral import Author, Batch, Card, Draft, Item, Media, Ref
from allmende.connectors.register import KINDS, UnknownKind, connector_class
from allmende.domain.acts import CORE_ACTS
from tests.networks.film import film
from tests.networks.stage import Stage

DRAFT = Draft("Guten Tag, „Umlaute“ äöü & <b>Zeichen</b>", title="Ein Titel")
PICTURE = Media(
    "image/png", "https://haus.example/m/a", "Eine Werkbank", "bank.png", b"\x89PNG" + b"x" * 50, width=40, height=40
)
LONG_AGO = timedelta(minutes=30)


def modes_of(kind: str) -> tuple[str, ...]:
    """Each character a kind proves itself in; a kind without a stage fails at its fixture."""
    modes: tuple[str, ...] = (
        import_module(f"tests.networks.{kind}.stage").MODES if find_spec(f"tests.networks.{kind}") else ("",)
    )
    return modes


CHARACTERS = [(kind, mode) for kind in KINDS for mode in modes_of(kind)]


@pytest.fixture(params=CHARACTERS, ids=lambda character: "-".join(filter(None, character)))
def stage(request: pytest.FixtureRequest) -> Stage:
    kind, mode = request.param
    if not find_spec(f"tests.networks.{kind}"):
        pytest.fail(f"{kind} is registered without a stage to prove itself on")
    case = request.function.__name__.removeprefix("test_")
    reason = connector_class(kind).gaps.get(case)
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    found: Stage = import_module(f"tests.networks.{kind}.stage").stage(mode, request)
    return found


@pytest.fixture
def speaker(stage: Stage) -> Connector:
    if not stage.connector.abilities.can_send:
        pytest.skip("does not speak; test_what_is_not_supported_is_refused holds it")
    return stage.connector


def draft_for(connector: Connector) -> Draft:
    """The draft as it is written for this network: a title only where one is kept."""
    return DRAFT if connector.abilities.counting.has_title else dataclasses.replace(DRAFT, title="")


def picture_for(connector: Connector) -> Media:
    """A picture of a kind this network takes."""
    types = connector.abilities.media.types or {PICTURE.media_type}
    return PICTURE if PICTURE.media_type in types else dataclasses.replace(PICTURE, media_type=min(types))


def collected(connector: Connector, cursor: str = "") -> list[Batch]:
    return list(connector.collect(cursor))


def items(batches: list[Batch]) -> list[Item]:
    return [item for batch in batches for item in batch.items]


def told(connector: Connector, seen: str) -> list[Item]:
    """What is new since; who looks again only later tells it from the beginning."""
    return items(collected(connector, seen)) or items(collected(connector))


def test_gaps_name_cases_of_this_suite() -> None:
    cases = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    for kind in KINDS:
        assert connector_class(kind).gaps.keys() <= cases, kind


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(UnknownKind):
        connector_class("telegraph")


def test_kind_is_the_registered_one(stage: Stage) -> None:
    assert connector_class(stage.connector.kind) is type(stage.connector)


def test_abilities_are_frozen_and_whole(stage: Stage) -> None:
    abilities = stage.connector.abilities
    assert isinstance(abilities, Abilities)
    assert abilities == stage.connector.abilities
    with pytest.raises(dataclasses.FrozenInstanceError):
        abilities.can_send = True  # type: ignore[misc]
    assert (abilities.idempotency.kind == "key") == (abilities.idempotency.valid_for is not None)
    if abilities.can_send:
        assert abilities.quarantine >= timedelta(seconds=60)


def test_whoami_is_us(stage: Stage) -> None:
    me = stage.connector.whoami()
    assert isinstance(me, Author)
    assert me.is_us
    assert me.native_id


def test_a_wrong_login_is_told(stage: Stage) -> None:
    if stage.stranger is None:
        pytest.skip("needs no login")
    with pytest.raises(LoggedOut):
        stage.stranger.whoami()


def test_collect_gives_each_item_once_and_ends(stage: Stage) -> None:
    stage.fill(230)
    found = items(collected(stage.connector))
    assert [item.text for item in found] == [f"Frage {turn}" for turn in range(230)]
    assert len({item.ref.native_id for item in found}) == 230


def test_collected_items_are_neutral(stage: Stage) -> None:
    stage.fill(3)
    for item in items(collected(stage.connector)):
        assert item.kind in ("message", "gesture")
        assert item.act in CORE_ACTS
        assert item.occurred_at.tzinfo is UTC
        assert item.thread
        assert item.author is not None
        assert not item.author.is_us
        assert 0 < len(item.ref.native_id) <= 255
        with pytest.raises(dataclasses.FrozenInstanceError):
            item.text = ""  # type: ignore[misc]


def test_collect_continues_at_every_cursor(stage: Stage) -> None:
    stage.fill(230)
    batches = collected(stage.connector)
    # Every one, or of the hundreds that some networks give a dozen: each reads all that follows it.
    dozen = range(0, len(batches), max(1, len(batches) // 12))
    for position in {*dozen, *range(len(batches))[-1:]}:
        assert items(collected(stage.connector, batches[position].cursor)) == items(batches[position + 1 :])


def test_collect_finds_what_came_after_the_end(stage: Stage) -> None:
    stage.fill(2)
    end = collected(stage.connector)[-1].cursor
    assert collected(stage.connector, end) == []
    if isinstance(stage.connector, connector_class("archive")):
        stage.fill(5)
    else:
        stage.fill(3)
    assert len(items(collected(stage.connector, end))) == 3


def test_a_stream_rings_once_it_stands_and_when_something_came(stage: Stage) -> None:
    if not stage.connector.abilities.can_stream:
        pytest.skip("has no stream; test_what_is_not_supported_is_refused holds it")
    stage.fill(1)
    rings: list[bool] = []

    def heard(is_new: bool) -> bool:
        if is_new and not rings:
            stage.fill(1)
        rings.extend([True] if is_new else [])
        return len(rings) < 2

    stage.connector.stream(heard)
    assert rings == [True, True]


def test_whoever_is_rung_for_reads_at_once_whatever_the_pace(stage: Stage) -> None:
    if not stage.connector.abilities.tells_by:
        pytest.skip("its network tells nothing at once")
    stage.connector.settings = {**stage.connector.settings, "pace_seconds": 600}
    stage.fill(1)
    seen = collected(stage.connector)[-1].cursor
    stage.fill(1)
    stage.connector.is_rung = True
    assert len(items(collected(stage.connector, seen))) == 1


def test_bells_and_abilities_agree_who_rings(stage: Stage) -> None:
    ways = stage.connector.abilities.tells_by
    assert (stage.connector.bell is not None) == ("webhook" in ways) or (stage.connector.bell and "socket" in ways)


def test_log_in_and_abilities_agree_whose_place_it_is(stage: Stage) -> None:
    assert stage.connector.login.is_ours == stage.connector.abilities.is_ours


def test_what_is_not_supported_is_refused(stage: Stage) -> None:
    abilities = stage.connector.abilities
    calls: list[Callable[[], Any]] = []
    if not abilities.can_send:
        calls.append(lambda: stage.connector.send(DRAFT, "k"))
        assert [finding.code for finding in stage.connector.check(DRAFT)] == ["cannot_send"]
    if not abilities.can_stream:
        calls.append(lambda: stage.connector.stream(lambda is_new: True))
    if not abilities.can_delete:
        calls.append(lambda: stage.connector.withdraw(Ref("1")))
    if not abilities.can_edit:
        calls.append(lambda: stage.connector.edit(Ref("1"), DRAFT))
    if not abilities.can_accept:
        calls.append(lambda: stage.connector.accept(Ref("1")))
    if not abilities.readings:
        calls.append(lambda: stage.connector.measure([Ref("1")]))
    if "approve" not in abilities.moderation:
        calls.append(lambda: stage.connector.moderate(Ref("1"), "approve"))
    for call in calls:
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.reason_code == "not_supported"


def test_who_cannot_look_says_so(stage: Stage) -> None:
    if stage.connector.abilities.idempotency.can_look:
        assert stage.connector.find("never-said", DRAFT, datetime.now(UTC)) is None
        return
    with pytest.raises(CannotLook):
        stage.connector.find("k", DRAFT, datetime.now(UTC))


def test_send_gives_a_receipt_and_the_words_come_back_as_ours(speaker: Connector) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    draft = draft_for(speaker)
    receipt = speaker.send(draft, "key-1")
    assert before <= receipt.sent_at <= datetime.now(UTC) + timedelta(seconds=1)
    (item,) = items(collected(speaker))
    assert item.ref == receipt.ref
    assert item.author is not None
    assert item.author.is_us
    assert (item.text, item.title, item.thread) == (draft.text, draft.title, receipt.ref.native_id)


def test_a_reply_stands_in_its_thread(speaker: Connector) -> None:
    root = speaker.send(DRAFT, "key-1").ref
    reply = speaker.send(Draft("Eine Antwort", reply_to=root, thread=root.native_id), "key-2").ref
    found = {item.ref: item for item in items(collected(speaker))}
    assert (found[reply].reply_to, found[reply].thread) == (root.native_id, root.native_id)


def test_an_answer_shows_as_many_pictures_as_declared_and_no_more(speaker: Connector, stage: Stage) -> None:
    stage.fill(1)
    found = items(collected(speaker))
    answered, thread = (
        (found[-1].ref, found[-1].thread) if found else (speaker.send(draft_for(speaker), "key-1").ref, "")
    )
    media = speaker.abilities.media.of_answers
    answer = Draft("Eine Antwort", reply_to=answered, thread=thread or answered.native_id)
    with_picture = dataclasses.replace(answer, media=(picture_for(speaker),))
    if media.maximum:
        assert [one.code for one in speaker.check(with_picture) if one.severity == "refuse"] == []
        receipt = speaker.send(with_picture, "key-2")
        said = {item.ref: item for item in items(collected(speaker))}.get(receipt.ref)
        if said and not said.media and speaker.abilities.idempotency.can_look:  # some tell no pictures of our own
            assert speaker.find("key-2", with_picture, receipt.sent_at - timedelta(seconds=5)) is not None
    bad = dataclasses.replace(answer, media=(picture_for(speaker),) * (media.maximum + 1))
    assert {finding.field for finding in speaker.check(bad) if finding.severity == "refuse"} == {"media"}
    if not media.maximum:
        with pytest.raises(Refused):
            speaker.send(bad, "key-3")


def test_a_film_goes_alone_where_the_network_takes_one(speaker: Connector, tmp_path: Path) -> None:
    content = film()
    medium = Media("video/mp4", "", "Eine Farbe", "farbe.mp4", content, width=64, height=48, seconds=2.0)
    with_film = dataclasses.replace(draft_for(speaker), media=(medium,))
    films = speaker.abilities.media.films
    if films is None:
        assert {finding.field for finding in speaker.check(with_film) if finding.severity == "refuse"} >= {"media"}
        with pytest.raises(Refused):
            speaker.send(with_film, "key-1")
        return
    assert [one.code for one in speaker.check(with_film) if one.severity == "refuse"] == []
    two = dataclasses.replace(with_film, media=(medium, picture_for(speaker)))
    long = dataclasses.replace(medium, seconds=(films.longest_seconds or 0) + 1.0)
    large = dataclasses.replace(medium, content=b"", size=films.maximum_bytes + 1)
    other = dataclasses.replace(medium, media_type="video/x-flv")
    assert "film_not_alone" in codes(speaker, two)
    assert codes(speaker, dataclasses.replace(with_film, media=(large,))) == {"film_too_large"}
    assert codes(speaker, dataclasses.replace(with_film, media=(other,))) == {"film_type"}
    if films.longest_seconds:
        assert codes(speaker, dataclasses.replace(with_film, media=(long,))) == {"film_too_long"}
    kept = tmp_path / "farbe.mp4"
    kept.write_bytes(content)
    unread = dataclasses.replace(medium, content=b"", file=str(kept), size=len(content))
    with_film = dataclasses.replace(with_film, media=(unread,))
    speaker.may_go_on = lambda: False
    with pytest.raises(TryLater, match=STOPPED):
        speaker.send(with_film, "key-2")
    speaker.may_go_on = lambda: True
    receipt = speaker.send(with_film, "key-2")
    said = {item.ref: item for item in items(collected(speaker))}.get(receipt.ref)
    if said is not None:
        assert [one.media_type.partition("/")[0] for one in said.media] in (["video"], [])
    if speaker.abilities.idempotency.can_look:
        assert speaker.find("key-2", with_film, receipt.sent_at - timedelta(seconds=5)) is not None


def test_a_link_is_shown_as_a_card_where_declared_and_is_no_matter_elsewhere(speaker: Connector) -> None:
    thumb = dataclasses.replace(PICTURE, media_type="image/jpeg", content=b"\xff\xd8" + b"x" * 50)
    card = Card("https://haus.example/fest", "Das Hafenfest", "Am 5. Juni", thumb)
    plain = dataclasses.replace(draft_for(speaker), text="Kommt alle: https://haus.example/fest")
    with_card = dataclasses.replace(plain, card=card)
    assert speaker.check(with_card) == speaker.check(plain)
    if speaker.abilities.cards == "none":
        return
    receipt = speaker.send(with_card, "key-1")
    said = {item.ref: item for item in items(collected(speaker))}[receipt.ref]
    assert said.text == plain.text
    assert card.url in (said.extra.get("card"), said.extra.get("link"))
    found = speaker.find("key-1", with_card, receipt.sent_at - timedelta(seconds=5))
    assert found is not None
    assert found.ref == receipt.ref


def codes(connector: Connector, draft: Draft) -> set[str]:
    """What the network would refuse of a draft."""
    return {one.code for one in connector.check(draft) if one.severity == "refuse"}


def test_a_reply_to_nothing_is_refused_for_ever(speaker: Connector) -> None:
    with pytest.raises(Refused):
        speaker.send(Draft("Antwort", reply_to=Ref("no-such-post")), "key-1")


def test_check_finds_without_network_what_send_would_refuse(speaker: Connector) -> None:
    maximum = speaker.abilities.counting.maximum
    assert maximum is not None
    texts = ("x" * maximum, "x" * (maximum + 1), " ")
    fine, long, empty = (dataclasses.replace(draft_for(speaker), text=text) for text in texts)
    assert speaker.check(fine) == ()
    for number, bad in enumerate((long, empty)):
        assert [finding.severity for finding in speaker.check(bad)] == ["refuse"]
        with pytest.raises(Refused):
            speaker.send(bad, f"key-{number}")
    speaker.send(fine, "key-fine")


def test_the_same_key_never_doubles_where_a_network_knows_keys(speaker: Connector) -> None:
    if speaker.abilities.idempotency.kind == "none":
        pytest.skip("the network has neither keys nor chosen ids")
    first = speaker.send(DRAFT, "key-1")
    try:
        again = speaker.send(DRAFT, "key-1").ref
    except ConnectorError:
        found = speaker.find("key-1", DRAFT, first.sent_at)
        assert found is not None
        again = found.ref
    assert again == first.ref
    assert len(items(collected(speaker))) == 1


def test_find_knows_what_got_through_even_behind_many_pages(speaker: Connector) -> None:
    if not speaker.abilities.idempotency.can_look:
        pytest.skip("cannot look")
    first = speaker.send(DRAFT, "key-first")
    for number in range(85):
        speaker.send(Draft(f"Beitrag {number}", title="T"), f"key-{number}")
    found = speaker.find("key-first", DRAFT, first.sent_at - timedelta(seconds=5))
    assert found is not None
    assert found.ref == first.ref
    assert speaker.find("key-other", Draft("Nie gesagt", title="T"), first.sent_at - LONG_AGO) is None


def test_find_leaves_what_belongs_to_others(speaker: Connector) -> None:
    if not speaker.abilities.idempotency.can_list_own:
        pytest.skip("does not look in a list")
    first, second = speaker.send(DRAFT, "key-1"), speaker.send(DRAFT, "key-2")
    since = first.sent_at - timedelta(seconds=5)
    found = speaker.find("key-2", DRAFT, since, claimed={first.ref.native_id})
    assert found is not None
    assert found.ref == second.ref
    assert speaker.find("key-3", DRAFT, since, claimed={first.ref.native_id, second.ref.native_id}) is None


def test_find_takes_no_older_twin(speaker: Connector) -> None:
    if not speaker.abilities.idempotency.can_list_own:
        pytest.skip("does not look in a list")
    first = speaker.send(DRAFT, "key-1")
    assert speaker.find("key-2", DRAFT, first.sent_at + LONG_AGO) is None


def test_withdrawn_twice_is_withdrawn_once(speaker: Connector) -> None:
    ref = speaker.send(DRAFT, "key-1").ref
    # Read once before: some networks keep no trace of what is gone, and only who saw it there can miss it.
    seen = collected(speaker)[-1].cursor
    speaker.withdraw(ref)
    speaker.withdraw(ref)
    last = items(collected(speaker, seen))[-1]
    assert last.ref.native_id == ref.native_id
    assert last.deleted_at is not None
    assert last.text == ""


def test_edited_twice_is_edited_once_and_comes_back_with_its_new_words(speaker: Connector) -> None:
    if speaker.abilities.is_ours or not speaker.abilities.can_edit:
        pytest.skip("nothing that was said can be given other words there")
    draft = draft_for(speaker)
    ref = speaker.send(draft, "key-1").ref
    seen = collected(speaker)[-1].cursor
    for _ in range(2):
        speaker.edit(ref, dataclasses.replace(draft, text="Andere Wörter & <b>Zeichen</b>"))
    last = told(speaker, seen)[-1]
    assert (last.ref.native_id, last.text) == (ref.native_id, "Andere Wörter & <b>Zeichen</b>")
    assert last.edited_at is not None
    assert last.author is not None
    assert last.author.is_us
    with pytest.raises(Refused):
        speaker.edit(ref, dataclasses.replace(draft, text=" "))
    with pytest.raises(Refused):
        speaker.edit(Ref("no-such-post"), draft)


def test_an_answer_marked_twice_is_marked_once_and_the_mark_is_taken_back(speaker: Connector) -> None:
    if not speaker.abilities.can_accept:
        pytest.skip("no answer is marked there")
    root = speaker.send(draft_for(speaker), "key-1").ref
    answer = speaker.send(Draft("Eine Antwort", reply_to=root, thread=root.native_id), "key-2").ref
    seen = collected(speaker)[-1].cursor
    for is_accepted in (True, False):
        speaker.accept(answer, is_accepted=is_accepted)
        speaker.accept(answer, is_accepted=is_accepted)
        marks = [item for item in told(speaker, seen) if item.act == "accepted_answer" and not item.deleted_at]
        assert [(item.kind, item.target) for item in marks] == [("gesture", answer.native_id)] * is_accepted
    with pytest.raises(Refused):
        speaker.accept(Ref("no-such-post"))


def test_each_moderation_verb_works_and_twice_is_once(speaker: Connector, stage: Stage) -> None:
    stage.fill(1)
    batches = collected(speaker)
    (item,), seen = items(batches), batches[-1].cursor
    for measure in sorted(speaker.abilities.moderation - {"remove"}):
        speaker.moderate(item.ref, measure)
        speaker.moderate(item.ref, measure)
    if "remove" in speaker.abilities.moderation:
        speaker.moderate(item.ref, "remove")
        speaker.moderate(item.ref, "remove")
        # Seen once before, as in `test_withdrawn_twice_is_withdrawn_once`.
        last = told(speaker, seen)[-1]
        assert last.ref.native_id == item.ref.native_id
        assert last.deleted_at is not None


def test_measure_reads_the_declared_counters_of_what_still_stands(speaker: Connector) -> None:
    ref, gone = speaker.send(DRAFT, "key-1").ref, speaker.send(Draft("Weg", title="T"), "key-2").ref
    speaker.send(Draft("Antwort", reply_to=ref), "key-3")
    speaker.withdraw(gone)
    readings = speaker.measure([ref, gone, Ref("no-such-post")])
    assert {reading.name for reading in readings} == speaker.abilities.readings
    assert {reading.ref.native_id for reading in readings} == {ref.native_id}
    assert next(reading.value for reading in readings if reading.name == "replies") == 1


def test_no_token_shows_in_an_error(stage: Stage) -> None:
    if stage.stranger is None:
        pytest.skip("needs no login")
    stage.stranger.secret = type(stage.connector.secret)("canary-7f3a")  # type: ignore[call-arg,misc]
    with pytest.raises(ConnectorError) as caught:
        stage.stranger.send(DRAFT, "key-1")
    assert "canary-7f3a" not in f"{caught.value!r}{caught.value}{vars(stage.stranger)!r}"
