"""What a service delivers becomes conversations: over real HTTP, signed by the standard's own library, each delivery once."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from standardwebhooks.webhooks import Webhook as Signer

from allmende.channels.actions import choose_channel, close_channel, connect_account, disconnect_account
from allmende.channels.models import Account, Channel, Gesture, Message
from allmende.hub.models import Delivery
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from tests.networks.webhook.ground import OTHER, SECRET, Ground


@dataclass
class Sender:
    """A service that delivers to one account."""

    account: Account
    channel: Channel
    origin: str

    @property
    def url(self) -> str:
        return f"{self.origin}/hooks/{self.account.pk}/"

    def deliver(
        self, told: object, *, webhook_id: str = "msg_1", secret: str = SECRET, at: datetime | None = None
    ) -> int:
        """The status of one signed delivery. `told` is written as JSON, bytes as they are."""
        at = at or datetime.now(UTC)
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        signature = Signer(secret).sign(webhook_id, at, body.decode("utf-8"))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
        return self.post(body, headers)

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


def created(native_id: str = "42", text: str = "Ich komme gern.", **more: object) -> dict[str, object]:
    row = {"id": native_id, "author": {"id": "7", "name": "Mia Muster", "handle": "mia"}, "text": text}
    return {"type": "message.created", "timestamp": "2026-11-20T09:30:00+00:00", "data": row | more}


@pytest.fixture
def origin(db, monkeypatch) -> Iterator[str]:
    """The application on a free port, inside this test's transaction."""
    connection = connections["default"]
    # The server's threads close whatever they answered with; this one is ours, and our transaction is in it.
    monkeypatch.setattr(connection, "close", lambda: None)
    connection.inc_thread_sharing()
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={"default": connection})
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    connection.dec_thread_sharing()


@pytest.fixture
def service(owner, now, origin) -> Sender:
    ground = Ground()
    account = connect_account(
        person=owner, kind="webhook", name="Werkzeug", settings={"host": "127.0.0.1"},
        secret=json.dumps({"url": ground.url, "secret": SECRET}), now=now, client=ground.client,
    )  # fmt: skip
    ground.end()
    channel = choose_channel(
        person=owner, name="Werkzeug", slug="werkzeug", kind="social_network", account=account, now=now
    )
    return Sender(account, channel, origin)


def test_a_signed_delivery_over_http_becomes_a_conversation(service) -> None:
    assert service.deliver(created()) == 204
    message = Message.objects.get()
    assert (message.native_id, message.text, message.direction) == ("42", "Ich komme gern.", "inward")
    assert message.identity.name == "Mia Muster"
    file_new(datetime.now(UTC))
    conversation = Conversation.objects.get()
    assert conversation.channel_id == service.channel.pk
    assert conversation.waiting_since is not None


def test_the_same_delivery_is_done_once_and_answered_like_the_first(service) -> None:
    assert [service.deliver(created()) for _ in range(3)] == [204] * 3
    assert Message.objects.count() == 1
    assert Delivery.objects.count() == 1
    # another delivery under the id of the first is that one
    assert service.deliver(created("43")) == 204
    assert Message.objects.count() == 1
    assert service.deliver(created("43"), webhook_id="msg_2") == 204
    assert Message.objects.count() == 2


def test_edits_deletions_and_gestures_arrive(service) -> None:
    service.deliver(created())
    edited = created(text="Ich komme sehr gern.") | {"type": "message.edited", "timestamp": "2026-11-20T09:40:00+00:00"}
    assert service.deliver(edited, webhook_id="msg_2") == 204
    assert Message.objects.get().text == "Ich komme sehr gern."
    voted = {
        "type": "gesture.made", "timestamp": "2026-11-20T09:41:00+00:00",
        "data": {"id": "g1", "author": {"id": "8"}, "act": "voted", "target": "42"},
    }  # fmt: skip
    assert service.deliver(voted, webhook_id="msg_3") == 204
    assert Gesture.objects.get().target_id == Message.objects.get().pk
    gone = {"type": "message.deleted", "timestamp": "2026-11-20T10:00:00+00:00", "data": {"id": "42"}}
    assert service.deliver(gone, webhook_id="msg_4") == 204
    assert Message.objects.get().deleted_at is not None


def test_nothing_is_believed_that_is_not_proved(service) -> None:
    now = datetime.now(UTC)
    assert service.deliver(created(), secret=OTHER) == 401
    assert service.deliver(created(), at=now - timedelta(minutes=6)) == 401
    assert service.deliver(created(), at=now + timedelta(minutes=6)) == 401
    assert service.post(json.dumps(created()).encode(), {"Content-Type": "application/json"}) == 401
    # unsigned nonsense is refused for its signature, not for what it says
    assert service.deliver(b"{kaputt", secret=OTHER) == 401
    assert service.deliver(b"{kaputt") == 400
    assert service.deliver({"type": "message.said", "timestamp": "2026-11-20T09:30:00+00:00", "data": {}}) == 400
    assert service.deliver(b" " * 1_000_001) == 413
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()  # what was refused may come again, mended
    assert service.deliver(created()) == 204


def test_an_address_nobody_listens_at_says_so(service, owner, client, now) -> None:
    assert client.get(f"/hooks/{service.account.pk}/").status_code == 405
    assert client.post("/hooks/0b4d1c3e-6f1a-4f6e-9d59-3f6d6c1f2a77/").status_code == 404
    close_channel(person=owner, channel=service.channel, now=now)
    assert service.deliver(created()) == 410
    disconnect_account(person=owner, account=service.account, now=now)
    assert service.deliver(created()) == 404


def test_old_ids_are_forgotten(service) -> None:
    service.deliver(created())
    Delivery.objects.update(received_at=datetime.now(UTC) - timedelta(hours=25))
    service.deliver(created("43"), webhook_id="msg_2")
    assert list(Delivery.objects.values_list("webhook_id", flat=True)) == ["msg_2"]


def test_the_channels_page_shows_the_address_and_never_the_secret(service, owner, client_of) -> None:
    client = client_of(owner)
    for path in (f"accounts/{service.account.pk}/", "werkzeug/change/"):
        page = client.get(f"/w/lotsenforum/channels/{path}").content.decode()
        assert f"http://testserver/hooks/{service.account.pk}/" in page
        assert SECRET not in page
