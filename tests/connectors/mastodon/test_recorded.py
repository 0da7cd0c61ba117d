"""1,042 recorded exchanges of Mastodon 4.6 (by way of Mastodon.py's tests): every one is read as the connector reads."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused
from allmende.connectors.http import Client
from allmende.connectors.mastodon import instance, read, write
from allmende.connectors.mastodon.connector import Mastodon
from allmende.connectors.mastodon.login import look_at
from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.secret import Secret
from allmende.domain.acts import CORE_ACTS

SERVER = "https://recorded.example"
US = "117020565966271181"  # mastodonpy_test
SETTINGS = {"server": SERVER, "handle": f"mastodonpy_test@{SERVER[8:]}", "account_id": US, "software": "mastodon"}


@pytest.fixture(scope="session")
def exchanges() -> list[dict[str, Any]]:
    file = Path(__file__).resolve().parents[4] / "shared/data/suites/mastodon_recorded/interactions.jsonl.gz"
    if not file.exists():
        pytest.skip("the recorded exchanges are not here")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def answered(exchange: dict[str, Any]) -> httpx2.Response:
    body = exchange["body"]
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    return httpx2.Response(exchange["status"], headers=exchange["headers"], content=content)


def replaying(exchanges: list[dict[str, Any]], *, used: list[str] | None = None) -> Client:
    """Answers each request with the recorded ones of its method and path, in turn; the last one stays."""
    waiting: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in exchanges:
        waiting[one["method"], one["path"].partition("?")[0].rstrip("/")].append(one)

    def answer(request: httpx2.Request) -> httpx2.Response:
        recorded = waiting[request.method, request.url.path]
        if used is not None:
            used.append(str(request.url))
        if not recorded:
            return httpx2.Response(404, json={"error": "Record not found"})
        return answered(recorded.pop(0) if len(recorded) > 1 else recorded[0])

    return Client(transport=httpx2.MockTransport(answer))


def of_cassette(exchanges: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [one for one in exchanges if one["cassette"] == name]


def found(value: Any, *fields: str) -> Iterator[dict[str, Any]]:
    """Every object, however deep, that has these fields."""
    if isinstance(value, dict):
        if all(field in value for field in fields):
            yield value
        for inner in value.values():
            yield from found(inner, *fields)
    elif isinstance(value, list):
        for inner in value:
            yield from found(inner, *fields)


def test_every_recorded_status_becomes_an_item(exchanges: list[dict[str, Any]]) -> None:
    us = read.Us(US, "recorded.example")
    statuses = [
        one for each in exchanges for one in found(each["body"], "content", "account", "created_at", "visibility")
    ]
    items = [read.item(one, us, read.id_of(one)) for one in statuses]
    assert len(items) == 566
    for status, item in zip(statuses, items, strict=True):
        assert item.act in CORE_ACTS
        assert item.author is not None
        assert item.author.native_id == status["account"]["id"]
        assert "@" in item.author.handle
        assert item.author.is_us == (status["account"]["id"] == US)
        assert item.occurred_at.tzinfo is UTC
        assert item.reply_to == (status.get("in_reply_to_id") or "")
        assert bool(item.edited_at) == bool(status.get("edited_at"))
        assert len(item.media) == len(status.get("media_attachments", ()))
        assert "<" not in item.text or "&lt;" in item.html
        assert bool(item.text) == bool(item.html.replace("<p></p>", ""))
    assert {item.visibility for item in items} >= {"public", "direct"}
    assert any(item.media and item.media[0].alt for item in items)
    assert any("https://" in item.text or "http://" in item.text for item in items)


def test_every_recorded_notification_is_a_gesture_words_or_nothing(exchanges: list[dict[str, Any]]) -> None:
    us = read.Us(US, "recorded.example")
    told = [
        one
        for each in exchanges
        if each["path"].startswith("/api/v1/notifications")
        for one in found(each["body"], "type", "account", "created_at")
        if isinstance(one["type"], str)
    ]
    assert Counter(one["type"] for one in told) == {"mention": 10, "admin.sign_up": 3, "status": 1}
    for one in told:
        as_favourite = read.gesture(one | {"type": "favourite"}, us, "")
        assert (as_favourite.kind, as_favourite.act) == ("gesture", "voted")
        assert as_favourite.target == (one["status"]["id"] if one.get("status") else "")
        assert as_favourite.ref == read.gesture(one | {"type": "favourite", "id": "another"}, us, "").ref


def test_what_was_posted_is_found_again_in_the_answer(exchanges: list[dict[str, Any]]) -> None:
    """The recorded request's words and the answer's HTML are the same words: what `find` relies on."""
    from urllib.parse import parse_qs

    compared = 0
    for one in exchanges:
        is_said = (one["method"], one["path"], one["status"]) == ("POST", "/api/v1/statuses", 200)
        if not is_said or "content" not in one["body"] or not one["request_body"]:
            continue
        said = {name: values[-1] for name, values in parse_qs(one["request_body"]).items()}
        if "status" not in said or "quoted_status_id" in said:
            continue
        reply_to = Ref(said["in_reply_to_id"]) if "in_reply_to_id" in said else None
        draft = Draft(said["status"], reply_to=reply_to, media=tuple(one["body"]["media_attachments"]))
        assert write.is_same(draft, one["body"]), (said, one["body"]["content"])
        assert not write.is_same(Draft(said["status"] + " nicht"), one["body"])
        receipt = read.receipt(one["body"])
        assert receipt.ref.native_id == one["body"]["id"]
        assert receipt.sent_at.tzinfo is UTC
        compared += 1
    assert compared > 150


@pytest.mark.parametrize("version", [1, 2])
def test_the_recorded_server_says_what_it_can(exchanges: list[dict[str, Any]], version: int) -> None:
    wanted = f"/api/v{version}/instance"
    (told,) = [one["body"] for one in exchanges if one["path"].rstrip("/") == wanted and one["status"] == 200][:1]
    assert instance.software(told["version"]) == ("mastodon", "4.6.4")
    limits = instance.limits(told)
    counting, media = instance.counting("mastodon", limits), instance.media_ability(limits)
    assert (counting.maximum, counting.link_length, counting.short_mentions) == (500, 23, True)
    assert (media.maximum, media.maximum_bytes) == (4, 16_777_216)
    assert media.alt_maximum == (10_000 if version == 2 else 1_500)
    assert "image/avif" in media.types
    assert not any(one.startswith("video/") for one in media.types)


def test_the_server_is_recognised_by_either_version_of_its_description(exchanges: list[dict[str, Any]]) -> None:
    server, told = look_at(SERVER, replaying(exchanges))
    assert (server, told["domain"]) == (SERVER, "localhost:3000")
    _, told = look_at(SERVER, replaying([one for one in exchanges if "/v2/instance" not in one["path"]]))
    assert told["uri"] == "localhost:3000"


def test_a_recorded_account_is_collected_whole(exchanges: list[dict[str, Any]]) -> None:
    """Own statuses and notifications as they stand in the recordings; what a page repeats is not given again."""
    pages = [
        one
        for one in exchanges
        if one["method"] == "GET"
        and one["path"].partition("?")[0] in (f"/api/v1/accounts/{US}/statuses", "/api/v1/notifications")
    ]
    connector = Mastodon(SETTINGS, Secret("t"), replaying(pages))
    batches = list(connector.collect(""))
    # Visited again, the two oldest are missing: no recording shows them alone.
    items = [item for batch in batches for item in batch.items if not item.deleted_at]
    own = [item for item in items if item.author and item.author.is_us]
    assert own
    assert len({item.ref.native_id for item in items}) == len(items)
    again = Mastodon(SETTINGS, Secret("t"), replaying(pages))
    assert [item for batch in again.collect(batches[-1].cursor) for item in batch.items if not item.deleted_at] == []


def test_whoami_and_measure_speak_of_the_recorded_account(exchanges: list[dict[str, Any]]) -> None:
    cassette = of_cassette(exchanges, "test_status_context")
    me = Mastodon(SETTINGS, Secret("t"), replaying(exchanges)).whoami()
    assert me.is_us
    native_id = next(one["body"]["id"] for one in cassette if one["method"] == "POST")
    alone = [one for one in exchanges if one["path"] == f"/api/v1/statuses/{native_id}" and one["method"] == "GET"]
    status = next(one["body"] for one in cassette if one["method"] == "POST")
    alone = alone or [
        {
            "method": "GET",
            "path": f"/api/v1/statuses/{native_id}",
            "status": 200,
            "headers": cassette[0]["headers"],
            "body": status,
        }
    ]
    readings = Mastodon(SETTINGS, Secret("t"), replaying(alone)).measure([Ref(native_id), Ref("0")])
    assert {reading.name: reading.value for reading in readings} == {"replies": 0, "boosts": 0, "favourites": 0}


def test_every_recorded_failure_is_one_word_of_the_grammar(exchanges: list[dict[str, Any]]) -> None:
    meant = {401: LoggedOut, 403: Refused, 404: Refused, 400: Refused, 422: Refused}
    failed = [one for one in exchanges if one["status"] >= 400]
    assert len(failed) >= 15
    for one in failed:
        client = Client(transport=httpx2.MockTransport(lambda _, one=one: answered(one)))
        with pytest.raises(ConnectorError) as caught:
            client.speak(one["method"], SERVER + one["path"].partition("?")[0])
        assert type(caught.value) is meant[one["status"]]


def test_a_recorded_revoked_token_is_logged_out(exchanges: list[dict[str, Any]]) -> None:
    revoked = [one for one in of_cassette(exchanges, "test_zzz_revoke") if one["status"] == 401]
    connector = Mastodon(SETTINGS, Secret("t"), replaying(revoked))
    with pytest.raises(LoggedOut):
        connector.send(Draft("illegal access detected"), "k")


def test_pictures_and_films_are_waited_for_as_recorded(exchanges: list[dict[str, Any]]) -> None:
    from allmende.connectors.neutral import Media

    used: list[str] = []
    cassette = of_cassette(exchanges, "test_media_post[False]")
    receipt_of = [one for one in exchanges if one["path"] == "/api/v1/statuses" and one["status"] == 200][:1]
    connector = Mastodon(SETTINGS, Secret("t"), replaying(cassette[:2] + receipt_of, used=used))
    connector.send(Draft("Bild", media=(Media("image/png", alt="me when a cat", content=b"x"),)), "k")
    paths = [url.removeprefix(SERVER) for url in used]
    assert paths == ["/api/v2/media", f"/api/v1/media/{cassette[0]['body']['id']}", "/api/v1/statuses"]


def test_no_recorded_clock_is_in_the_future_of_its_limit(exchanges: list[dict[str, Any]]) -> None:
    from allmende.connectors.answers import counts_anew

    resets = [one["headers"]["x-ratelimit-reset"] for one in exchanges if "x-ratelimit-reset" in one["headers"]]
    assert len(resets) == 905
    assert all(isinstance(counts_anew(reset), datetime) for reset in resets)
