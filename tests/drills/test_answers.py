"""D2: what networks answer instead of what they should, at every step of a post and of listening: said once in the end, and the
account beside it speaks in the same run. What they answer to the words themselves: `tests/channels/test_faults.py`.
"""

import pytest

from allmende.channels.actions import Spoken, keep_media
from allmende.channels.models import Account, Message
from tests.channels.conftest import new_world  # noqa: F401 - a fixture
from tests.channels.test_media import picture

ANSWERS = (
    "error_before", "error_after", "too_many_seconds", "too_many_date", "silence_before", "silence_after", "half", "garbage",
    "html",
)  # fmt: skip
pytestmark = pytest.mark.drill


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
def test_d2_whatever_comes_while_looking_the_words_are_there_once(new_world, mode, answer):  # noqa: F811
    world, beside = new_world(mode=mode), new_world(slug="daneben")
    world.plant("send", "silence_after", times=1, wait=0.5)
    post = world.post("Schon da?")
    world.send()
    world.plant("find", answer, times=2, wait=20 if answer.startswith("too") else 0.5)
    world.pass_time(minutes=2)
    other = beside.post("Daneben.")
    world.send()
    other.refresh_from_db()
    assert other.state == "sent"
    world.settle(post)
    assert (post.state, world.seen("Schon da?"), beside.seen("Daneben.")) == ("sent", 1, 1)
    assert set(Account.objects.values_list("state", flat=True)) == {"connected"}


@pytest.mark.parametrize("answer", ANSWERS)
def test_d2_whatever_comes_while_a_picture_is_handed_in_the_post_is_there_once(new_world, answer):  # noqa: F811
    world = new_world(mode="list")
    world.plant("media", answer, times=2, wait=20 if answer.startswith("too") else 0.5)
    media = keep_media(person=world.owner, name="hafen.jpg", content=picture(), now=world.now)
    post = world.settle(world.post("Mit Bild.", media=[Spoken(media, "Der Hafen am Morgen")]))
    assert (post.state, world.seen("Mit Bild.")) == ("sent", 1)


@pytest.mark.parametrize("answer", [*ANSWERS, "duplicates", "reordered"])
def test_d2_whatever_comes_while_listening_each_word_is_heard_once(new_world, answer):  # noqa: F811
    world = new_world(mode="list")
    root = world.says("Karla", "Frage 0")
    for number in range(1, 6):
        world.says("Karl", f"Frage {number}", reply_to=root)
    world.plant("collect", answer, times=2, wait=20 if answer.startswith("too") else 0.5)
    for _ in range(4):
        world.collect()
        world.pass_time(minutes=10)
    heard = Message.objects.order_by("native_id").values_list("text", flat=True)
    assert sorted(heard) == [f"Frage {number}" for number in range(6)]
    assert Account.objects.get().state == "connected"


@pytest.mark.parametrize("wish", [0, 10**9])
def test_d2_an_absurd_wish_to_wait_keeps_no_word_for_more_than_a_day(new_world, wish):  # noqa: F811
    world = new_world(mode="key")
    world.plant("send", "too_many_seconds", times=1, wait=wish)
    post = world.post("Bald.")
    world.send()
    world.pass_time(days=1, minutes=1)
    assert (world.settle(post).state, world.seen("Bald.")) == ("sent", 1)
