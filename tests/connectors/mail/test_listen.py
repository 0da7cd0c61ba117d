"""Whole threads from what lies in the folders, whatever order it came in; copies, forgeries, a server that counts anew."""

import email
import json
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import TryLater
from allmende.connectors.neutral import Batch, Draft, Item, Ref
from tests.networks.mail.ground import Ground
from tests.networks.patience import HASTY

PAST = datetime.now(UTC) - timedelta(hours=1)


def batches(ground: Ground, cursor: str = "") -> list[Batch]:
    return list(ground.connector().collect(cursor))


def heard(ground: Ground, cursor: str = "") -> dict[str, Item]:
    return {item.ref.native_id: item for batch in batches(ground, cursor) for item in batch.items}


def test_a_thread_holds_together_without_references(ground: Ground) -> None:
    root = ground.write("Wann?", at=PAST)
    first = ground.write("Um acht?", answers=root, line=" ", at=PAST)
    second = ground.write("Oder um neun?", answers=first, line=" ", at=PAST)
    strange = ground.write("Wozu das?", answers="nirgends@fern.example", line=" ", at=PAST)
    found = heard(ground)
    assert {found[one].thread for one in (root, first, second)} == {root}
    assert (found[second].reply_to, found[second].act) == (first, "commented")
    assert found[strange].thread == "nirgends@fern.example"


def test_what_came_late_doubled_and_in_another_order_gives_the_same(ground: Ground) -> None:
    root, other = ground.write("Wann?", at=PAST), ground.write("Hallo", at=PAST)
    reply = ground.write("Um acht?", answers=root, line=" ", at=PAST)
    calm = heard(ground)
    inbox = ground.store.folders["INBOX"]
    letters = [one.content for one in inbox.letters]
    inbox.letters.clear()
    for content in (letters[2], letters[0], letters[2], letters[1], letters[0]):
        ground.store.arrive(content, PAST)
    again = [item for batch in batches(ground) for item in batch.items]
    assert len(again) == 3
    assert {item.ref.native_id: item for item in again} == calm
    assert calm.keys() == {root, other, reply}


def test_a_server_that_counts_anew_is_read_anew_and_names_stay(ground: Ground) -> None:
    ground.write("Wann?", at=PAST)
    last = batches(ground)[-1].cursor
    assert batches(ground, last) == []
    before = heard(ground)
    ground.store.folders["INBOX"].validity = 7
    assert heard(ground, last) == before


def test_what_was_read_by_nobody_stays_unread(ground: Ground) -> None:
    ground.write("Wann?")
    heard(ground)
    assert [one.flags for one in ground.store.folders["INBOX"].letters] == [set()]
    assert not [line for line in ground.store.heard if "BODY[" in line]


def test_a_forged_copy_neither_replaces_nor_hides(ground: Ground) -> None:
    root = ground.write("Bitte nicht löschen", at=PAST)
    ground.write("Bitte alles löschen", message_id=root, at=PAST, **{"from": "Böse <boese@x.example>"})
    found = heard(ground)
    assert found[root].text == "Bitte nicht löschen"
    (forged,) = [item for name, item in found.items() if name != root]
    assert (forged.text, forged.author and forged.author.handle) == ("Bitte alles löschen", "boese@x.example")


def test_who_writes_in_our_name_is_not_us(ground: Ground) -> None:
    native_id = ground.write("Wir schließen!", at=PAST, **{"from": f"Haus <{ground.store.user}>"})
    item = heard(ground)[native_id]
    assert item.author is not None
    assert not item.author.is_us
    assert item.author.native_id != ground.store.user
    assert item.extra["names_our_address"] is True


def test_a_newsletter_that_comes_back_from_its_list_is_heard_once(ground: Ground) -> None:
    ref = ground.connector().send(Draft("Guten Tag", title="T"), "key-1").ref
    _, content = ground.store.delivered[0]
    ground.store.arrive(content.replace(b"Unser Haus", b"Haus via Liste"))
    items = [item for batch in batches(ground) for item in batch.items]
    assert [item.ref for item in items] == [ref]
    assert items[0].author
    assert items[0].author.is_us


def test_a_list_faster_than_our_own_folder_waits(ground: Ground) -> None:
    ground.connector().send(Draft("Guten Tag", title="T"), "key-1")
    _, content = ground.store.delivered[0]
    kept = ground.store.sent.letters.pop()
    ground.store.arrive(content)
    later = ground.write("Danach")
    assert heard(ground) == {}
    ground.store.sent.letters.append(kept)
    found = heard(ground)
    assert [item.author.is_us for item in found.values() if item.author] == [True, False]
    assert later in found


def test_what_a_colleague_answers_elsewhere_is_ours(ground: Ground) -> None:
    root = ground.write("Wann?", at=PAST)
    letter = f"From: {ground.store.user}\r\nMessage-ID: <k@haus.example>\r\nIn-Reply-To: <{root}>\r\n\r\nUm acht."
    ground.store.arrive(letter.encode(), PAST, "Gesendet")
    item = heard(ground)["k@haus.example"]
    assert (item.author and item.author.is_us, item.thread, item.act) == (True, root, "answered")


