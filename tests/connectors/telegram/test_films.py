"""Films by the Bot API."""

from allmende.connectors.neutral import Draft, Media
from tests.networks.telegram.ground import GROUP, Ground

FILM = Media(
    "video/mp4", name="flut.mp4", content=b"\0\0\0\x18ftypisom" + b"x" * 500, width=640, height=480, seconds=12.4
)


def test_a_film_goes_with_its_words_and_measures(ground: Ground) -> None:
    ground.connector().send(Draft("Seht", media=(FILM,)), "k")
    ((method, said),) = ground.network.said
    assert method == "sendVideo"
    assert said == {"chat_id": str(GROUP), "caption": "Seht", "duration": "12", "width": "640", "height": "480"}
    assert ground.network.pictures == [("video/mp4", FILM.content)]


def test_webm_would_be_no_film_there(ground: Ground) -> None:
    webm = Media("video/webm", content=b"x", seconds=1.0)
    assert [one.code for one in ground.connector().check(Draft("Seht", media=(webm,)))] == ["film_type"]
