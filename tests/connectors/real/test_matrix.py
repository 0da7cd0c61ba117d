"""Our connector through its whole life at a real Synapse: `./test --real` starts one and says where it is."""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Answer, Client
from allmende.connectors.matrix.connector import Matrix
from allmende.connectors.matrix.door import Door, in_room
from allmende.connectors.matrix.names import place_of
from allmende.connectors.matrix.session import Session, session_of
from allmende.connectors.neutral import Draft, Item, Media, Ref
from allmende.connectors.secret import Secret

TOLD = os.environ.get("ALLMENDE_MATRIX", "")
pytestmark = pytest.mark.skipif(not TOLD, reason="./test --real installs and starts the Matrix server (Synapse)")
LONGEST_SECONDS = 20.0
RUN = secrets.token_hex(4)
TEXT = "Grüße aus dem Häuschen 👩‍🌾🌊 an @mia:haus.test: https://hafen.example/größe?a=(1).\n#Hafenfest <b>"


@dataclass
class Ear:
    """Collects again and again; remembers everything it heard and where it stopped."""

    connector: Matrix
    cursor: str = ""
    heard: dict[str, Item] = field(default_factory=dict)

    def listen(self) -> list[Item]:
        found = []
        for batch in self.connector.collect(self.cursor):
            self.cursor = batch.cursor
            found += batch.items
            self.heard |= {item.ref.native_id: item for item in batch.items}
        return found

    def until(self, is_so: Callable[[dict[str, Item]], Any]) -> Any:
        """Listen until it is so; what it then is."""
        end = time.monotonic() + LONGEST_SECONDS
        while not (found := is_so(self.heard)):
            assert time.monotonic() < end, f"not heard in time; {len(self.heard)} items are"
            time.sleep(0.05)
            self.listen()
        return found


@dataclass
class House:
    """Both accounts, ours logged in as a person would do it; the open room we moderate, and a room of two."""

    us: Matrix
    mia: Door
    ear: Ear
    room: str
    direct: str

    def door(self) -> Door:
        return Door(self.us.settings["server"], session_of(self.us.secret), self.us.client)

    def do(self, content: Mapping[str, Any], kind: str = "m.room.message", room: str = "") -> str:
        """Something Mia does; its native id."""
        path = in_room(room or self.room, "send", kind, secrets.token_hex(6))
        return f"{room or self.room}/{self.mia.speak('PUT', path, content).json()['event_id']}"

    def say(self, text: str, room: str = "", **more: Any) -> str:
        return self.do({"msgtype": "m.text", "body": text, **more}, room=room)


def event_of(native_id: str) -> str:
    return place_of(native_id).event


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    told = json.loads(TOLD)
    address = urlsplit(told["server"])
    client = Client(neighbours=frozenset({(str(address.hostname), int(address.port or 80))}))

    def entered(person: dict[str, str]) -> Door:
        said = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": person["user"]}, "password": person["password"]}  # fmt: skip
        answer = Door(told["server"], None, client).speak("POST", "login", said).json()
        return Door(told["server"], Session(answer["access_token"]), client)

    haus, mia = map(entered, told["people"][:2])
    alias = f"hof-{RUN}"
    made = {"preset": "public_chat", "room_alias_name": alias, "name": "Hof"}
    room = haus.speak("POST", "createRoom", made).json()["room_id"]
    mia.speak("POST", f"join/{quote(room)}", {})
    invited = {"preset": "trusted_private_chat", "is_direct": True, "invite": ["@mia:haus.test"]}
    direct = haus.speak("POST", "createRoom", invited).json()["room_id"]
    mia.speak("POST", f"join/{quote(direct)}", {})
    path = f"user/{quote('@haus:haus.test')}/account_data/m.direct"
    haus.speak("PUT", path, {"@mia:haus.test": [direct]})
    answers = {"server": told["server"], "user": "haus", "password": told["people"][0]["password"], "rooms": f"#{alias}:haus.test"}  # fmt: skip
    granted = Matrix.log_in(answers, client)
    us = Matrix(granted.settings, granted.secret, client)
    yield House(us, mia, Ear(us), room, direct)
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
    assert (me.native_id, me.name, me.is_us) == ("@haus:haus.test", "Unser Haus", True)
    assert house.us.settings["rooms"][0]["visibility"] == "public"
    assert house.us.abilities.moderation == {"remove"}
    answers = {
        "server": house.us.settings["server"],
        "user": "@haus:haus.test",
        "password": "falsch",
        "rooms": house.room,
    }
    with pytest.raises(LoggedOut):
        Matrix.log_in(answers, house.us.client)
    with pytest.raises(LoggedOut):
        Matrix(house.us.settings, Secret("syt_falsch"), house.us.client).whoami()