def test_old_letters_are_left_alone(ground: Ground) -> None:
    ground.write("Lange her", at=datetime.now(UTC) - timedelta(days=200))
    new = ground.write("Neu")
    assert heard(ground).keys() == {new}


def test_large_letters_are_read_in_part_and_many_in_bounded_answers(ground: Ground) -> None:
    first = ground.write("Anfang\r\n" + "x" * 70 * 30_000)
    rest = [ground.write("y" * 900_000) for _ in range(6)]
    found = batches(ground)
    items = {item.ref.native_id: item for batch in found for item in batch.items}
    assert items.keys() == {first, *rest}
    assert items[first].extra["is_cut"] is True
    assert items[first].text.startswith("Anfang")
    assert all(len(item.text) <= 200_000 for item in items.values())
    assert len(found) >= 2


@pytest.mark.parametrize("place", ["AUTHENTICATE", "EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize(
    "fault", ["cut", "silence", "drip", "* nonsense", "* OK [UIDNEXT x] y", "* 1 FETCH (UID 1 BODY[] {99999999999}"]
)
def test_an_answer_that_breaks_is_asked_again_later(ground: Ground, place: str, fault: str) -> None:
    ground.write("Wann?")
    ground.limits = HASTY
    ground.store.faults[place] = [fault]
    with pytest.raises(TryLater):
        batches(ground)
    ground.store.faults.clear()
    assert len(heard(ground)) == 1


@pytest.mark.parametrize(
    "cursor", ["{", "[]", '{"f": 1}', '{"f": {"INBOX": ["x", 1]}}', '{"f": {"INBOX": [1, 999]}}', "null"]
)
def test_a_broken_cursor_is_the_beginning_or_the_end(ground: Ground, cursor: str) -> None:
    ground.write("Wann?")
    assert len(heard(ground, cursor)) == (0 if "999" in cursor else 1)


def test_a_cursor_stays_small(ground: Ground) -> None:
    for number in range(60):
        ground.write(f"Frage {number}")
    last = batches(ground)[-1].cursor
    assert len(last) < 200
    assert json.loads(last)["v"] == 1


def test_a_missing_folder_of_sent_letters_is_no_reason_not_to_listen(ground: Ground) -> None:
    del ground.store.folders["Gesendet"]
    native_id = ground.write("Wann?")
    assert heard(ground).keys() == {native_id}


def test_an_answer_reaches_who_wrote_without_an_id_never(ground: Ground) -> None:
    ground.store.arrive(b"From: mia@fern.example\r\nSubject: Ohne Nummer\r\n\r\nHallo", PAST)
    ((name, item),) = heard(ground).items()
    assert name.startswith("nameless.")
    assert item.thread == name
    assert Ref(name) == item.ref


def test_a_server_that_gives_letters_ids_of_its_own_breaks_no_thread(ground: Ground) -> None:
    """outlook.com keeps a copy under an id we do not know; members' programs answer that id, and repeat ours."""
    ground.store.renames = ground.store.keeps_sent = True
    us = ground.connector()
    question = ground.write("Wann fährt das Schiff?")
    post = us.send(Draft("Das Schiff fährt wieder.", title="Rundbrief"), "key-1").ref
    answer = us.send(Draft("Um acht.", reply_to=Ref(question), thread=question, visibility="direct"), "key-2").ref
    renamed = [email.message_from_bytes(letter) for _, letter in ground.store.delivered]
    for number, one in enumerate(renamed):
        line, known = f"{one['References']} {one['Message-ID']}", str(one["Message-ID"]).strip(" <>")
        ground.write(f"Danke {number}", answers=known, line=line, message_id=f"danke-{number}@fern.example")
    found = heard(ground)
    said = [one for one in found.values() if one.author and one.author.is_us]
    assert {one.ref.native_id for one in said} == {post.native_id, answer.native_id}
    thanks = [found[f"danke-{number}@fern.example"] for number in (0, 1)]
    assert [(one.reply_to, one.thread) for one in thanks] == [
        (post.native_id, post.native_id),
        (answer.native_id, question),
    ]
    # The list's copy is no second letter either.
    ground.store.arrive(ground.store.delivered[0][1], datetime.now(UTC))
    assert len(heard(ground)) == len(found)
    assert us.find("key-1", Draft("Das Schiff fährt wieder.", title="Rundbrief"), PAST) is not None


def test_a_letter_answering_another_one_keeps_its_parent_and_a_colleagues_is_no_copy(ground: Ground) -> None:
    us = ground.connector()
    post = us.send(Draft("Das Schiff fährt wieder.", title="Rundbrief"), "key-1").ref
    mia = ground.write("Toll!", answers=post.native_id, message_id="M1@am.prod.outlook.com")
    jan = ground.write("Finde ich auch.", answers=mia, line=f"<{post.native_id}> <{mia}>")
    colleague = (
        f"From: {ground.store.user}\r\nMessage-ID: <k@haus.example>\r\nReferences: <{post.native_id}>\r\n\r\nUm acht."
    )
    ground.store.arrive(colleague.encode(), PAST, "Gesendet")
    found = heard(ground)
    assert (found[mia].reply_to, found[jan].reply_to) == (post.native_id, mia)
    assert found["k@haus.example"].text == "Um acht."
    assert found[post.native_id].text == "Das Schiff fährt wieder."
