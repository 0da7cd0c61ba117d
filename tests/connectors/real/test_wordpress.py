"""Our connector through its whole life at a real WordPress: `./test --real` starts one and says where it is."""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Item, Media, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.wordpress.connector import WordPress
from allmende.connectors.wordpress.door import Door

TOLD = os.environ.get("ALLMENDE_WORDPRESS", "")
pytestmark = pytest.mark.skipif(not TOLD, reason="./test --real starts WordPress")
RUN = secrets.token_hex(4)
TEXT = (
    'Grüße aus dem "Häuschen" – 👩‍🌾🌊 <b>kein</b> Fett & [gallery] [caption]x[/caption]\nzweite Zeile -- mit Strichen\n\n'
    "Mehr: https://hafen.example/größe?a=(1)&b=2.\n\n<!-- wp:html --><script>alert(1)</script>"
)


@dataclass
class Ear:
    """Collects again and again, looking at everything each time; remembers where it stopped."""

    connector: WordPress
    cursor: str = ""
    heard: dict[str, Item] = field(default_factory=dict)

    def listen(self) -> list[Item]:
        new: list[Item] = []
        for batch in self.connector.collect(self.cursor):
            self.cursor = batch.cursor
            new += batch.items
            assert not batch.refused
        self.heard |= {item.ref.native_id: item for item in new}
        return new


@dataclass
class House:
    """Three users of the site, each logged in by an application password; `mia` may only read and comment."""

    us: WordPress
    ute: WordPress
    mia: Door
    ear: Ear
    client: Client
    site: str

    def door(self, who: WordPress) -> Door:
        return Door(who.settings["root"], who.secret, self.client)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    told = json.loads(TOLD)
    address = urlsplit(told["address"])
    client = Client(neighbours=frozenset({(str(address.hostname), int(address.port or 80))}))
    people = {one["user"]: one for one in told["people"]}

    def entered(name: str, **more: str) -> WordPress:
        answers = {"site": told["address"], "user": name, "app_password": people[name]["app_password"], **more}
        granted = WordPress.log_in(answers, client)
        return WordPress({**granted.settings, "revisit_seconds": 0}, granted.secret, client)

    us, ute = entered("haus", category="neues"), entered("ute")
    mia = Door(us.settings["root"], Secret(f"mia:{people['mia']['app_password']}"), client)
    yield House(us, ute, mia, Ear(us), client, told["address"])
    client.close()


@pytest.fixture(scope="module")
def post(house: House) -> Ref:
    """Our first post, with everything a text can hold."""
    receipt = house.us.send(Draft(TEXT, title='Hafenfest "zu Haus" & <i>mehr</i>'), f"{RUN}-post")
    assert abs((receipt.sent_at - datetime.now(UTC)).total_seconds()) < 60
    house.ear.listen()
    return receipt.ref


def said_by_mia(house: House, to: Ref, text: str) -> str:
    """Her comment below a post: held, since this site moderates."""
    answer = house.mia.speak("POST", "comments", json={"post": int(to.native_id.split("-")[1]), "content": text})
    assert answer.json()["status"] == "hold"
    return f"comment-{answer.json()['id']}"


def said_by_guest(house: House, to: Ref, text: str) -> str:
    """A guest's comment, entered by a moderator, from whom WordPress takes them at any pace."""
    said = {"post": int(to.native_id.split("-")[1]), "content": text, "author_name": "Jan <Gast>", "author_email": "jan@fern.example"}  # fmt: skip
    return f"comment-{house.door(house.us).speak('POST', 'comments', json=said).json()['id']}"


def status(house: House, native_id: str) -> str:
    answer = house.door(house.us).read(f"comments/{native_id.split('-')[1]}", {"context": "edit"})
    return str(answer.json()["status"])


