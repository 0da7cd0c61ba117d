"""Taking a delivery in: only what is signed, in time and shaped as documented."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Oracle

from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.webhook import write
from allmende.connectors.webhook.inbound import NotReceived, received
from tests.networks.webhook.ground import OTHER, SECRET

NOW = datetime(2026, 11, 20, 9, 31, tzinfo=UTC)
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "how-to-webhook.md"
OUT, IN = (json.loads(found) for found in re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL))


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET, webhook_id: str = "msg_1") -> dict[str, str]:
    made = Oracle(secret).sign(webhook_id, at, body.decode("utf-8", "replace"))
    return {"Webhook-Id": webhook_id, "webhook-timestamp": str(int(at.timestamp())), "WEBHOOK-SIGNATURE": made}


def taken(told: Any, secret: str = SECRET) -> Any:
    body = json.dumps(told).encode()
    return received(signed(body), body, Secret(secret), NOW).items


def test_the_documented_delivery_is_understood() -> None:
    body = json.dumps(IN).encode()
    found = received(signed(body), body, Secret(SECRET), NOW)
    (item,) = found.items
    assert found.webhook_id == "msg_1"
    assert (item.ref, item.text, item.reply_to, item.thread) == (
        Ref("42", "https://example.org/thema/40#42"),
        "Ich komme gern.",
        "41",
        "40",
    )
    assert (item.author.name, item.author.handle, item.author.is_us, item.act) == (
        "Mia Muster",
        "mia",
        False,
        "commented",
    )
    assert item.occurred_at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_what_we_post_is_what_is_documented() -> None:
    draft = Draft("Am Samstag um acht.", title="Offene Werkstatt", reply_to=Ref("41"), thread="40")
    made = write.said(draft, OUT["data"]["id"], datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    assert made == OUT
    assert re.fullmatch(r"msg_[0-9a-f]{40}", OUT["data"]["id"])
    assert len(write.webhook_id("https://x.example", "k")) == len(OUT["data"]["id"])


def test_edits_deletions_and_gestures_come_as_the_same_name_again() -> None:
    entry = IN["data"][0]
    (edited,) = taken({**IN, "type": "message.edited"})
    (gone,) = taken({**IN, "type": "message.deleted", "data": {"id": "42", "thread": "40"}})
    (gesture,) = taken(
        {
            **IN,
            "type": "gesture.made",
            "data": {"id": "42~7", "author": entry["author"], "act": "voted", "target": "42"},
        }
    )
    assert edited.edited_at == gone.deleted_at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert (edited.ref.native_id, gone.ref.native_id, gone.text, gone.author) == ("42", "42", "", None)
    assert (gesture.kind, gesture.act, gesture.target, gesture.thread) == ("gesture", "voted", "42", "42")


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 365])
def test_a_delivery_from_another_time_is_refused(minutes: int) -> None:
    body = json.dumps(IN).encode()
    with pytest.raises(NotReceived) as caught:
        received(signed(body, NOW + timedelta(minutes=minutes)), body, Secret(SECRET), NOW)
    assert (caught.value.status, caught.value.reason) == (401, "too_old_or_too_new")
    assert received(signed(body, NOW + timedelta(minutes=4)), body, Secret(SECRET), NOW).items


@pytest.mark.parametrize(
    "change",
    [
        {"WEBHOOK-SIGNATURE": ""},
        {"WEBHOOK-SIGNATURE": "v1,"},
        {"WEBHOOK-SIGNATURE": "v1a,AAAA"},
        {"WEBHOOK-SIGNATURE": "v1," + base64.b64encode(b"x" * 32).decode()},
        {"WEBHOOK-SIGNATURE": "ü,\ud800"},
        {"Webhook-Id": "msg_2"},
        {"Webhook-Id": ""},
        {"Webhook-Id": "m\r\nx: y"},
        {"Webhook-Id": "x" * 300},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": ""},
    ],
)
def test_what_is_not_signed_is_refused(change: dict[str, str]) -> None:
    body = json.dumps(IN).encode()
    with pytest.raises(NotReceived) as caught:
        received({**signed(body), **change}, body, Secret(SECRET), NOW)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    "secret", ["", OTHER, "whsec_", "whsec_!!!", SECRET.removeprefix("whsec_"), "whsec_" + "A" * 8]
)
def test_another_secret_or_none_opens_nothing(secret: str) -> None:
    body = json.dumps(IN).encode()
    with pytest.raises(NotReceived) as caught:
        received(signed(body), body, Secret(secret), NOW)
    assert caught.value.status == 401
    assert SECRET not in f"{caught.value!r}"


def test_a_changed_body_is_refused_and_two_secrets_and_signatures_overlap() -> None:
    body = json.dumps(IN).encode()
    with pytest.raises(NotReceived):
        received(signed(body), body + b" ", Secret(SECRET), NOW)
    assert taken(IN, f"{OTHER} {SECRET}")
    headers = signed(body)
    headers["WEBHOOK-SIGNATURE"] = "v1,AAAA v1a,BBBB " + headers["WEBHOOK-SIGNATURE"]
    assert received(headers, body, Secret(SECRET), NOW).items


ENTRY = IN["data"][0]
WRONG: list[Any] = [
    [], 1, None, "x", {}, {**IN, "type": "message.said"}, {**IN, "type": ["x"]}, {**IN, "timestamp": "gestern"}, {**IN, "timestamp": 1},
    {**IN, "timestamp": "2026-11-20T09:30:00"}, {**IN, "data": None}, {**IN, "data": [1]}, {**IN, "data": [ENTRY] * 101},
    *({**IN, "data": {**ENTRY, **change}} for change in (
        {"id": ""}, {"id": 42}, {"id": "x" * 256}, {"author": None}, {"author": {}}, {"author": {"id": True}}, {"text": 1},
        {"text": "x" * 200_001}, {"text": "\ud800"}, {"reply_to": {}}, {"visibility": "secret"}, {"visibility": ["public"]},
        {"occurred_at": "x"}, {"occurred_at": "9999-12-31T23:59:59-23:59"}, {"extra": []}, {"url": 1},
    )),
]  # fmt: skip


@pytest.mark.parametrize("told", WRONG, ids=lambda told: repr(told)[:40])
def test_what_is_shaped_otherwise_is_refused_whole(told: Any) -> None:
    with pytest.raises(NotReceived) as caught:
        taken(told)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "message.said"}, "type"), ({"timestamp": "gestern"}, "timestamp"), ({"data": [ENTRY] * 101}, "data"),
        ({"data": [1]}, "data"), ({"data": {**ENTRY, "id": ""}}, "id"), ({"data": {"id": "1"}}, "author"),
        ({"data": {**ENTRY, "occurred_at": "2026-11-20T09:30:00"}}, "occurred_at"), ({"data": {**ENTRY, "url": 1}}, "url"),
    ],
)  # fmt: skip
def test_the_refusal_names_the_field_that_is_wrong_and_nothing_that_was_sent(change: Any, field: str) -> None:
    with pytest.raises(NotReceived) as caught:
        taken({**IN, **change})
    assert caught.value.reason == f"not_understood: {field}"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'{"type": NaN}', b"1" * 5_000])
def test_broken_json_is_refused(body: bytes) -> None:
    made = signed(b"x")
    from allmende.connectors.webhook.signature import key_of, signature

    made["WEBHOOK-SIGNATURE"] = signature(key_of(SECRET), "msg_1", int(NOW.timestamp()), body)
    with pytest.raises(NotReceived) as caught:
        received(made, body, Secret(SECRET), NOW)
    assert caught.value.status == 400


def test_too_much_is_refused_before_it_is_read() -> None:
    body = b" " * 1_000_001
    with pytest.raises(NotReceived) as caught:
        received(signed(body), body, Secret(SECRET), NOW)
    assert caught.value.status == 413


def test_nobody_can_be_us_or_of_the_staff_from_outside() -> None:
    (item,) = taken(
        {**IN, "data": {**ENTRY, "author": {"id": "7", "is_us": True}, "extra": {"author_class": "staff", "tag": "x"}}}
    )
    assert not item.author.is_us
    assert dict(item.extra) == {"tag": "x"}


def test_an_address_that_is_none_is_left_out() -> None:
    (item,) = taken({**IN, "data": {**ENTRY, "url": "javascript:weg()"}})
    assert item.ref.url == ""
