"""Our connector through its whole life at a real Bluesky network: `./test --real` starts one and says where it is."""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest

from allmende.connectors.bluesky.connector import Bluesky
from allmende.connectors.bluesky.door import Door
from allmende.connectors.bluesky.names import POST, record_key
from allmende.connectors.errors import LoggedOut, Refused, Unclear
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Item, Media, Ref
from allmende.connectors.secret import Secret

TOLD = os.environ.get("ALLMENDE_BLUESKY", "")
pytestmark = pytest.mark.skipif(not TOLD, reason="./test --real starts the Bluesky network")
LONGEST_SECONDS = 20.0
# The same network may be tested again: each run has keys of its own.
RUN = secrets.token_hex(4)
TEXT = "Grüße aus dem Häuschen 👩‍🌾🌊 an @mia.test: https://hafen.example/größe?a=(1). #Hafenfest"


@dataclass
class Ear:
    """Collects again and again; remembers everything it heard and where it stopped."""

    connector: Bluesky
    cursor: str = ""
    heard: dict[str, Item] = field(default_factory=dict)

    def listen(self) -> None:
        for batch in self.connector.collect(self.cursor):
            self.cursor = batch.cursor
            self.heard |= {item.ref.native_id: item for item in batch.items}

    def until(self, is_so: Callable[[dict[str, Item]], Any]) -> Any:
        """Listen until it is so; what it then is."""
        end = time.monotonic() + LONGEST_SECONDS
        while not (found := is_so(self.heard)):
            assert time.monotonic() < end, f"not heard in time; {len(self.heard)} items are"
            time.sleep(0.1)
            self.listen()
        return found


@dataclass
class House:
    """Both accounts at the network, logged in by their app passwords."""

    us: Bluesky
    mia: Bluesky
    ear: Ear

    def door(self, who: Bluesky) -> Door:
        assert who.secret
        return Door(who.client, who.settings["server"], json.loads(who.secret.reveal())["accessJwt"])

    def do(self, collection: str, subject: Any) -> str:
        """A wordless act of Mia's."""
        record = {"$type": collection, "subject": subject, "createdAt": _now()}
        said = {"repo": self.mia.settings["did"], "collection": collection, "record": record}
        return str(self.door(self.mia).speak("com.atproto.repo.createRecord", said).json()["uri"])

    def strong(self, uri: str) -> dict[str, str]:
        _, _, did, collection, key = uri.split("/")
        asked = {"repo": did, "collection": collection, "rkey": key}
        told = self.door(self.us).read("com.atproto.repo.getRecord", asked).json()
        return {"uri": told["uri"], "cid": told["cid"]}


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    told = json.loads(TOLD)
    address = urlsplit(told["server"])
    client = Client(neighbours=frozenset({(str(address.hostname), int(address.port or 80))}))

    def entered(person: dict[str, str]) -> Bluesky:
        answers = {"handle": person["handle"], "app_password": person["app_password"], "server": told["server"]}
        granted = Bluesky.log_in(answers, client)
        return Bluesky({**granted.settings, "revisit_seconds": 0, "languages": ["de"]}, granted.secret, client)

    us, mia = map(entered, told["people"][:2])
    yield House(us, mia, Ear(us))
    client.close()


@pytest.fixture(scope="module")
def post(house: House) -> Ref:
    """Our first post, with everything a text can hold."""
    receipt = house.us.send(Draft(TEXT), f"{RUN}-real-post")
    assert abs((receipt.sent_at - datetime.now(UTC)).total_seconds()) < 60
    house.ear.until(lambda heard: receipt.ref.native_id in heard)
    return receipt.ref


def test_who_we_are_and_what_wrong_words_are_worth(house: House) -> None:
    me = house.us.whoami()
    assert (me.handle, me.name, me.is_us) == ("haus.test", "Unser Haus", True)
    answers = {"handle": "haus.test", "app_password": "abcd-abcd-abcd-abcd", "server": house.us.settings["server"]}
    with pytest.raises(LoggedOut):
        Bluesky.log_in(answers, house.us.client)
    with pytest.raises(LoggedOut):
        Bluesky(
            house.us.settings, Secret('{"did": "x", "accessJwt": "a.b.c", "refreshJwt": "r"}'), house.us.client
        ).whoami()


