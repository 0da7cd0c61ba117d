"""Every fault the sandbox can show, over real sockets: the right word for the queue, nothing lost, nothing doubled."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Receipt
from allmende.connectors.sandbox.faults import chance
from allmende.connectors.sandbox.network import Words

DRAFT = Draft("Ein Beitrag", title="Titel")
# fault -> the word after speaking, and whether the words stand at the network
SPOKEN = {
    "error_before": (Unclear, False),
    "error_after": (Unclear, True),
    "too_many_seconds": (TryLater, False),
    "too_many_date": (TryLater, False),
    "silence_before": (Unclear, False),
    "silence_after": (Unclear, True),
    "half": (Unclear, True),
    "garbage": (Unclear, True),
    "html": (Unclear, True),
    "late": (Unclear, False),
    "logged_out": (LoggedOut, False),
}


@pytest.mark.parametrize("fault", SPOKEN)
def test_each_fault_has_its_word_and_the_log_tells_what_stands(playground, fault: str) -> None:  # type: ignore[no-untyped-def]
    word, stands = SPOKEN[fault]
    playground.faults.plant("send", fault, times=1, wait=60)
    with pytest.raises(ConnectorError) as caught:
        playground.connector().send(DRAFT, "key-1")
    assert type(caught.value) is word
    assert playground.network.times_seen(DRAFT.text) == int(stands)
    assert playground.faults.happened() == {fault: 1}


@pytest.mark.parametrize("fault", ["too_many_seconds", "too_many_date"])
def test_429_says_when_in_both_forms(playground, fault: str) -> None:  # type: ignore[no-untyped-def]
    playground.faults.plant("send", fault, times=1, wait=600)
    now = datetime.now(UTC)
    with pytest.raises(TryLater) as caught:
        playground.connector().send(DRAFT, "key-1")
    assert timedelta(seconds=595) < caught.value.due(now) - now < timedelta(seconds=605)


@pytest.mark.parametrize("verb", ["collect", "find"])
@pytest.mark.parametrize("fault", sorted(set(SPOKEN) - {"logged_out", "late"}))
def test_reading_through_a_fault_is_later_and_loses_nothing(playground, fault: str, verb: str) -> None:  # type: ignore[no-untyped-def]
    connector = playground.connector("list")
    receipt = connector.send(DRAFT, "key-1")
    asked = {
        "collect": lambda: [item.ref for batch in connector.collect("") for item in batch.items],
        "find": lambda: [connector.find("key-1", DRAFT, receipt.sent_at)],
    }[verb]
    playground.faults.plant(verb, fault, times=1, wait=60)
    with pytest.raises(TryLater):
        asked()
    assert asked() == [receipt.ref if verb == "collect" else receipt]


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
@pytest.mark.parametrize("fault", sorted(set(SPOKEN) - {"logged_out", "late", "too_many_seconds", "too_many_date"}))
def test_looking_before_speaking_again_neither_loses_nor_doubles(playground, mode: str, fault: str) -> None:  # type: ignore[no-untyped-def]
    connector = playground.connector(mode)
    playground.faults.plant("send", fault, times=1, wait=60)
    since = datetime.now(UTC)
    with pytest.raises(Unclear):
        connector.send(DRAFT, "key-1")
    receipt = connector.find("key-1", DRAFT, since) or connector.send(DRAFT, "key-1")
    assert isinstance(receipt, Receipt)
    assert playground.network.times_seen(DRAFT.text) == 1
    assert connector.find("key-1", DRAFT, since) == receipt


def test_late_acceptance_comes_after_looking_and_is_what_the_quarantine_is_for(playground) -> None:  # type: ignore[no-untyped-def]
    connector = playground.connector("list")
    playground.faults.plant("send", "late", times=1, wait=60)
    since = datetime.now(UTC)
    with pytest.raises(Unclear):
        connector.send(DRAFT, "key-1")
    assert connector.find("key-1", DRAFT, since) is None
    assert connector.abilities.quarantine > timedelta(seconds=60)
    playground.skipped = connector.abilities.quarantine
    assert connector.find("key-1", DRAFT, since) is not None
    assert playground.network.times_seen(DRAFT.text) == 1


def test_a_key_is_forgotten_after_an_hour(playground) -> None:  # type: ignore[no-untyped-def]
    connector = playground.connector("key")
    first = connector.send(DRAFT, "key-1")
    playground.skipped = timedelta(minutes=59)
    assert connector.send(DRAFT, "key-1").ref == first.ref
    playground.skipped = timedelta(minutes=61)
    assert connector.send(DRAFT, "key-1").ref != first.ref


def test_a_repeated_record_id_is_a_500_and_nothing_is_written_over(playground) -> None:  # type: ignore[no-untyped-def]
    connector = playground.connector("chosen_id")
    first = connector.send(DRAFT, "key-1")
    other = Draft("Ein anderer Text", title="Titel")
    with pytest.raises(Unclear):
        connector.send(other, "key-1")
    with pytest.raises(Refused) as caught:
        connector.find("key-1", other, first.sent_at)
    assert caught.value.reason_code == "text_differs"
    assert playground.network.post(first.ref.native_id)["text"] == DRAFT.text


def test_duplicates_and_disorder_in_collecting_are_the_same_items(playground) -> None:  # type: ignore[no-untyped-def]
    member = playground.network.member("Mia")
    for number in range(150):
        playground.network.say(member, Words(f"Frage {number}", title="T"), now=playground.now())

    def found():  # type: ignore[no-untyped-def]
        return [item for batch in playground.connector().collect("") for item in batch.items]

    clean = found()
    playground.faults.plant("collect", "duplicates", times=2)
    assert len(found()) == 3 * len(clean)
    playground.faults.clear()
    playground.faults.plant("collect", "reordered")
    mixed = found()
    assert mixed != clean
    assert {item.ref: item for item in mixed} == {item.ref: item for item in clean}


def test_scripts_arrive_as_words_for_the_sanitiser(playground) -> None:  # type: ignore[no-untyped-def]
    playground.network.say(playground.network.member("Mia"), Words("Frage", title="T"), now=playground.now())
    playground.faults.plant("collect", "scripts")
    (batch,) = playground.connector().collect("")
    (item,) = batch.items
    assert "<script>" in item.html
    assert "onerror" in item.text
    assert item.ref.native_id == "p1"


def test_a_face_that_is_not_there_is_later(playground, tmp_path) -> None:  # type: ignore[no-untyped-def]
    connector = playground.connector()
    connector.settings = {"file": str(tmp_path / "none.sqlite3")}
    with pytest.raises(TryLater):
        connector.whoami()
    assert not (tmp_path / "none.sqlite3").exists()
    playground.network.set_fact("url", "http://127.0.0.1:1")
    with pytest.raises(TryLater) as caught:
        playground.connector().send(DRAFT, "key-1")
    assert caught.value.reason_code == "not_reached"


def test_faults_are_drawn_alike_for_the_same_seed(playground) -> None:  # type: ignore[no-untyped-def]
    playground.faults.plant("send", "error_before", probability=0.3)
    drawn = [playground.faults.draw("send") is not None for _ in range(200)]
    assert drawn == [chance(1, number) < 0.3 for number in range(200)]
    assert 30 < sum(drawn) < 90
    with pytest.raises(ValueError, match="flood"):
        playground.faults.plant("send", "flood")


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
def test_sixty_posts_through_a_third_of_faults_are_there_exactly_once(playground, mode: str) -> None:  # type: ignore[no-untyped-def]
    connector = playground.connector(mode)
    for fault in ("error_before", "error_after", "half", "garbage", "html", "too_many_seconds"):
        playground.faults.plant("send", fault, probability=0.06)
        playground.faults.plant("find", "error_before", probability=0.02)
    refs = set()
    for number in range(60):
        refs.add(settled(connector, Draft(f"Beitrag {number}", title="T"), f"key-{number}").ref)
    assert len(refs) == 60
    assert sum(playground.faults.happened().values()) > 10
    seen = [row["text"] for row in playground.network.public_log()]
    assert sorted(seen) == sorted(f"Beitrag {number}" for number in range(60))


def settled(connector, draft: Draft, key: str) -> Receipt:  # type: ignore[no-untyped-def]
    """What the queue does, without its patience: look before speaking again, wait never."""
    since, must_look = datetime.now(UTC), False
    while True:
        try:
            receipt = connector.find(key, draft, since) if must_look else None
            must_look = False
            if receipt is None:
                receipt = connector.send(draft, key)
            return receipt
        except TryLater as error:
            must_look = must_look or error.reason_code != "too_many"
        except Unclear:
            must_look = True
