"""Posting: what each answer is worth, and that a repetition changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from allmende.connectors.errors import CannotLook, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.webhook.connector import Webhook
from tests.networks.patience import HASTY
from tests.networks.webhook.ground import OTHER, SECRET, Ground

POST = Draft("Grüße 👩‍🌾", title="Titel")


@pytest.fixture
def ground() -> Iterator[Ground]:
    one = Ground()
    yield one
    one.end()


def test_a_log_in_is_proved_by_a_ping_and_keeps_the_address_secret(ground: Ground) -> None:
    granted = Webhook.log_in({"url": ground.url, "secret": SECRET}, ground.client)
    me = Webhook(granted.settings, granted.secret, ground.client).whoami()
    assert (me.handle, me.is_us, ground.done) == ("127.0.0.1", True, {})
    assert "geheim-7" not in repr(granted) + repr(me)
    assert [one[:5] for one in ground.deliveries] == ["ping_", "ping_"]
    with pytest.raises(LoggedOut):
        Webhook.log_in({"url": ground.url, "secret": OTHER}, ground.client)


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"url": "", "secret": SECRET}, "url"),
        ({"url": "ftp://x.example/", "secret": SECRET}, "url"),
        ({"url": "https://u:p@x.example/", "secret": SECRET}, "url"),
        ({"url": "https://[x/", "secret": SECRET}, "url"),
        ({"url": "http://x.example/", "secret": SECRET}, "url"),
        ({"url": "https://10.0.0.1/", "secret": SECRET}, "url"),
        ({"url": "https://x.example/", "secret": ""}, "secret"),
        ({"url": "https://x.example/", "secret": "whsec_AAAA"}, "secret"),
    ],
)
def test_what_cannot_be_right_names_its_question(ground: Ground, answers: dict[str, str], question: str) -> None:
    with pytest.raises(Refused) as caught:
        Webhook.log_in(answers, ground.client)
    assert caught.value.detail == question


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (400, {}, Refused),
        (403, {}, Refused),
        (404, {}, Refused),
        (422, {}, Refused),
        (301, {"Location": "https://x.example/"}, Refused),
        (307, {"Location": "https://x.example/"}, Refused),
        (401, {}, LoggedOut),
        (410, {}, LoggedOut),
        (429, {"Retry-After": "120"}, TryLater),
        (500, {}, Unclear),
        (503, {"Retry-After": "120"}, Unclear),
    ],
)
def test_each_answer_has_its_worth(ground: Ground, status: int, headers: Any, error: type[Exception]) -> None:
    ground.faults = [(status, headers, b"geheim")]
    with pytest.raises(error) as caught:
        ground.connector().send(POST, "key-1")
    if isinstance(caught.value, TryLater):
        assert caught.value.when.total_seconds() == 120  # type: ignore[union-attr]
    assert ground.done == {}
    assert SECRET not in f"{caught.value!r}"


@pytest.mark.parametrize(("fault", "number"), [("cut", 0), ("silence", 0), ("cut after", 1)])
def test_after_a_cut_the_same_delivery_is_repeated_and_done_once(ground: Ground, fault: str, number: int) -> None:
    ground.limits = HASTY
    ground.faults = [fault]
    with pytest.raises(Unclear):
        ground.connector().send(POST, "key-1")
    assert len(ground.done) == number
    with pytest.raises(CannotLook):
        ground.connector().find("key-1", POST, datetime.now(UTC))
    receipt = ground.connector().send(POST, "key-1")
    assert list(ground.done) == [receipt.ref.native_id]
    assert ground.done[receipt.ref.native_id]["text"] == "Grüße 👩‍🌾"


@pytest.mark.parametrize(
    ("answer", "kind", "ref"),
    [
        (b'{"id": "41", "url": "https://x.example/41"}', "application/json", Ref("41", "https://x.example/41")),
        (b'{"id": 41, "url": "javascript:x"}', "application/json", None),
        (b"ok", "text/plain; charset=utf-8", None),
        (b"<p>ok</p>", "text/html", None),
        (b"[" * 50_000, "application/json", None),
        (b'{"id": "' + b"x" * 300 + b'"}', "application/json", None),
    ],
)
def test_the_receivers_name_for_it_counts_if_it_is_one(
    ground: Ground, answer: bytes, kind: str, ref: Ref | None
) -> None:
    ground.answer, ground.answer_type = answer, kind
    receipt = ground.connector().send(POST, "key-1")
    assert receipt.ref == (ref or Ref(next(iter(ground.done))))


def test_an_answer_names_what_it_answers(ground: Ground) -> None:
    root = ground.connector().send(POST, "key-1").ref
    reply = ground.connector().send(Draft("Ja", reply_to=root), "key-2").ref
    assert ground.done[reply.native_id]["reply_to"] == ground.done[reply.native_id]["thread"] == root.native_id
