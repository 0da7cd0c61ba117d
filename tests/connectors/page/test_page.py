"""What the suite does not say: answers at the log-in, ids and addresses, what is refused."""

from datetime import UTC, datetime

import pytest

from allmende.connectors.errors import CannotLook, Refused
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Media, Ref
from allmende.connectors.page.connector import Page

GIVEN = {"address": "neues-vom-deich", "our_workspace": "lotsenforum"}


def test_a_log_in_asks_nobody_and_keeps_no_secret() -> None:
    granted = Page.log_in({**GIVEN, "address": " Neues-vom-Deich ", "about": "Was am Deich geschieht."}, Client())
    assert granted.settings == {
        "address": "neues-vom-deich",
        "about": "Was am Deich geschieht.",
        "imprint": "",
        "privacy": "",
        "workspace": "lotsenforum",
    }
    assert granted.secret.reveal() == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("address", ""),
        ("address", "../admin"),
        ("address", "zwei wörter"),
        ("address", "-x"),
        ("address", "x" * 61),
        ("about", "x" * 301),
        ("imprint", "javascript:alert(1)"),
        ("imprint", "https://"),
        ("privacy", "https://ich:geheim@example.org/"),
        ("privacy", "https://[kaputt"),
    ],
)
def test_an_answer_that_cannot_stand_there_is_named(question: str, answer: str) -> None:
    with pytest.raises(Refused) as caught:
        Page.log_in({**GIVEN, question: answer}, Client())
    assert (caught.value.reason_code, caught.value.detail) == ("bad_answer", question)


def test_the_same_key_is_the_same_id_for_ever_and_another_page_another_one(page: Page) -> None:
    first, again = page.send(Draft("Guten Tag", "Titel"), "key-1"), page.send(Draft("Guten Tag", "Titel"), "key-1")
    other = Page({**page.settings, "address": "anderswo"}, None, Client()).send(Draft("Guten Tag", "Titel"), "key-1")
    assert first.ref == again.ref
    assert first.ref.native_id != other.ref.native_id
    assert first.ref.native_id != page.send(Draft("Guten Tag", "Titel"), "key-2").ref.native_id
    with pytest.raises(CannotLook):
        page.find("key-1", Draft("Guten Tag", "Titel"), datetime.now(UTC))


def test_a_post_has_an_address_of_its_own_and_an_answer_stands_on_its_posts(page: Page) -> None:
    post = page.send(Draft("Guten Tag", "Titel"), "key-1").ref
    assert post.url == f"https://allmende.example.org/p/lotsenforum/neues-vom-deich/{post.native_id}/"
    answer = page.send(Draft("Gern", reply_to=Ref("c-" + "0" * 20), thread=post.native_id), "key-2").ref
    assert answer.url == f"{post.url}#{answer.native_id}"
    assert page.public_url == "https://allmende.example.org/p/lotsenforum/neues-vom-deich/"


def test_what_cannot_stand_there_is_refused_for_ever(page: Page) -> None:
    with pytest.raises(Refused) as caught:
        page.send(Draft("Gern", reply_to=Ref("41")), "key-1")
    assert caught.value.reason_code == "not_on_page"
    bare = Media("image/png", content=b"x", name="deich.png")
    with pytest.raises(Refused):
        page.send(Draft("Bild ohne Worte", "Titel", media=(bare,)), "key-2")


def test_withdrawing_asks_nobody_and_twice_is_once(page: Page) -> None:
    ref = page.send(Draft("Guten Tag", "Titel"), "key-1").ref
    page.withdraw(ref)
    page.withdraw(ref)
    assert page.abilities.can_delete
    assert page.abilities.is_ours