def test_who_we_are_and_what_wrong_words_are_worth(house: House) -> None:
    me = house.us.whoami()
    assert (me.handle, me.name, me.is_us) == ("haus", "Unser Haus", True)
    assert house.us.settings["network"] == urlsplit(house.site).netloc
    assert set(house.us.settings["may"]) == {"publish_posts", "edit_others_posts", "moderate_comments", "upload_files"}
    assert set(house.ute.settings["may"]) == {"publish_posts", "upload_files"}
    for wrong in ("haus:abcd efgh", "niemand:abcd"):
        with pytest.raises(LoggedOut):
            WordPress(house.us.settings, Secret(wrong), house.client).whoami()
    with pytest.raises(Refused) as caught:
        password = next(one["app_password"] for one in json.loads(TOLD)["people"] if one["user"] == "mia")
        WordPress.log_in({"site": house.site, "user": "mia", "app_password": password}, house.client)
    assert (caught.value.reason_code, caught.value.detail) == ("too_few_rights", "user")


def test_the_api_is_found_without_pretty_addresses(house: House) -> None:
    plain = {**house.us.settings, "root": f"{house.site}/?rest_route=/"}
    assert WordPress(plain, house.us.secret, house.client).whoami().is_us


def test_a_post_arrives_whole_and_nothing_of_it_is_markup(house: House, post: Ref) -> None:
    item = house.ear.heard[post.native_id]
    assert (item.text, item.title) == (TEXT, 'Hafenfest "zu Haus" & <i>mehr</i>')
    assert item.act == "posted"
    assert item.author is not None
    assert item.author.is_us
    assert '<a href="https://hafen.example/größe?a=(1)' in item.html
    assert "<script" not in item.html
    assert "<b>" not in item.html
    assert "gallery]" in item.html.replace("&#93;", "]")
    told = house.door(house.us).read(f"posts/{post.native_id.split('-')[1]}").json()
    assert len(told["categories"]) == 1
    assert told["categories"] == house.us.settings["categories"]


def test_a_slug_is_no_chosen_id(house: House) -> None:
    """WordPress takes a repeated slug and makes another one of it: it keeps nothing from being said twice."""
    said = {"title": "Doppelt", "content": "x", "status": "draft", "slug": f"doppelt-{RUN}"}
    first, second = (house.door(house.us).speak("POST", "posts", json=said).json() for _ in range(2))
    assert first["id"] != second["id"]
    published = [house.door(house.us).speak("POST", f"posts/{one['id']}", json={"status": "publish"}).json() for one in (first, second)]  # fmt: skip
    assert published[0]["slug"] != published[1]["slug"]
    for one in published:
        house.us.withdraw(Ref(f"post-{one['id']}"))
    house.ear.listen()


def test_pictures_carry_their_alternative_text_and_are_uploaded_once(house: House) -> None:
    from PIL import Image

    def picture(shade: int, alt: str) -> Media:
        out = BytesIO()
        Image.new("RGB", (90, 70), (shade, 120, 200)).save(out, "PNG")
        return Media("image/png", alt=alt, name="kran.png", content=out.getvalue())

    draft = Draft(
        "Der Kran", title="Kran", media=(picture(1, 'Ein "Kran" im Gegenlicht, Größe 12 m'), picture(2, "Die Werft"))
    )
    ref = house.us.send(draft, f"{RUN}-pictures").ref
    house.ear.listen()
    item = house.ear.heard[ref.native_id]
    assert [one.alt for one in item.media] == ['Ein "Kran" im Gegenlicht, Größe 12 m', "Die Werft"]
    assert item.text == "Der Kran"
    assert all(house.client.read(one.url, types=("image/png",)).body[:4] == b"\x89PNG" for one in item.media)
    before = house.door(house.us).read("media", {"per_page": "100"}).json()
    again = house.us.send(Draft("Noch einmal", title="Kran 2", media=draft.media), f"{RUN}-again").ref
    assert len(house.door(house.us).read("media", {"per_page": "100"}).json()) == len(before)
    since = datetime.now(UTC) - timedelta(minutes=1)
    found = house.us.find("k", Draft("Noch einmal", title="Kran 2", media=draft.media), since)
    assert found is not None
    assert found.ref == again
    assert house.us.find("k", Draft("Noch einmal", title="Kran 2"), since) is None


def test_a_file_the_host_does_not_take_is_refused(house: House) -> None:
    for size in (8_500_000, 9_500_000):
        large = Media("image/png", alt="x", content=b"\x89PNG\r\n\x1a\n" + b"x" * size)
        with pytest.raises(Refused) as caught:
            house.us._door().speak("POST", "media", form={"slug": "x"}, files={"file": ("x.png", large.content, "image/png")})  # fmt: skip
        assert caught.value.reason_code == "too_large"


