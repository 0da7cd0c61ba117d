"""A network rings by webhook: proven, for the accounts it signs for, and what it carries is not taken for words."""

import hashlib
import hmac
import time

import pytest
from django.test import Client
from django.urls import reverse

from allmende.channels.actions import choose_channel
from allmende.channels.models import Account, Cursor, Message
from allmende.channels.queries import bell_key
from allmende.connectors import graph
from allmende.connectors.slack.session import Session

BODY = b'{"post": {"id": 7, "raw": "Hallo"}}'
HEADERS = {
    "discourse": "X-Discourse-Event-Signature",
    "github": "X-Hub-Signature-256",
    "facebook": "X-Hub-Signature-256",
    "instagram": "X-Hub-Signature-256",
    "threads": "X-Hub-Signature-256",
}


@pytest.fixture
def connected(owner, now):
    """`connected("discourse")`: an account as it is kept, and its channel, read a moment ago."""

    def make(kind: str, slug: str = "forum", app_secret: str = "geheim") -> Account:
        session = graph.Session("token", app_secret) if kind == "facebook" else graph.Session("token", signs=app_secret)
        secret = session.sealed().reveal() if kind in ("facebook", "instagram", "threads") else "token"
        account = Account.objects.create(
            workspace=owner.workspace, kind=kind, name=slug, secret=secret, native_id=slug,
            settings={"server": "https://x.example"}, created_at=now, updated_at=now,
        )  # fmt: skip
        choose_channel(person=owner, name=slug.title(), slug=slug, kind="own_forum", account=account, now=now, mark="F")
        return account

    return make


def ring(account: Account, key: str, body: bytes = BODY) -> int:
    signature = f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"
    given = {"headers": {HEADERS[account.kind]: signature}, "content_type": "application/json"}
    return Client(enforce_csrf_checks=True).post(f"/hooks/{account.pk}/", body, **given).status_code


def has_news(account: Account) -> bool:
    return Cursor.objects.filter(channel__account=account, news_at__isnull=False).exists()


@pytest.mark.parametrize("kind", ["discourse", "github"])
def test_a_forum_rings_with_the_secret_of_its_account(connected, kind):
    account, other = connected(kind), connected(kind, "other")
    assert ring(account, "falsch") == ring(account, "") == ring(account, bell_key(other)) == 401
    assert not has_news(account)
    assert ring(account, bell_key(account)) == 204
    assert has_news(account) and not has_news(other)
    account.refresh_from_db()
    assert account.rang_at and not Message.objects.exists()


@pytest.mark.parametrize("kind", ["facebook", "instagram", "threads"])
def test_an_application_rings_for_each_account_it_signs_for(connected, kind):
    account, sister, stranger = (
        connected(kind), connected(kind, "sister"), connected(kind, "stranger", "anders"),
    )  # fmt: skip
    assert ring(account, bell_key(account)) == 401
    assert ring(account, "geheim") == 204
    assert [has_news(one) for one in (account, sister, stranger)] == [True, True, False]


def test_an_account_without_a_key_rings_for_nobody(connected):
    assert ring(connected("facebook", app_secret=""), "") == 401


def test_a_network_that_asks_back_hears_its_word(connected):
    account = connected("facebook")
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": bell_key(account)}
    url = f"/hooks/{account.pk}/"
    answer = Client().get(url, asked)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"1158201444", "text/plain")
    assert Client().get(url, asked | {"hub.verify_token": "falsch"}).status_code == 401
    assert Client().get(url, asked | {"hub.challenge": "<script>"}).status_code == 400
    assert Client().get(url).status_code == 400
    assert Client().get(f"/hooks/{connected('discourse', 'forum2').pk}/", asked).status_code == 405


def test_who_cannot_ring_and_who_is_disconnected_does_not_exist(connected, now):
    account = connected("mastodon")
    assert Client().post(f"/hooks/{account.pk}/", BODY, content_type="application/json").status_code == 404
    gone = connected("discourse", "gone")
    Account.objects.filter(pk=gone.pk).update(archived_at=now)
    assert ring(gone, bell_key(gone)) == 404


def test_the_account_shows_where_and_with_what_it_rings(connected, client_of, owner, now):
    account = connected("discourse")
    url = reverse("channels:account", args=[owner.workspace.slug, account.pk])
    page = client_of(owner).get(url).content.decode()
    assert (
        f"/hooks/{account.pk}/" in page
        and bell_key(account) in page
        and "Bisher hat sich das Netzwerk nicht gemeldet." in page
    )
    ring(account, bell_key(account))
    assert "Bisher hat sich das Netzwerk nicht gemeldet." not in client_of(owner).get(url).content.decode()
    plain = reverse("channels:account", args=[owner.workspace.slug, connected("mastodon", "m").pk])
    assert "/hooks/" not in client_of(owner).get(plain).content.decode()


def slack_ring(account: Account, key: str, body: bytes = BODY, at: float | None = None) -> tuple[int, bytes]:
    stamp = str(int(time.time() if at is None else at))
    proof = hmac.new(key.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    given = {"X-Slack-Signature": f"v0={proof}", "X-Slack-Request-Timestamp": stamp}
    answer = Client(enforce_csrf_checks=True).post(
        f"/hooks/{account.pk}/", body, headers=given, content_type="application/json"
    )
    return answer.status_code, answer.content


@pytest.fixture
def slack(connected) -> Account:
    account = connected("slack")
    account.secret = Session("xoxb-1", signing_secret="0123456789abcdef").sealed().reveal()
    account.save(update_fields=["secret"])
    return account


def test_slack_rings_with_the_signing_secret_and_the_time(slack):
    key = "0123456789abcdef"
    assert slack_ring(slack, "falsch")[0] == slack_ring(slack, "")[0] == slack_ring(slack, bell_key(slack))[0] == 401
    assert slack_ring(slack, key, at=time.time() - 301)[0] == slack_ring(slack, key, at=time.time() + 301)[0] == 401
    assert slack_ring(slack, key, at=10**20)[0] == 401
    assert not has_news(slack)
    assert slack_ring(slack, key) == (204, b"")
    assert has_news(slack)


def test_slack_hears_its_word_when_it_asks_whether_it_was_meant(slack):
    asked = b'{"type": "url_verification", "token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}'
    assert slack_ring(slack, "0123456789abcdef", asked) == (
        200,
        b"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
    )
    assert slack_ring(slack, "falsch", asked)[0] == 401
    for odd in (
        b'{"type": "url_verification", "challenge": "<script>"}',
        b'{"type": "url_verification"}',
        b"[]",
        b"{]",
    ):
        assert slack_ring(slack, "0123456789abcdef", odd) == (204, b"")
    assert Client().get(f"/hooks/{slack.pk}/", {"hub.mode": "subscribe"}).status_code == 400