def test_rooms_that_cannot_be_entered_are_told(house: House) -> None:
    closed = house.mia.speak("POST", "createRoom", {"preset": "private_chat"}).json()["room_id"]
    sealed = house.mia.speak(
        "POST", "createRoom",
        {"preset": "public_chat", "initial_state": [{"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]},
    ).json()["room_id"]  # fmt: skip
    silent = house.mia.speak(
        "POST", "createRoom", {"preset": "public_chat", "power_level_content_override": {"events_default": 50}}
    ).json()["room_id"]
    base = {"server": house.us.settings["server"], "user": "haus", "password": "haus-password"}
    for rooms, reason in (
        (closed, "room_closed"),
        ("#gibtesnicht:haus.test", "no_such_room"),
        (sealed, "room_encrypted"),
        (silent, "room_silent"),
    ):
        with pytest.raises(Refused) as caught:
            Matrix.log_in(base | {"rooms": rooms}, house.us.client)
        assert (caught.value.reason_code, caught.value.detail) == (reason, "rooms")


def test_umlauts_emoji_links_and_mentions_arrive_whole(house: House, post: Ref) -> None:
    item = house.ear.heard[post.native_id]
    assert (item.text, item.act, item.author and item.author.is_us) == (TEXT, "posted", True)
    assert item.extra["mentions"] == ["@mia:haus.test"]
    assert item.author
    assert item.author.name == "Unser Haus"
    assert item.ref.url == post.url


def test_a_picture_carries_its_alternative_text(house: House) -> None:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (90, 70), "navy").save(out, "PNG")
    picture = Media(
        "image/png", alt="Ein Kran im Gegenlicht", name="kran.png", content=out.getvalue(), width=90, height=70
    )
    alone = house.us.send(Draft("", media=(picture,)), f"{RUN}-picture").ref
    below = house.us.send(Draft("Der Kran", media=(picture,)), f"{RUN}-caption").ref
    house.ear.until(lambda heard: alone.native_id in heard and below.native_id in heard)
    item, captioned = house.ear.heard[alone.native_id], house.ear.heard[below.native_id]
    assert (item.text, item.media[0].alt, item.media[0].width) == ("", "Ein Kran im Gegenlicht", 90)
    assert (captioned.text, captioned.media[0].alt) == ("Der Kran", "Ein Kran im Gegenlicht.png")
    assert captioned.extra["mxc"].startswith("mxc://haus.test/")


def test_threads_answers_reactions_edits_and_going_are_all_heard(house: House, post: Ref) -> None:
    root = event_of(post.native_id)
    in_thread = house.say("Ich komme!", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}}})  # fmt: skip
    nested = house.say("Mit Anhang", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root, "is_falling_back": False, "m.in_reply_to": {"event_id": event_of(in_thread)}}})  # fmt: skip
    rich = house.say("> <@haus:haus.test> Grüße\n\nDanke", **{"m.relates_to": {"m.in_reply_to": {"event_id": root}}})
    chain = house.say("Bitte", **{"m.relates_to": {"m.in_reply_to": {"event_id": event_of(rich)}}})
    vote = house.do({"m.relates_to": {"rel_type": "m.annotation", "event_id": root, "key": "👍"}}, "m.reaction")
    heard = house.ear.until(lambda heard: {in_thread, nested, rich, chain, vote} <= heard.keys() and heard)
    assert [heard[one].reply_to for one in (in_thread, nested, rich, chain)] == [
        post.native_id,
        in_thread,
        post.native_id,
        rich,
    ]
    assert {heard[one].thread for one in (in_thread, nested, rich, chain, vote)} == {post.native_id}
    assert (heard[rich].text, heard[vote].act, heard[vote].target, heard[vote].extra["reaction"]) == ("Danke", "voted", post.native_id, "👍")  # fmt: skip
    assert heard[in_thread].author.name == "Mia Muster"
    house.say("* Ich komme später!", **{"m.new_content": {"msgtype": "m.text", "body": "Ich komme später!"}, "m.relates_to": {"rel_type": "m.replace", "event_id": event_of(in_thread)}})  # fmt: skip
    house.ear.until(lambda heard: heard[in_thread].edited_at)
    changed = house.ear.heard[in_thread]
    assert (changed.text, changed.reply_to, changed.thread) == ("Ich komme später!", post.native_id, post.native_id)
    for one in (vote, chain):
        house.mia.speak("PUT", in_room(house.room, "redact", event_of(one), secrets.token_hex(4)), {})
    house.ear.until(lambda heard: heard[vote].deleted_at and heard[chain].deleted_at)
    assert (house.ear.heard[vote].kind, house.ear.heard[chain].kind) == ("gesture", "message")
    assert house.ear.heard[chain].text == ""


