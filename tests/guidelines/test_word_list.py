"""The house's own words: listed by people, looked for in every draft and every answer."""

import pytest

from allmende.guidelines.models import WordEntry
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db
HOME = "/w/lotsenforum/words/"
USER = {"term": "User*", "advice": "avoid", "alternative": "Runde der Mitglieder", "reason": "Niemand nutzt hier nur."}


def shown(client, asked=""):
    return client.get(HOME + asked).content.decode()


def checked(client, text):
    return client.post(f"{HOME}check/", {"text": text}).content.decode()


@pytest.mark.parametrize(
    ("word", "text", "said"),
    [
        (USER, "Liebe Usern", "Runde der"),
        ({"term": "Sprechstunde", "advice": "use", "others": "Office Hour*\nCall"}, "Zur office hour", "Sprechstunde"),
        ({"term": "ELSTER", "advice": "explain", "alternative": "Portal der Ämter"}, "Mit ELSTER", "Portal der Ämter"),
    ],
)
def test_s2_16_what_is_listed_is_found_in_a_text(client_of, owner, word, text, said):
    client = client_of(owner)
    assert said not in checked(client, text)
    assert client.post(f"{HOME}new/", word).status_code == 302
    assert said in checked(client, text)


def test_s2_16_du_or_sie_and_the_form_of_gender_are_the_houses(client_of, owner):
    client = client_of(owner)
    assert "dein" in checked(client, "Schick uns dein Bild, liebe Nutzer")
    assert "Nutzer*innen" in checked(client, "Liebe Nutzer*innen")


def test_a_word_is_changed_put_away_and_brought_back(client_of, owner):
    client = client_of(owner)
    said = client.post(f"{HOME}new/", USER, follow=True)
    entry = WordEntry.objects.get()
    client.post(f"{HOME}{entry.pk}/", {**USER, "term": "Nutzer", "seen_revision": "1"})
    assert "Nutzer" in shown(client)
    said = client.post(f"{HOME}{entry.pk}/archive/", follow=True)
    assert "Runde der" not in shown(client)
    client.post(offer(said))
    assert "Runde der" in shown(client)


def test_a_word_stands_once_and_comes_back_when_it_is_listed_again(client_of, owner):
    client = client_of(owner)
    client.post(f"{HOME}new/", USER)
    again = client.post(f"{HOME}new/", {**USER, "term": "USER*"})
    assert again.status_code == 422 and "USER*" in again.content.decode()
    entry = WordEntry.objects.get()
    client.post(f"{HOME}{entry.pk}/archive/")
    assert client.post(f"{HOME}new/", {**USER, "alternative": "Leute"}).status_code == 302
    entry.refresh_from_db()
    assert entry.archived_at is None and entry.alternative == "Leute"


def test_an_undo_that_would_list_a_word_twice_is_refused_in_words(client_of, owner):
    client = client_of(owner)
    client.post(f"{HOME}new/", USER)
    entry = WordEntry.objects.get()
    said = client.post(f"{HOME}{entry.pk}/", {**USER, "term": "Nutzer", "seen_revision": "1"}, follow=True)
    client.post(f"{HOME}new/", USER)
    refused = client.post(offer(said), follow=True)
    assert refused.status_code == 200 and WordEntry.objects.filter(folded="user*").count() == 1


@pytest.mark.parametrize(
    "typed", [{"term": "*"}, {"advice": "explain", "alternative": ""}, {"advice": "use", "others": "Call\n***"}]
)
def test_a_word_that_cannot_be_looked_for_is_refused_and_nothing_typed_is_lost(client_of, owner, typed):
    answer = client_of(owner).post(f"{HOME}new/", {**USER, **typed})
    assert answer.status_code == 422 and USER["reason"] in answer.content.decode()
    assert not WordEntry.objects.exists()


def test_the_list_is_searched(client_of, owner):
    client = client_of(owner)
    for word in (USER, {"term": "Sprechstunde", "advice": "use"}):
        client.post(f"{HOME}new/", word, follow=True)
    assert "Sprechstunde" not in shown(client, "?q=runde") and "User*" in shown(client, "?q=runde")
    assert "User*" not in shown(client, "?advice=use")


def test_whoever_may_not_write_guidelines_reads_and_tries(client_of, new_person, owner):
    client_of(owner).post(f"{HOME}new/", USER)
    client = client_of(new_person("author", "Ada"))
    assert f"{HOME}new/" not in shown(client) and "Runde der" in checked(client, "Liebe User")
    assert client.post(f"{HOME}new/", USER).status_code in (403, 404)
