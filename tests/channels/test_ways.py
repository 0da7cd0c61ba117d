"""Ways into networks as a person goes them: choose, type or agree, come back, log in again, end it."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from allmende.channels.models import Account, Channel, PendingLogin
from allmende.channels.queries import network_groups, networks
from allmende.connectors import register
from allmende.connectors.contract import Abilities, Connector, Idempotency
from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.logins import Begun, Granted, Login, Question
from allmende.connectors.neutral import Author
from allmende.connectors.secret import Secret


class Gate(Connector):
    """A network that grants whoever knows the word, or comes back with it."""

    kind = "bluesky"
    login = Login("password", (Question("handle", "haus.example"), Question("app_password", is_secret=True)))

    @classmethod
    def log_in(cls, answers, client) -> Granted:
        if "." not in answers["handle"]:
            raise Refused("bad_answer", "handle")
        if answers["handle"] == "weg.example":
            raise Refused("account_closed", "handle")
        if answers["app_password"] != "sesam":
            raise LoggedOut("logged_out")
        return Granted({"handle": answers["handle"]}, Secret(f"token of {answers['handle']}"))

    @classmethod
    def begin_login(cls, answers, return_url, client) -> Begun:
        if answers["server"] == "schweigt.example":
            raise TryLater(reason_code="not_reached")
        if answers["server"] == "intern":
            raise Refused("forbidden_address", "server")
        return Begun(f"https://{answers['server']}/authorize?back={return_url}", "zustand", Secret("prüfer"))

    @classmethod
    def finish_login(cls, kept, code, client) -> Granted:
        assert kept.reveal() == "prüfer"
        if code != "sesam":
            raise LoggedOut("code_refused")
        return Granted({"handle": "haus", "network": "n"}, Secret("token of haus"))

    @property
    def abilities(self) -> Abilities:
        return Abilities(can_send=True, idempotency=Idempotency("none"))

    def whoami(self) -> Author:
        handle = self.secret.reveal().rpartition(" ")[2]
        return Author(f"id:{handle}", handle, handle, is_us=True)

    def collect(self, cursor: str):
        yield from ()


class RedirectGate(Gate):
    kind = "mastodon"
    login = Login("redirect", (Question("server", "https://mastodon.social"),))


class SilentFeed(Gate):
    kind = "feed"
    login = Login("password", (Question("address", "https://example.org/news"),))

    @classmethod
    def log_in(cls, answers, client) -> Granted:
        raise TryLater(reason_code="not_reached")


class SilentMailbox(SilentFeed):
    kind = "mail"


@pytest.fixture
def gates(monkeypatch) -> None:
    monkeypatch.setitem(register.KINDS, "bluesky", "tests.channels.test_ways:Gate")
    monkeypatch.setitem(register.KINDS, "mastodon", "tests.channels.test_ways:RedirectGate")
    monkeypatch.setitem(register.KINDS, "feed", "tests.channels.test_ways:SilentFeed")
    monkeypatch.setitem(register.KINDS, "mail", "tests.channels.test_ways:SilentMailbox")


@pytest.fixture
def visit(owner, client_of, gates):
    client = client_of(owner)

    def go(path, data=None, **more):
        address = f"/w/{owner.workspace.slug}/channels/{path}"
        return client.post(address, data, **more) if data is not None else client.get(address, **more)

    go.client = client
    return go


TYPED = {"name": "Bluesky", "slug": "", "mark": "", "ask_handle": "haus.example", "ask_app_password": "sesam"}


def test_the_networks_say_what_they_need_and_what_allmende_may_do(visit) -> None:
    page = visit("connect/").content.decode()
    assert page.index("Übungsnetz") < page.index("Bluesky") < page.index("Mastodon")
    assert visit("connect/archive/").status_code == 404
    assert visit("connect/nothing/").status_code == 404


def test_a_person_connects_by_what_they_type(visit) -> None:
    assert "App-Passwort" in visit("connect/bluesky/").content.decode()
    assert visit("connect/bluesky/", TYPED).status_code == 302
    channel = Channel.objects.select_related("account").get()
    assert (channel.slug, channel.mark, channel.kind) == ("bluesky", "B", "social_network")
    assert channel.account.secret == "token of haus.example"
    assert "token of" not in visit("").content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"ask_handle": "haus"}, 'id="id_ask_handle_error"'),
        ({"ask_app_password": "falsch"}, 'class="note bad"'),
        ({"ask_app_password": ""}, 'id="id_ask_app_password_error"'),
        ({"name": ""}, 'id="id_name_error"'),
    ],
)
def test_what_is_wrong_stands_where_it_belongs_and_nothing_typed_is_lost(visit, wrong, told) -> None:
    typed = TYPED | wrong
    answer = visit("connect/bluesky/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert all(f'value="{value}"' in page for name, value in typed.items() if value)
    assert not Account.objects.exists()


def test_the_same_account_is_not_connected_twice_and_comes_back_after_it_was_disconnected(visit) -> None:
    visit("connect/bluesky/", TYPED)
    again = visit("connect/bluesky/", TYPED | {"name": "Zweites"})
    assert again.status_code == 422
    account = Account.objects.get()
    page = again.content.decode()
    assert "schon verbunden, als Bluesky" in page and f"accounts/{account.pk}/" in page
    assert visit(f"accounts/{account.pk}/disconnect/").status_code == 200
    visit(f"accounts/{account.pk}/disconnect/", {})
    account.refresh_from_db()
    assert account.secret == ""
    assert account.archived_at
    assert Channel.objects.get().state == "closed"
    assert (
        visit(f"accounts/{account.pk}/", {"ask_handle": "haus.example", "ask_app_password": "sesam"}).status_code == 302
    )
    account.refresh_from_db()
    assert (account.secret, account.archived_at, account.state) == ("token of haus.example", None, "connected")
    assert visit("bluesky/reopen/", {}).status_code == 302
    assert Channel.objects.get().state == "chosen"


def test_log_in_again_only_with_the_same_account(visit) -> None:
    visit("connect/bluesky/", TYPED)
    account = Account.objects.get()
    other = visit(f"accounts/{account.pk}/", {"ask_handle": "fremd.example", "ask_app_password": "sesam"})
    assert other.status_code == 422
    assert "fremd.example" in other.content.decode()
    account.refresh_from_db()
    assert account.secret == "token of haus.example"


def away(visit, **more):
    answer = visit("connect/mastodon/", {"name": "Masto", "slug": "", "mark": "", "ask_server": "masto.example"} | more)
    assert answer.status_code == 200
    return answer


def test_a_person_agrees_at_the_network_and_comes_back_once(visit) -> None:
    page = away(visit).content.decode()
    assert "https://masto.example/authorize" in page
    back = parse_qs(urlsplit(page.split('href="https://masto.example')[1].split('"')[0]).query)["back"][0]
    assert back.endswith("/w/lotsenforum/channels/connect/back/")
    pending = PendingLogin.objects.get()
    assert "zustand" not in (pending.state_hash, pending.session_hash)
    assert visit("connect/back/?state=zustand&code=sesam").status_code == 302
    assert Channel.objects.get().name == "Masto"
    assert visit("connect/back/?state=zustand&code=sesam").status_code == 302  # told, nothing twice
    assert Account.objects.count() == 1


def test_who_does_not_agree_finds_the_form_as_it_was(visit) -> None:
    away(visit)
    answer = visit("connect/back/?state=zustand&error=access_denied")
    assert answer.status_code == 422
    assert 'value="masto.example"' in answer.content.decode()
    assert not Account.objects.exists()


def test_the_way_back_is_open_to_the_same_person_and_session_for_a_quarter_of_an_hour(
    visit, client_of, owner, new_person
) -> None:
    away(visit)
    other_session, colleague = client_of(owner), client_of(new_person("lead"))
    for stranger in (other_session, colleague):
        stranger.get("/w/lotsenforum/channels/connect/back/?state=zustand&code=sesam")
    visit("connect/back/?state=falsch&code=sesam")
    assert not Account.objects.exists()
    PendingLogin.objects.update(ends_at=PendingLogin.objects.get().begun_at - timedelta(seconds=1))
    assert visit("connect/back/?state=zustand&code=sesam").status_code == 422
    assert not Account.objects.exists()


def test_a_private_server_is_told_with_the_remedy(visit) -> None:
    answer = visit("connect/mastodon/", {"name": "M", "ask_server": "intern"})
    assert answer.status_code == 422
    assert "ALLMENDE_NEIGHBOURS" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "question", "typed", "called"),
    [
        ("mastodon", "server", "schweigt.example", "schweigt.example"),
        ("feed", "address", "https://schweigt.example/news", "https://schweigt.example/news"),
        ("mail", "address", "haus@schweigt.example", " schweigt.example"),
    ],
)
def test_a_silent_server_is_called_as_it_was_typed(visit, kind, question, typed, called) -> None:
    answer = visit(f"connect/{kind}/", {"name": "M", f"ask_{question}": typed})
    assert answer.status_code == 422
    assert f"{called} antwortet gerade nicht" in answer.content.decode()


def test_what_is_wrong_with_an_answer_is_told_in_the_words_of_its_network(visit, monkeypatch) -> None:
    from dataclasses import replace
    from importlib import import_module

    from allmende.channels.catalogue import NETWORKS

    words = replace(NETWORKS["bluesky"], reasons={"account_closed": "This house is closed."})
    monkeypatch.setattr(import_module("allmende.channels.actions.log_in"), "NETWORKS", {**NETWORKS, "bluesky": words})
    for handle, sentence in (("haus", "Das ist kein Handle."), ("weg.example", "This house is closed.")):
        given = {"name": "B", "ask_handle": handle, "ask_app_password": "sesam"}
        answer = visit("connect/bluesky/", given)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_many_returns_at_once_connect_once(visit, owner) -> None:
    away(visit)
    answers = [visit("connect/back/?state=zustand&code=sesam").status_code for _ in range(3)]
    assert answers == [302, 302, 302]
    assert Account.objects.count() == 1


def test_a_channel_is_renamed_with_undo_and_a_stale_page_is_told(visit, world) -> None:
    page = visit("forum/change/").content.decode()
    revision = Channel.objects.get().revision
    given = {"name": "Deichforum", "slug": "deich", "mark": "d", "revision": revision}
    assert visit("forum/change/", given).status_code == 302
    assert Channel.objects.get().mark == "D"
    assert 'name="revision"' in page
    stale = visit("deich/change/", {"name": "X", "slug": "deich", "mark": "X", "revision": revision})
    assert stale.status_code == 409
    assert "Deichforum" in stale.content.decode()


def test_nothing_is_closed_while_words_wait(visit, world) -> None:
    world.post("Später", send_after=world.now + timedelta(days=1))
    visit("forum/close/", {})
    assert Channel.objects.get().state == "live"
    visit(f"accounts/{world.account.pk}/disconnect/", {})
    assert Account.objects.get().archived_at is None


def test_what_belongs_to_others_is_not_there(visit, client_of, new_person, world) -> None:
    stranger = client_of(new_person("owner", slug="other"))
    for path in (
        f"accounts/{world.account.pk}/",
        f"accounts/{world.account.pk}/disconnect/",
        "forum/change/",
        "forum/prove/",
    ):
        assert stranger.get(f"/w/other/channels/{path}").status_code == 404
        assert stranger.get(f"/w/lotsenforum/channels/{path}").status_code == 404


def test_closing_and_pausing_are_taken_back(visit, world) -> None:
    for verb, state in (("pause", "paused"), ("close", "closed")):
        answer = visit(f"forum/{verb}/", {})
        assert Channel.objects.get().state == state
        page = visit.client.get(answer["Location"]).content.decode()
        undo = re.search(r'action="(/w/[^"]+/undo/[^"]+)"', page)
        assert undo, page
        visit.client.post(undo[1])
        assert Channel.objects.get().state == "live"


def test_every_network_stands_once_among_its_like():
    chosen = [network.kind for _, beside in network_groups() for network in beside]
    assert sorted(chosen) == sorted(network.kind for network in networks())
    assert chosen[0] == "sandbox"
