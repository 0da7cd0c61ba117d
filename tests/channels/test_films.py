"""Films: packed anew without what they tell about places, never encoded again, said alone with words, given time to be uploaded."""

import io
from datetime import timedelta
from typing import Any

import av
import pytest
from PIL import Image

from allmende.channels.actions import CannotKeep, Spoken, declare_hold, keep_media, lighten_due, try_again
from allmende.channels.actions.claim_dispatch import FILM_LEASE, PREPARED_LEASE, claim_dispatch
from allmende.channels.actions.keep_media import decode_picture
from allmende.channels.actions.send_due import Mouth, say_claimed
from allmende.channels.actions.sort_queue import sort_queue
from allmende.channels.models import Attempt, Media, media_path
from allmende.channels.queries import LARGEST_FILM, abilities_of, findings_for
from allmende.connectors.contract import FILM_PREPARATION, STOPPED
from allmende.connectors.errors import Unclear
from allmende.connectors.http import Limits
from allmende.connectors.neutral import Receipt
from allmende.connectors.sandbox.connector import Sandbox
from tests.networks.film import COMMENT, PLACE, film


def packets(content: bytes) -> list[bytes]:
    """What is seen and heard, as it is encoded."""
    with av.open(io.BytesIO(content)) as opened:
        return sorted(bytes(one) for one in opened.demux() if one.size)


@pytest.mark.parametrize("name", ["mp4", "webm", "mov"])
def test_a_film_is_packed_anew_without_its_place_and_not_encoded_again(owner, now, name: str) -> None:
    said = film(name)
    assert COMMENT.encode() in said
    media = keep_media(person=owner, name="IMG_1.MOV", content=said, now=now)
    kept = media_path(media.file).read_bytes()
    assert media.media_type == ("video/webm" if name == "webm" else "video/mp4")
    assert packets(kept) == packets(said)
    for told in (COMMENT, PLACE, PLACE[:8]):
        assert told.encode() not in kept
    assert (media.width, media.height) == (64, 48)
    assert 1_900 <= media.milliseconds <= 2_200
    assert media.minutes in ("0:02", "0:03")


def test_a_film_may_be_heard_as_mp3(owner, now) -> None:
    said = film("mp4", heard="libmp3lame")
    media = keep_media(person=owner, name="a.mp4", content=said, now=now)
    assert media.media_type == "video/mp4"
    assert packets(media_path(media.file).read_bytes()) == packets(said)


def test_its_poster_is_a_picture_out_of_it(owner, now) -> None:
    media = keep_media(person=owner, name="a.mp4", content=film(), now=now)
    poster = Image.open(media_path(media.preview))
    assert (poster.format, poster.size) == ("WEBP", (64, 48))
    red, green, blue = poster.convert("RGB").getpixel((32, 24))
    assert red == pytest.approx(100, abs=25)  # the tenth of ten pictures a second, each redder by ten
    assert (green, blue) == (pytest.approx(120, abs=25), pytest.approx(40, abs=25))


def test_the_same_film_twice_is_the_same_row_and_needs_no_other_rendition(owner, now) -> None:
    one, same = (keep_media(person=owner, name=name, content=film(), now=now) for name in ("a.mp4", "b.mp4"))
    assert one == same
    assert lighten_due(now=now) == 0
    assert Media.objects.get().light == ""


@pytest.mark.parametrize(
    "content",
    [b"\0\0\0\x18ftypisom" + b"\0" * 200, film()[: len(film()) // 3], b"\x1a\x45\xdf\xa3" + b"x" * 500],
    ids=["head", "cut", "webm"],
)
def test_what_is_no_whole_film_is_not_kept(owner, now, content: bytes) -> None:
    with pytest.raises(CannotKeep) as refusal:
        keep_media(person=owner, name="a.mp4", content=content, now=now)
    assert refusal.value.code == "not_a_film"
    assert not Media.objects.exists()


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_picture_of_a_phone_is_told_as_a_picture(owner, now, brand: bytes) -> None:
    with pytest.raises(CannotKeep, match="JPEG, PNG, GIF") as refusal:
        keep_media(person=owner, name="IMG_1.HEIC", content=b"\0\0\0\x18ftyp" + brand + b"\0" * 200, now=now)
    assert refusal.value.code == "not_a_picture"


def test_a_film_that_does_not_play_everywhere_is_told_apart(owner, now) -> None:
    with pytest.raises(CannotKeep, match=r"MP4 .*H\.264"):
        keep_media(person=owner, name="a.mp4", content=film("mp4", seen="mpeg4"), now=now)


def test_a_film_may_be_larger_than_a_picture_and_not_endless(owner, now) -> None:
    with pytest.raises(CannotKeep, match="100 MB"):
        keep_media(person=owner, name="a.mp4", content=film() + b"\0" * LARGEST_FILM, now=now)
    with pytest.raises(CannotKeep, match="25 MB"):
        keep_media(person=owner, name="a.png", content=b"\x89PNG" + b"\0" * 25_000_000, now=now)


def test_films_that_networks_show_are_not_copied() -> None:
    with pytest.raises(CannotKeep):
        decode_picture(film())


def test_a_film_arrives_with_its_words_once(new_world) -> None:
    world = new_world(mode="list")
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    world.plant("send", "error_after", times=1)
    dispatch = world.settle(world.post("So sieht es aus", media=[Spoken(media, "Eine Farbe, die heller wird")]))
    assert dispatch.state == "sent"
    assert world.seen("So sieht es aus") == 1
    (post,) = world.network.timeline()
    assert [(one["media_type"], one["alt"]) for one in post["media"]] == [("video/mp4", "Eine Farbe, die heller wird")]
    assert world.network.picture(post["media"][0]["id"])[1] == media_path(media.file).read_bytes()


def test_a_stop_declared_while_a_film_is_uploaded_holds_its_words(world, monkeypatch) -> None:
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch, upload = world.post("Seht.", media=[Spoken(media, "Ein Film")]), Sandbox._kept

    def stopped(*given: Any) -> str:
        declare_hold(person=world.owner, workspace=world.owner.workspace, reason="Unfall", now=world.now)
        return upload(*given)

    monkeypatch.setattr(Sandbox, "_kept", stopped)
    world.send()
    world.pass_time(minutes=1)
    world.send()
    dispatch.refresh_from_db()
    assert (dispatch.state, world.seen("Seht.")) == ("held", 0)


def test_a_worker_that_must_end_leaves_a_films_words_to_the_next(world) -> None:
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch, mouth = world.post("Seht.", media=[Spoken(media, "Ein Film")]), Mouth(world.now, world.client)
    mouth.is_ending = lambda: True
    say_claimed(claim_dispatch(pk=dispatch.pk, holder="ending", now=world.now), mouth)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.reason_code, world.seen("Seht.")) == ("waiting", "", 0)
    world.pass_time(seconds=5)
    world.send()
    dispatch.refresh_from_db()
    assert (dispatch.state, world.seen("Seht.")) == ("sent", 1)


def test_a_film_whose_file_is_gone_is_refused(world) -> None:
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch = world.post("Seht.", media=[Spoken(media, "Ein Film")])
    media_path(media.file).unlink()
    world.send()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.reason_code, world.seen("Seht.")) == ("refused", "media_gone", 0)


