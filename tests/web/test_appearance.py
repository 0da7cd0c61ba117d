"""Theme and language: kept for the person, right at the first paint."""

from django.test import Client

ADDRESS = "/w/lotsenforum/appearance"


def test_theme_is_kept_and_sends_back_only_within_the_house(owner, client_of):
    client = client_of(owner)
    answer = client.post(ADDRESS, {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.status_code == 302 and answer["Location"] == "/"
    assert answer.cookies["theme"].value == "dark"
    owner.user.refresh_from_db()
    assert owner.user.theme == "dark" and owner.user.language == "de"
    assert client.post(ADDRESS, {"language": "en", "next": "/w/lotsenforum/"})["Location"] == "/w/lotsenforum/"
    owner.user.refresh_from_db()
    assert (owner.user.theme, owner.user.language) == ("dark", "en")


def test_an_unknown_theme_changes_nothing(owner, client_of):
    assert client_of(owner).post(ADDRESS, {"theme": "pink"}).status_code == 400
    owner.user.refresh_from_db()
    assert owner.user.theme == "system"


def test_a_stranger_gets_404_and_nobody_the_log_in(owner, new_person, client_of, client):
    stranger = new_person("owner", slug="other")
    assert client_of(stranger).post(ADDRESS, {"theme": "dark"}).status_code == 404
    assert client.post(ADDRESS, {"theme": "dark"}).status_code == 302


def test_the_log_in_page_speaks_both_languages_and_keeps_the_theme(client, db):
    client.cookies["theme"] = "dark"
    german = client.get("/account/login/", headers={"accept-language": "de"}).content.decode()
    assert "Anmelden" in german and 'data-theme="dark"' in german and "Allmende" in german
    assert "Log in" in client.get("/account/login/", headers={"accept-language": "en"}).content.decode()
    refused = client.post("/account/login/", {"login": "nobody@example.org", "password": "wrong"}).content.decode()
    assert 'role="alert"' in refused and 'value="nobody@example.org"' in refused


def test_errors_are_told_in_the_house_voice(client, db):
    answer = client.get("/nowhere", headers={"accept-language": "de"})
    assert answer.status_code == 404 and "Hier ist nichts" in answer.content.decode()


def test_errors_speak_the_language_of_whoever_is_logged_in(owner, new_person, client_of):
    client = client_of(owner)
    client.post(ADDRESS, {"language": "en"})
    outside = {name: client.get(name, headers={"accept-language": "de"}) for name in ("/nowhere", "/w/elsewhere/")}
    for answer in outside.values():
        assert answer.status_code == 404 and "There is nothing here" in answer.content.decode()
        assert '<html lang="en"' in answer.content.decode()
    observer = new_person("observer")
    observer.user.language = "en"
    observer.user.save()
    refused = client_of(observer).get("/w/lotsenforum/team/rota/new/", headers={"accept-language": "de"})
    assert refused.status_code == 403 and "That is not yours to do" in refused.content.decode()
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(owner.user)
    said = forged.post(ADDRESS, {"theme": "dark"}, headers={"accept-language": "de"})
    assert said.status_code == 403 and '<html lang="en"' in said.content.decode()


def test_a_guest_whose_link_is_closed_is_told_whom_to_ask(client, db):
    answer = client.get("/guest/chain/closed-long-ago/", headers={"accept-language": "de"})
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Dieser Link öffnet nichts" in page and "um einen neuen" in page and "Anmeldung" not in page
