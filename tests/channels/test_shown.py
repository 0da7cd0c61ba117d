"""What messages of others show: fetched by us, once, through the guarded door, and never by a browser."""

from datetime import timedelta

import httpx2
import pytest

from allmende.channels.actions import fetch_due, record_batch
from allmende.channels.models import Media, Message, MessageMedia, media_path
from allmende.connectors import neutral
from allmende.connectors.http import Client
from allmende.connectors.neutral import Author, Batch, Item, Ref
from tests.channels.test_media import GPS, picture, telling


def told(now, *media: neutral.Media, edited_at=None) -> Batch:
    item = Item(
        Ref("1"), "message", "posted", Author("a", "a", "A"), now, "1", text="Seht!", media=media, edited_at=edited_at
    )
    return Batch([item], "1")


def shown(url: str = "https://net.example/a.jpg", alt: str = "Ein Deich", kind: str = "image/jpeg") -> neutral.Media:
    return neutral.Media(kind, url=url, alt=alt)


class Shelf:
    """A server of pictures that counts who asks."""

    def __init__(self, answer: httpx2.Response | None = None) -> None:
        self.asked: list[str] = []
        self.client = Client(transport=httpx2.MockTransport(self._answer))
        self.answer = answer

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        return self.answer or httpx2.Response(200, headers={"content-type": "image/jpeg"}, content=telling("JPEG"))


def test_pictures_come_into_our_own_store_without_their_place(world) -> None:
    record_batch(
        channel=world.channel, batch=told(world.now, shown(), shown("https://net.example/b.jpg")), now=world.now
    )
    shelf = Shelf()
    assert fetch_due(now=world.now, client=shelf.client) == 2
    rows = list(MessageMedia.objects.select_related("media"))
    assert [(row.state, row.alt) for row in rows] == [("kept", "Ein Deich")] * 2
    assert Media.objects.count() == 1  # the same picture
    assert GPS.encode() not in media_path(rows[0].media.file).read_bytes()
    assert fetch_due(now=world.now + timedelta(hours=1), client=shelf.client) == 0
    assert len(shelf.asked) == 2


def test_told_again_nothing_is_doubled_and_an_edit_shows_the_new(world) -> None:
    for _ in range(2):
        record_batch(channel=world.channel, batch=told(world.now, shown()), now=world.now)
    assert MessageMedia.objects.count() == 1
    fetch_due(now=world.now, client=Shelf().client)
    edit = told(world.now, shown(alt="Der Deich"), shown("https://net.example/neu.jpg"), edited_at=world.now)
    record_batch(channel=world.channel, batch=edit, now=world.now)
    assert list(MessageMedia.objects.values_list("alt", "state")) == [("Der Deich", "kept"), ("Ein Deich", "waiting")]


@pytest.mark.parametrize(
    "medium",
    [shown(kind="video/mp4"), shown("javascript:alert(1)"), shown(""), shown("https://x.example/" + "a" * 3000)],
    ids=range(4),
)
def test_what_we_do_not_copy_is_named_and_never_asked_for(world, medium) -> None:
    record_batch(channel=world.channel, batch=told(world.now, medium), now=world.now)
    shelf = Shelf()
    fetch_due(now=world.now, client=shelf.client)
    row = MessageMedia.objects.get()
    assert (row.state, bool(row.reason_code), shelf.asked) == ("left", True, [])


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx2.Response(404), "left"),
        (httpx2.Response(200, headers={"content-type": "image/jpeg"}, content=b"<svg onload=alert(1)>"), "left"),
        (httpx2.Response(200, headers={"content-type": "text/html"}, content=b"<html>"), "waiting"),
        (httpx2.Response(503), "waiting"),
    ],
    ids=range(4),
)
def test_a_server_that_fails_is_asked_again_a_few_times_only(world, answer, state: str) -> None:
    record_batch(channel=world.channel, batch=told(world.now, shown()), now=world.now)
    shelf = Shelf(answer)
    fetch_due(now=world.now, client=shelf.client)
    assert MessageMedia.objects.get().state == state
    for hours in range(1, 12):
        fetch_due(now=world.now + timedelta(hours=hours * 3), client=shelf.client)
    assert MessageMedia.objects.get().state == "left"
    assert len(shelf.asked) <= 5


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/a.jpg", "https://169.254.169.254/latest", "http://net.example/a.jpg"]
)
def test_a_private_address_in_a_post_is_never_asked(world, url: str) -> None:
    record_batch(channel=world.channel, batch=told(world.now, shown(url)), now=world.now)
    fetch_due(now=world.now)
    row = MessageMedia.objects.get()
    assert row.state == "left"
    assert row.reason_code in ("not_https", "forbidden_address")


def test_our_own_picture_seen_at_the_network_stays_ours(world) -> None:
    from allmende.channels.actions import Spoken, keep_media

    media = keep_media(person=world.owner, name="a.jpg", content=picture(), now=world.now)
    dispatch = world.post("Mit Bild", media=[Spoken(media, "Deich")])
    Message.objects.filter(pk=dispatch.message_id).update(native_id="1")
    edit = told(world.now, shown("https://net.example/unser.jpg"), edited_at=world.now + timedelta(minutes=1))
    record_batch(channel=world.channel, batch=edit, now=world.now)
    assert list(MessageMedia.objects.values_list("media", "alt")) == [(media.pk, "Deich")]
