"""Films: proofs for the service, work that is waited for, and what it says no to."""

import json

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.neutral import Draft, Media
from tests.networks.bluesky.ground import Ground

CONTENT = b"\0\0\0\x18ftypisom" + b"x" * 500
FILM = Media("video/mp4", alt="Die Flut steigt", content=CONTENT, width=640, height=480, seconds=12.0)
DRAFT = Draft("Seht", media=(FILM,))


def test_a_film_is_worked_on_before_the_post_shows_it(ground: Ground) -> None:
    ground.face.films.looks = 3
    receipt = ground.connector().send(DRAFT, "key-1")
    row = ground.network.record(receipt.ref.native_id)
    assert row
    embed = json.loads(row["value"])["embed"]
    assert embed["$type"] == "app.bsky.embed.video"
    assert (embed["alt"], embed["aspectRatio"]) == ("Die Flut steigt", {"width": 640, "height": 480})
    assert (embed["video"]["mimeType"], embed["video"]["size"]) == ("video/mp4", len(CONTENT))
    assert ground.face.asked["app.bsky.video.getJobStatus"] == 3


def test_the_same_film_again_is_the_same_work(ground: Ground) -> None:
    first = ground.connector().send(DRAFT, "key-1")
    again = ground.connector().send(DRAFT, "key-2")
    assert first.ref != again.ref
    assert ground.face.films.uploads == 1


def test_what_the_service_cannot_use_is_refused_in_its_words(ground: Ground) -> None:
    ground.face.films.failure = "Unsupported codec"
    with pytest.raises(Refused) as error:
        ground.connector().send(DRAFT, "key-1")
    assert (error.value.reason_code, error.value.detail) == ("film_refused", "Unsupported codec")
    assert "com.atproto.repo.createRecord" not in ground.face.asked


def test_an_account_that_may_upload_none_is_told_why(ground: Ground) -> None:
    ground.face.films.no_upload = "Please confirm your email address"
    with pytest.raises(Refused) as error:
        ground.connector().send(DRAFT, "key-1")
    assert error.value.detail == "Please confirm your email address"


def test_when_the_day_is_used_up_the_post_waits_and_the_account_does_not_rest(ground: Ground) -> None:
    ground.face.films.left = 0
    with pytest.raises(TryLater) as error:
        ground.connector().send(DRAFT, "key-1")
    assert error.value.reason_code == "film_limit"


def test_a_proof_for_something_else_logs_nobody_out(ground: Ground) -> None:
    ground.face.films.name = "did:web:elsewhere.example"
    with pytest.raises(Refused) as error:
        ground.connector().send(DRAFT, "key-1")
    assert error.value.reason_code == "film_refused"


def test_a_session_that_ended_says_nothing_about_the_film(ground: Ground) -> None:
    us = ground.connector()
    ground.network.expire()
    with pytest.raises(LoggedOut) as error:
        us.send(DRAFT, "key-1")
    assert error.value.reason_code == "expired"


def test_a_work_that_never_ends_is_left_for_later(ground: Ground) -> None:
    ground.face.films.looks = 10**6
    us = ground.connector()
    us.film_seconds = 0.2
    with pytest.raises(TryLater) as error:
        us.send(DRAFT, "key-1")
    assert error.value.reason_code == "not_prepared"