def test_a_strangers_comment_is_held_freed_answered_edited_hidden_and_removed(house: House, post: Ref) -> None:
    asked = said_by_mia(house, post, 'Wann geht es "los"?\nUnd wo -- am Kran?')
    house.ear.listen()
    item = house.ear.heard[asked]
    assert (item.text, item.thread, item.reply_to) == (
        'Wann geht es "los"?\nUnd wo -- am Kran?',
        post.native_id,
        post.native_id,
    )
    assert item.extra["status"] == "hold"
    assert item.author is not None
    assert (item.author.name, item.author.is_us) == ("Mia Muster", False)
    for measure, then in (
        ("approve", "approved"),
        ("approve", "approved"),
        ("hide", "hold"),
        ("hide", "hold"),
        ("unhide", "approved"),
    ):
        house.us.moderate(Ref(asked), measure)  # type: ignore[arg-type]
        assert status(house, asked) == then

    answer = house.us.send(Draft('Um "acht" -- am <Kran>.\n\nhttps://hafen.example/', reply_to=Ref(asked), thread=post.native_id), f"{RUN}-a")  # fmt: skip
    house.ear.listen()
    ours = house.ear.heard[answer.ref.native_id]
    assert (ours.text, ours.reply_to, ours.thread) == (
        'Um "acht" -- am <Kran>.\n\nhttps://hafen.example/',
        asked,
        post.native_id,
    )
    assert '<a href="https://hafen.example/"' in ours.html
    assert {one.ref.native_id: one.value for one in house.us.measure([post, Ref(asked)])} == {
        post.native_id: 2,
        asked: 1,
    }

    house.door(house.us).speak("POST", f"comments/{asked.split('-')[1]}", json={"content": "Wann genau?"})
    (edited,) = house.ear.listen()
    assert (edited.ref.native_id, edited.text) == (asked, "Wann genau?")
    assert edited.edited_at is not None

    house.us.moderate(Ref(asked), "remove")
    house.us.moderate(Ref(asked), "remove")
    (gone,) = house.ear.listen()
    assert (gone.ref.native_id, gone.text) == (asked, "")
    assert gone.deleted_at is not None
    with pytest.raises(Refused) as caught:
        house.us.send(Draft("Zu spät", reply_to=Ref(asked)), f"{RUN}-late")
    assert caught.value.reason_code == "not_found"


def test_what_others_delete_for_good_or_call_spam_is_gone(house: House, post: Ref) -> None:
    deleted, spam = said_by_guest(house, post, "Gelöscht"), said_by_guest(house, post, "Reklame")
    house.ear.listen()
    guests = {house.ear.heard[one].author for one in (deleted, spam)}
    assert [one.native_id.partition("-")[0] for one in guests if one] == ["guest"]
    door = house.door(house.us)
    door.speak("DELETE", f"comments/{deleted.split('-')[1]}", {"force": "true"})
    door.speak("POST", f"comments/{spam.split('-')[1]}", json={"status": "spam"})
    gone = {item.ref.native_id: item for item in house.ear.listen()}
    assert gone.keys() == {deleted, spam}
    assert all(item.deleted_at for item in gone.values())


def test_the_same_comment_twice_is_noticed_and_found(house: House, post: Ref) -> None:
    draft = Draft("Danke, bis Samstag!", reply_to=post)
    first = house.us.send(draft, f"{RUN}-once")
    with pytest.raises(Unclear) as caught:
        house.us.send(draft, f"{RUN}-once")
    assert caught.value.reason_code == "status_409"
    assert house.us.find(f"{RUN}-once", draft, first.sent_at) == first
    with pytest.raises(Refused) as refused:
        house.us.find(f"{RUN}-other", draft, first.sent_at, claimed={first.ref.native_id})
    assert refused.value.reason_code == "said_before"
    assert house.us.find(f"{RUN}-never", Draft("Nie gesagt", reply_to=post), first.sent_at) is None