def test_the_server_tells_at_once_that_somebody_wrote(house: House, post: Ref) -> None:
    rings: list[float] = []

    def heard(is_new: bool) -> bool:
        if is_new and not rings:
            house.say("Klingelt es?")
        rings.extend([time.monotonic()] if is_new else [])
        return len(rings) < 2

    house.connector.stream(heard)
    assert rings[1] - rings[0] < 5


def test_who_reads_for_the_first_time_gets_the_same_past(house: House, post: Ref) -> None:
    house.ear.listen()
    fresh = Ear(house.us)
    fresh.listen()
    assert {key for key, item in fresh.heard.items() if item.kind == "message" and not item.deleted_at} == {
        key for key, item in house.ear.heard.items() if item.kind == "message" and not item.deleted_at
    }
    edited = [item for item in fresh.heard.values() if item.edited_at]
    assert [item.text for item in edited] == ["Ich komme später!"]


def test_we_answer_where_it_was_said(house: House, post: Ref) -> None:
    asked = house.say("Um wie viel Uhr?")
    answer = house.us.send(Draft("Um acht.", reply_to=Ref(asked)), f"{RUN}-answer").ref
    again = house.say("Danke", **{"m.relates_to": {"rel_type": "m.thread", "event_id": event_of(asked), "m.in_reply_to": {"event_id": event_of(answer.native_id)}}})  # fmt: skip
    more = house.us.send(Draft("Gern!", reply_to=Ref(again)), f"{RUN}-more").ref
    house.ear.until(lambda heard: more.native_id in heard)
    assert (house.ear.heard[answer.native_id].reply_to, house.ear.heard[answer.native_id].thread) == (asked, asked)
    assert (house.ear.heard[more.native_id].reply_to, house.ear.heard[more.native_id].thread) == (again, asked)
    readings = {one.name: one.value for one in house.us.measure([Ref(asked), post])}
    assert readings["reactions"] == 0
    assert {one.name: one.value for one in house.us.measure([Ref(asked)])} == {"reactions": 0, "replies": 3}


def test_what_is_said_to_us_alone_is_direct_and_answered_there(house: House) -> None:
    asked = house.say("Ganz unter uns", room=house.direct)
    answer = house.us.send(Draft("Gern", reply_to=Ref(asked), visibility="direct"), f"{RUN}-direct").ref
    heard = house.ear.until(lambda heard: asked in heard and answer.native_id in heard and heard)
    assert {heard[one].visibility for one in (asked, answer.native_id)} == {"direct"}
    assert {heard[one].thread for one in (asked, answer.native_id)} == {house.direct}
    assert heard[answer.native_id].reply_to == asked


def test_a_reply_to_nothing_is_refused(house: House) -> None:
    for nothing in (f"{house.room}/$gibtesnicht", "!anderswo:haus.test/$nichts"):
        with pytest.raises(Refused) as caught:
            house.us.send(Draft("Wohin?", reply_to=Ref(nothing)), f"{RUN}-nowhere")
        assert caught.value.reason_code == "not_found"


class Deaf(Client):
    """A client whose next answer to words gets lost on the way back."""

    loses = 0

    def speak(self, method: str, url: str, **said: Any) -> Answer:
        answer = super().speak(method, url, **said)
        if self.loses:
            self.loses -= 1
            from allmende.connectors.errors import Unclear

            raise Unclear("cut_off", "lost on purpose")
        return answer


def test_what_arrived_unclearly_is_found_and_not_doubled(house: House) -> None:
    from allmende.connectors.errors import Unclear

    address = urlsplit(house.us.settings["server"])
    deaf = Deaf(neighbours=frozenset({(str(address.hostname), int(address.port or 80))}))
    us, draft, key = Matrix(house.us.settings, house.us.secret, deaf), Draft("Nur einmal, bitte"), f"{RUN}-once"
    before = datetime.now(UTC) - timedelta(seconds=2)
    assert us.find(key, draft, before) is None
    deaf.loses = 1
    with pytest.raises(Unclear):
        us.send(draft, key)
    found = us.find(key, draft, before)
    assert found is not None
    for number in range(110):
        house.us.send(Draft(f"Danach {number}"), f"{RUN}-after-{number}")
    assert us.send(draft, key).ref == found.ref
    assert us.find(key, draft, before) == found
    assert us.find(f"{RUN}-never", draft, before) is None
    items = house.ear.listen()
    assert [item.text for item in items if item.text == "Nur einmal, bitte"] == ["Nur einmal, bitte"]
    assert sum(item.text.startswith("Danach") for item in items) == 110