def test_umlauts_emoji_links_mentions_and_tags_arrive_whole(house: House, post: Ref) -> None:
    item = house.ear.heard[post.native_id]
    assert (item.text, item.act, item.author and item.author.is_us) == (TEXT, "posted", True)
    assert '<a href="https://hafen.example/größe?a=(1)">' in item.html
    assert f"profile/{house.mia.settings['did']}" in item.html
    assert item.extra["languages"] == ["de"]
    mia = Ear(house.mia)  # she is told, so the network took the mention for one
    assert mia.until(lambda heard: heard.get(post.native_id)).text == TEXT


def test_pictures_carry_their_alternative_text(house: House) -> None:
    from PIL import Image

    out = BytesIO()
    Image.effect_noise((900, 700), 90).convert("RGB").save(out, "PNG")
    content = out.getvalue()
    assert 1_000_000 < len(content) <= house.us.abilities.media.maximum_bytes
    draft = Draft("Der Kran", media=(Media("image/png", alt="Ein Kran im Gegenlicht, Größe 12 m", content=content),))
    ref = house.us.send(draft, f"{RUN}-real-picture").ref
    (medium,) = house.ear.until(lambda heard: heard.get(ref.native_id)).media
    assert medium.alt == "Ein Kran im Gegenlicht, Größe 12 m"
    assert medium.url


def test_replies_nested_replies_mentions_quotes_and_gestures_are_all_heard(house: House, post: Ref) -> None:
    reply = house.mia.send(Draft("Ich komme!", reply_to=post), f"{RUN}-mia-reply").ref
    nested = house.mia.send(Draft("@haus.test mit Anhang", reply_to=reply), f"{RUN}-mia-nested").ref
    mention = house.mia.send(Draft("Hallo @haus.test, wann?"), f"{RUN}-mia-mention").ref
    quote = {"$type": POST, "text": "Lest das", "createdAt": _now(), "embed": {
        "$type": "app.bsky.embed.record", "record": house.strong(post.native_id)}}  # fmt: skip
    said = {"repo": house.mia.settings["did"], "collection": POST, "record": quote}
    quoted = str(house.door(house.mia).speak("com.atproto.repo.createRecord", said).json()["uri"])
    like = house.do("app.bsky.feed.like", house.strong(post.native_id))
    repost = house.do("app.bsky.feed.repost", house.strong(post.native_id))
    follow = house.do("app.bsky.graph.follow", house.us.settings["did"])
    wanted = {reply.native_id, nested.native_id, mention.native_id, quoted, like, repost, follow}
    house.ear.until(lambda heard: wanted <= heard.keys())
    heard = house.ear.heard
    assert (heard[nested.native_id].reply_to, heard[nested.native_id].thread) == (reply.native_id, post.native_id)
    assert [heard[uri].act for uri in (like, repost, follow)] == ["voted", "referred", "joined"]
    assert heard[like].target == heard[repost].target == post.native_id
    assert heard[quoted].extra["quotes"] == post.native_id


def test_a_reply_to_what_is_not_indexed_yet_is_found_in_its_thread(house: House) -> None:
    root = house.us.send(Draft("Ganz neu"), f"{RUN}-real-fresh").ref
    at_once = house.mia.send(Draft("Sofort", reply_to=root), f"{RUN}-mia-at-once").ref
    item = house.ear.until(lambda heard: heard.get(at_once.native_id))
    assert item.reply_to == root.native_id


def test_we_answer_and_the_answer_hangs_where_it_belongs(house: House, post: Ref) -> None:
    asked = house.mia.send(Draft("Um wie viel Uhr?", reply_to=post), f"{RUN}-mia-asks").ref
    answer = house.us.send(Draft("Um acht.", reply_to=asked, thread=post.native_id), f"{RUN}-real-answer").ref
    item = house.ear.until(lambda heard: heard.get(answer.native_id))
    assert (item.reply_to, item.thread) == (asked.native_id, post.native_id)


