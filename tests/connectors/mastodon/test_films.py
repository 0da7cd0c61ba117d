"""Films: uploaded, waited for until the server has finished with them, and refused before anything is said."""

import dataclasses

import pytest

from allmende.connectors.errors import TryLater
from allmende.connectors.mastodon import instance
from allmende.connectors.neutral import Draft, Media
from tests.networks.mastodon.ground import Ground

FILM = Media(
    "video/mp4", alt="Die Flut steigt", name="flut.mp4", content=b"\0\0\0\x18ftypisom" + b"x" * 500, seconds=12.0
)


def test_a_film_is_said_once_the_server_has_finished_with_it(ground: Ground) -> None:
    ground.network.set_fact("media_seconds", 1.0)
    ground.connector().send(Draft("Seht", media=(FILM,)), "k")
    (medium,) = ground.network.store.rows("SELECT * FROM medium")
    assert (medium["media_type"], medium["description"]) == ("video/mp4", "Die Flut steigt")
    assert ground.network.appeared() == ["Seht"]


def test_a_film_that_is_never_finished_does_not_hold_the_queue(ground: Ground) -> None:
    ground.network.set_fact("media_seconds", 3600)
    us = ground.connector()
    us.film_seconds = 0.5
    with pytest.raises(TryLater) as error:
        us.send(Draft("Seht", media=(FILM,)), "k")
    assert error.value.reason_code == "not_prepared"
    assert ground.network.appeared() == []


def test_a_server_that_names_its_types_and_no_film_takes_none() -> None:
    assert instance.media_ability({"film_types": []}).films is None
    known = instance.media_ability({"film_types": ["video/mp4"], "film_bytes": 99 * 2**20}).films
    assert known is not None
    assert (known.types, known.maximum_bytes) == (frozenset({"video/mp4"}), 99 * 2**20)
    unasked = instance.media_ability({}).films  # logged in before films were asked about
    assert unasked is not None
    assert unasked.maximum_bytes == instance.FILM_BYTES


def test_the_check_weighs_a_film_by_its_own_limit(ground: Ground) -> None:
    large = dataclasses.replace(FILM, content=b"", size=instance.FILM_BYTES - 1)
    assert [one.code for one in ground.connector(media_bytes=1).check(Draft("x", media=(large,)))] == []