def test_gaps_of_the_stream_are_filled(house: House) -> None:
    house.ear.listen()
    said = [house.say(f"Flut {number}") for number in range(230)]
    found = [item.ref.native_id for item in house.ear.listen() if item.text.startswith("Flut")]
    assert found == said
    assert house.ear.listen() == []


def test_what_the_check_lets_through_the_network_takes(house: House) -> None:
    for number, text in enumerate(('"' * 30_000, "\n" * 29_999 + "x", "🌊" * 7_500)):
        assert house.us.check(Draft(text)) == ()
        assert house.us.send(Draft(text), f"{RUN}-long-{number}")
    assert [one.code for one in house.us.check(Draft("🌊" * 7_501))] == ["text_too_long"]


def test_what_is_taken_back_is_gone_and_others_are_moderated(house: House) -> None:
    ours = house.us.send(Draft("Ein Irrtum"), f"{RUN}-mistake").ref
    theirs = house.say("Unfug")
    house.ear.until(lambda heard: ours.native_id in heard and theirs in heard)
    with pytest.raises(Refused) as caught:
        house.us.withdraw(Ref(theirs))
    assert caught.value.reason_code == "forbidden"
    for _ in range(2):
        house.us.withdraw(ours)
        house.us.moderate(Ref(theirs), "remove")
    house.ear.until(lambda heard: heard[ours.native_id].deleted_at and heard[theirs].deleted_at)
    assert house.us.measure([ours]) == ()
    receipt = house.us.find(f"{RUN}-mistake", Draft("Ein Irrtum"), datetime.now(UTC) - timedelta(minutes=1))
    assert receipt is not None  # it had got through, whatever became of it
    assert receipt.ref == ours


def test_a_session_is_renewed_and_the_old_token_is_spent(house: House) -> None:
    assert house.us.expires_at is not None
    assert timedelta(minutes=50) < house.us.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    draft, key = Draft("Über die Erneuerung hinweg"), f"{RUN}-renewed"
    first = house.us.send(draft, key)
    fresh = house.us.renew()
    renewed = Matrix(house.us.settings, fresh, house.us.client)
    assert renewed.whoami().is_us
    assert renewed.send(draft, key).ref == first.ref  # the same log-in, so the same memory
    old = session_of(house.us.secret)
    with pytest.raises(LoggedOut):
        Matrix(house.us.settings, old.sealed(), house.us.client).renew()
    house.us.secret = house.ear.connector.secret = fresh


def test_an_encrypted_room_of_two_is_told_and_not_answered(house: House) -> None:
    house.mia.speak(
        "PUT", in_room(house.direct, "state", "m.room.encryption", ""), {"algorithm": "m.megolm.v1.aes-sha2"}
    )
    sealed = house.do({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnACgAk", "sender_key": "x", "device_id": "D", "session_id": "s"}, "m.room.encrypted", house.direct)  # fmt: skip
    item = house.ear.until(lambda heard: heard.get(sealed))
    assert (item.text, item.extra["encrypted"], item.visibility) == ("\N{LOCK}", True, "direct")
    with pytest.raises(Refused) as caught:
        house.us.send(Draft("Klartext", reply_to=Ref(sealed), visibility="direct"), f"{RUN}-clear")
    assert caught.value.reason_code == "room_encrypted"


def test_who_is_thrown_out_says_so(house: House) -> None:
    other = house.mia.speak("POST", "createRoom", {"preset": "public_chat"}).json()["room_id"]
    house.door().speak("POST", f"join/{quote(other)}", {})
    rooms = [*house.us.settings["rooms"], {"id": other, "name": "", "alias": "", "visibility": "public", "can_remove": False}]  # fmt: skip
    us = Matrix({**house.us.settings, "rooms": rooms}, house.us.secret, house.us.client)
    said = house.say("Hier auch", room=other)
    ear = Ear(us, house.ear.cursor)
    ear.until(lambda heard: said in heard)
    house.mia.speak("POST", in_room(other, "kick"), {"user_id": "@haus:haus.test"})
    with pytest.raises(Refused) as caught:
        ear.listen()
    assert (caught.value.reason_code, caught.value.detail) == ("not_in_room", other)
    with pytest.raises(Refused) as caught:
        us.send(Draft("Noch da?", reply_to=Ref(said)), f"{RUN}-kicked")
    assert caught.value.reason_code in ("forbidden", "not_found")


def test_a_revoked_token_logs_out(house: House) -> None:
    house.door().speak("POST", "logout", {})
    for ask in (house.us.whoami, lambda: list(house.us.collect("")), lambda: house.us.send(Draft("x"), f"{RUN}-out")):
        with pytest.raises(LoggedOut) as caught:
            ask()
        assert caught.value.reason_code == "logged_out"
    with pytest.raises((LoggedOut, TryLater)):
        house.us.renew()