def test_a_reply_to_nothing_is_refused(house: House) -> None:
    place = f"at://{house.mia.settings['did']}/{POST}/{record_key('x', 'nothing')}"
    for nothing in (place, f"at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/{POST}/3kdcyopnr4f6k"):
        with pytest.raises(Refused) as caught:
            house.us.send(Draft("Wohin?", reply_to=Ref(nothing)), f"{RUN}-real-nowhere")
        assert caught.value.reason_code == "not_found"


def test_a_repeated_key_changes_nothing_and_is_found(house: House) -> None:
    draft = Draft("Nur einmal, bitte: äöü 👩‍👩‍👧")
    first = house.us.send(draft, f"{RUN}-real-once")
    with pytest.raises(Unclear):
        house.us.send(draft, f"{RUN}-real-once")
    assert house.us.find(f"{RUN}-real-once", draft, first.sent_at) == first
    assert house.us.find(f"{RUN}-real-never", draft, first.sent_at) is None
    with pytest.raises(Refused) as caught:
        house.us.find(f"{RUN}-real-once", Draft("Andere Worte"), first.sent_at)
    assert caught.value.reason_code == "text_differs"


def test_what_the_check_lets_through_the_network_takes(house: House) -> None:
    longest, heaviest = Draft("🌊" * 300), Draft("👩‍👩‍👧‍👦" * 120)
    for number, draft in enumerate((longest, heaviest)):
        assert house.us.check(draft) == ()
        assert house.us.send(draft, f"{RUN}-long-{number}")
    for draft in (Draft("🌊" * 301), Draft("👩‍👩‍👧‍👦" * 121)):
        assert [finding.code for finding in house.us.check(draft)] == ["text_too_long"]


def test_what_is_taken_back_is_gone_and_its_going_is_heard(house: House, post: Ref) -> None:
    ours = house.us.send(Draft("Ein Irrtum"), f"{RUN}-real-mistake").ref
    theirs = house.mia.send(Draft("Auch ein Irrtum", reply_to=post), f"{RUN}-mia-mistake").ref
    house.ear.until(lambda heard: ours.native_id in heard and theirs.native_id in heard)
    house.us.withdraw(ours)
    house.us.withdraw(ours)
    house.mia.withdraw(theirs)
    house.ear.until(lambda heard: heard[ours.native_id].deleted_at and heard[theirs.native_id].deleted_at)
    assert house.us.measure([ours]) == ()


def test_replies_are_hidden_and_shown_again(house: House, post: Ref) -> None:
    noise = house.mia.send(Draft("Unfug", reply_to=post), f"{RUN}-mia-noise").ref
    house.ear.until(lambda heard: noise.native_id in heard)
    gate = {
        "repo": house.us.settings["did"],
        "collection": "app.bsky.feed.threadgate",
        "rkey": post.native_id.split("/")[-1],
    }
    for measure, hidden in (("hide", [noise.native_id]), ("hide", [noise.native_id]), ("unhide", []), ("unhide", [])):
        house.us.moderate(noise, measure)  # type: ignore[arg-type]
        told = house.door(house.us).read("com.atproto.repo.getRecord", gate).json()
        assert told["value"]["hiddenReplies"] == hidden


def test_counters_are_the_network_s_own(house: House, post: Ref) -> None:
    def counted() -> dict[str, int]:
        return {reading.name: reading.value for reading in house.us.measure([post])}

    end = time.monotonic() + LONGEST_SECONDS
    while not ((now := counted())["likes"] == now["reposts"] == now["quotes"] == 1 and now["replies"] >= 2):
        assert time.monotonic() < end, now
        time.sleep(0.2)


def test_a_session_is_renewed_and_the_old_refresh_token_is_spent(house: House) -> None:
    assert house.us.expires_at is not None
    assert house.us.expires_at > datetime.now(UTC)
    fresh = house.us.renew()
    assert house.us.secret
    before, after = json.loads(house.us.secret.reveal()), json.loads(fresh.reveal())
    assert before["did"] == after["did"]
    assert before["accessJwt"] != after["accessJwt"]
    assert before["refreshJwt"] != after["refreshJwt"]
    assert Bluesky(house.us.settings, fresh, house.us.client).whoami().is_us


def test_a_quiet_network_says_nothing_twice(house: House) -> None:
    time.sleep(0.5)
    house.ear.listen()
    assert [batch.items for batch in house.us.collect(house.ear.cursor) if batch.items] == []


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
