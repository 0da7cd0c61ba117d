"""A mailbox whose provider takes no passwords, as a person meets it: connected on the screen, renewed, withdrawn, let in again."""

import re
from datetime import timedelta
from functools import partial
from html import unescape
from urllib.parse import urlsplit

import httpx2
import pytest
from django.utils import timezone, translation

from allmende.channels.actions import collect_due, renew_due
from allmende.channels.models import Account, Channel, Message, PendingLogin
from allmende.channels.states import CONNECTED, LOGGED_OUT
from allmende.connectors.mail import login
from allmende.health.queries.look import Look
from allmende.health.queries.working import accounts
from allmende.team.models import Notice
from tests.networks.code_flow import CLIENT_ID, CLIENT_SECRET
from tests.networks.mail.ground import started
from tests.networks.mail.office import opened_by_token

TYPED = {
    "name": "Post", "slug": "post", "mark": "", "ask_address": "haus@haus.example", "ask_name": "Unser Haus",
    "ask_client_id": CLIENT_ID, "ask_client_secret": CLIENT_SECRET, "ask_tenant": "haus.example",
}  # fmt: skip


@pytest.fixture
def desk(settings, monkeypatch):
    ground = started()
    desk = opened_by_token(ground)
    ports = (ground.imap.port, ground.smtp.port, desk.face.port)
    settings.NEIGHBOURS = frozenset(("127.0.0.1", port) for port in ports)
    monkeypatch.setattr(login, "PROVIDERS", desk.providers)
    for name in ("begin", "finish"):
        monkeypatch.setattr(login, name, partial(getattr(login, name), providers=desk.providers))
    yield desk
    desk.end()
    ground.end()


def agree(visit, path, typed):
    """Off to the provider and back; the answer people see then."""
    page = visit(path, typed).content.decode()
    assert CLIENT_SECRET not in page
    assert CLIENT_SECRET not in str(PendingLogin.objects.values_list("wishes"))
    url = unescape(re.search(r'class="btn primary" href="([^"]+)"', page)[1])
    with httpx2.Client() as browser:
        parts = urlsplit(browser.get(url).headers["location"])
    return visit(f"{parts.path}?{parts.query}")


def connect(visit) -> Channel:
    answer = agree(visit, "connect/mail/?way=microsoft", TYPED)
    assert answer.status_code == 302, answer.content.decode()
    return Channel.objects.select_related("account").get()


def test_each_way_says_what_it_needs(visit):
    page = unescape(visit("connect/mail/").content.decode())
    assert "ask_password" in page
    assert "Rückkehradresse" not in page
    for way, tenant in (("microsoft", True), ("google", False)):
        page = unescape(visit(f"connect/mail/?way={way}").content.decode())
        assert "ask_password" not in page
        assert ("ask_tenant" in page) is tenant
        assert "http://testserver/w/lotsenforum/channels/connect/back/" in page
        assert f'action="/w/lotsenforum/channels/connect/mail/?way={way}"' in page
    assert "IMAP.AccessAsUser.All" not in page
    assert "https://mail.google.com/" in page
    for nowhere in ("connect/mail/?way=nirgends", "connect/youtube/?way=microsoft"):
        assert visit(nowhere).status_code == 404


def test_connected_on_the_screen_it_hears_and_is_renewed_before_its_end(visit, desk):
    channel = connect(visit)
    account = channel.account
    assert (account.handle, account.settings["way"]) == ("haus@haus.example", "microsoft")
    desk.ground.write("Wann fährt das Schiff?")
    desk.ground.store.tokens.clear()
    assert renew_due(now=account.expires_at - timedelta(minutes=30)) == 0
    assert renew_due(now=account.expires_at - timedelta(minutes=1)) == 1
    collect_due(now=timezone.now())
    assert Message.objects.get().text == "Wann fährt das Schiff?"


def test_withdrawn_access_is_told_and_ends_with_a_new_log_in(visit, desk, owner):
    connect(visit)
    desk.ground.store.tokens.clear()
    desk.office.refreshes.clear()
    collect_due(now=timezone.now())
    account = Account.objects.get()
    assert account.state == LOGGED_OUT
    assert Notice.objects.filter(person=owner, kind="channels.account_logged_out").count() == 1
    with translation.override("en"):
        found = accounts(Look(now=timezone.now()))
    assert found is not None
    assert account.name in found.finding
    page = unescape(visit(f"accounts/{account.pk}/").content.decode())
    assert "invalid_token" in page
    assert "ask_tenant" in page
    answer = agree(visit, f"accounts/{account.pk}/?way=microsoft", TYPED)
    assert answer.status_code == 302
    account.refresh_from_db()
    assert account.state == CONNECTED


def test_what_stays_shut_is_told_at_the_address_and_keeps_what_was_typed(visit, desk):
    desk.ground.store.faults["AUTH"] = ["535 5.7.139 SmtpClientAuthentication is disabled"]
    answer = agree(visit, "connect/mail/?way=microsoft", TYPED)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Lesen geht, Senden nicht" in page
    assert 'value="haus@haus.example"' in page
    assert 'value="haus.example"' in page
    assert "?way=microsoft" in page
    desk.office.gives_refresh = False
    assert "keine Anmeldung, die bleibt" in unescape(
        agree(visit, "connect/mail/?way=microsoft", TYPED).content.decode()
    )
    assert not Account.objects.exists()


def test_a_mailbox_known_by_its_password_goes_on_by_token(visit, desk):
    store = desk.ground.store
    store.capabilities, store.features = store.capabilities + " AUTH=PLAIN", ("AUTH PLAIN LOGIN XOAUTH2", "SMTPUTF8")
    servers = {"ask_imap": f"127.0.0.1:{desk.ground.imap.port}", "ask_smtp": f"127.0.0.1:{desk.ground.smtp.port}"}
    assert visit("connect/mail/", TYPED | servers | {"ask_password": store.password}).status_code == 302
    before = Account.objects.get()
    assert before.expires_at is None
    store.password = "gesperrt"
    assert agree(visit, f"accounts/{before.pk}/?way=microsoft", TYPED).status_code == 302
    after = Account.objects.get()
    assert (after.pk, after.settings["way"]) == (before.pk, "microsoft")
    assert after.expires_at is not None
    # and back, by the way the page names for it
    store.password = "geheim"
    page = f"accounts/{before.pk}/?way="
    assert "ask_password" in visit(page).content.decode()
    assert visit(page, TYPED | servers | {"ask_password": "geheim"}).status_code == 302
    after.refresh_from_db()
    assert (after.settings.get("way"), after.expires_at) == (None, None)