def test_a_film_whose_file_cannot_be_read_is_refused_and_may_be_sent_again(world) -> None:
    """The disk said no before a byte left: nobody has to look at the network for it."""
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch = world.post("Seht.", media=[Spoken(media, "Ein Film")])
    path = media_path(media.file)
    content = path.read_bytes()
    path.unlink(), path.mkdir()
    world.send()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.reason_code, world.seen("Seht.")) == ("refused", "media_unreadable", 0)
    path.rmdir(), path.write_bytes(content)
    try_again(person=world.owner, dispatch=dispatch, now=world.now)
    world.send()
    dispatch.refresh_from_db()
    assert (dispatch.state, world.seen("Seht.")) == ("sent", 1)


def test_whoever_had_to_end_before_a_network_answered_to_a_film_rests_no_account(world, monkeypatch) -> None:
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch, mouth = world.post("Seht.", media=[Spoken(media, "Ein Film")]), Mouth(world.now, world.client)

    def silent(*_given: Any) -> Receipt:
        raise Unclear(STOPPED)

    monkeypatch.setattr(Sandbox, "send", silent)
    assert not say_claimed(claim_dispatch(pk=dispatch.pk, holder="ending", now=world.now), mouth)
    dispatch.refresh_from_db()
    world.account.refresh_from_db()
    assert (dispatch.state, dispatch.reason_code, world.account.failures_in_row) == ("unclear", STOPPED, 0)


def test_words_whose_claim_ended_while_their_film_was_uploaded_are_not_said_on_it(world, monkeypatch) -> None:
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch, upload = world.post("Seht.", media=[Spoken(media, "Ein Film")]), Sandbox._kept
    mouth = Mouth(world.now, world.client)

    def slow(*given: Any) -> str:
        mouth.start += FILM_LEASE  # the machine stood still
        return upload(*given)

    monkeypatch.setattr(Sandbox, "_kept", slow)
    say_claimed(claim_dispatch(pk=dispatch.pk, holder="slow", now=world.now), mouth)
    assert world.seen("Seht.") == 0


def test_a_film_goes_alone_and_only_so_long(world) -> None:
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    Media.objects.filter(pk=media.pk).update(milliseconds=301_000)
    long = Media.objects.get()
    channel = world.channel
    assert abilities_of(channel).media.films is not None
    spoken = [Spoken(long, "Ein Film"), Spoken(long, "Noch einer")]
    found = findings_for(channel, title="Film", text="Seht", media=spoken)
    assert [one.code for one in found] == ["film_not_alone", "film_too_long", "film_too_long"]


def test_whoever_shows_a_film_has_time_to_upload_it(world) -> None:
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch = world.post("Seht.", media=[Spoken(media, "Ein Film")])
    claimed = claim_dispatch(pk=dispatch.pk, holder="w", now=world.now)
    assert claimed.lease_until - world.now == FILM_LEASE
    assert timedelta(seconds=Limits().whole_seconds) + FILM_PREPARATION < FILM_LEASE


def test_words_spoken_late_in_a_long_lease_rest_as_long_as_others(world) -> None:
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch = world.post("Seht.", media=[Spoken(media, "Ein Film")])
    spoke_at = world.now
    claim_dispatch(pk=dispatch.pk, holder="w", now=spoke_at)  # and the worker dies
    world.pass_time(seconds=FILM_LEASE.total_seconds() + 1)
    sort_queue(now=world.now)
    dispatch.refresh_from_db()
    assert dispatch.state == "unclear"
    assert Attempt.objects.get().outcome == "worker_lost"
    quarantine = abilities_of(world.channel).quarantine
    assert dispatch.next_at == spoke_at + FILM_LEASE - PREPARED_LEASE + quarantine