def test_an_author_who_comments_too_fast_waits(house: House, post: Ref) -> None:
    said = house.ute.send(Draft('Ich "auch" -- gern :-)', reply_to=post), f"{RUN}-fast-1")
    with pytest.raises(TryLater) as caught:
        house.ute.send(Draft("Und wie", reply_to=post), f"{RUN}-fast-2")
    assert caught.value.reason_code == "too_many"
    # Who is no moderator sees the words only as they are shown.
    assert house.ute.find("k", Draft('Ich "auch" -- gern :-)', reply_to=post), said.sent_at) == said


def test_a_colleagues_posts_are_heard_planned_ones_when_they_appear(house: House) -> None:
    door, soon = house.door(house.ute), (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S")
    planned = door.speak(
        "POST", "posts", json={"title": "Später", "content": "x", "status": "future", "date_gmt": soon}
    ).json()
    assert planned["status"] == "future"
    draft = door.speak("POST", "posts", json={"title": "Entwurf", "content": "x", "status": "draft"}).json()
    heard = {item.ref.native_id for item in house.ear.listen()}
    assert not {f"post-{planned['id']}", f"post-{draft['id']}"} & heard
    # As WordPress's clock does it: the state alone changes.
    door.speak("POST", f"posts/{planned['id']}", json={"status": "publish", "date_gmt": "2026-01-01T10:00:00"})
    heard_now = {item.ref.native_id: item for item in house.ear.listen()}
    item = heard_now[f"post-{planned['id']}"]
    assert item.title == "Später"
    assert item.author is not None
    assert (item.author.name, item.author.is_us) == ("Ute Ulm", False)


def test_what_is_taken_back_is_gone_and_its_going_is_heard(house: House) -> None:
    ref = house.us.send(Draft("Ein Irrtum", title="Irrtum"), f"{RUN}-mistake").ref
    house.ear.listen()
    house.us.withdraw(ref)
    house.us.withdraw(ref)
    (gone,) = house.ear.listen()
    assert (gone.ref.native_id, gone.text) == (ref.native_id, "")
    assert gone.deleted_at is not None
    assert house.us.measure([ref]) == ()
    colleague = house.ute.send(Draft("Von Ute", title="Ute"), f"{RUN}-ute").ref
    with pytest.raises(Refused) as caught:
        house.us.withdraw(colleague)
    assert caught.value.reason_code == "forbidden"


def test_what_the_check_lets_through_the_site_takes(house: House, post: Ref) -> None:
    longest = Draft("ü" * 60_000, title="t" * 500)
    assert house.us.check(longest) == ()
    house.us.withdraw(house.us.send(longest, f"{RUN}-long").ref)
    fits, burst = Draft("x" * 60_000, reply_to=post), Draft("ü" * 33_000, reply_to=post)
    assert house.us.check(fits) == ()
    house.us.withdraw(house.us.send(fits, f"{RUN}-long-comment").ref)
    assert [finding.code for finding in house.us.check(burst)] == ["text_too_long"]
    with pytest.raises(Refused):
        house.door(house.us).speak(
            "POST", "comments", json={"post": int(post.native_id.split("-")[1]), "content": "ü" * 33_000}
        )


def test_a_closed_post_takes_no_answer(house: House) -> None:
    ref = house.us.send(Draft("Zu", title="Zu"), f"{RUN}-closed").ref
    house.door(house.us).speak("POST", f"posts/{ref.native_id.split('-')[1]}", json={"comment_status": "closed"})
    with pytest.raises(Refused) as caught:
        house.us.send(Draft("Hallo", reply_to=ref), f"{RUN}-into-closed")
    assert caught.value.reason_code == "forbidden"


def test_the_ear_of_another_zone_and_of_an_author_hears_the_same_threads(house: House, post: Ref) -> None:
    heard: dict[str, Any] = Ear(house.ute).heard
    ear = Ear(house.ute, heard=heard)
    ear.listen()
    assert post.native_id in heard
    ours = [item for item in heard.values() if item.reply_to == post.native_id and item.text]
    assert ours
    assert all(item.thread == post.native_id for item in ours)


def test_a_quiet_site_says_nothing_twice(house: House) -> None:
    house.ear.listen()
    assert house.ear.listen() == []
    assert [batch.items for batch in WordPress({**house.us.settings, "revisit_seconds": 60}, house.us.secret, house.client).collect(house.ear.cursor) if batch.items] == []  # fmt: skip
