"""The sandbox as a network: who may do what, what the public sees, the page, the people, the process."""

import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from allmende.connectors.neutral import Draft
from allmende.connectors.sandbox.network import IdTaken, NotAllowed, NotThere, Words, open_network
from allmende.connectors.sandbox.people import NAMES, People

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def network(tmp_path):  # type: ignore[no-untyped-def]
    return open_network(str(tmp_path / "n.sqlite3"))


@pytest.fixture
def ours(network):  # type: ignore[no-untyped-def]
    return network.account(network.enrol("haus", "Haus", is_ours=True))


def test_only_the_author_changes_and_removes_words(network, ours) -> None:  # type: ignore[no-untyped-def]
    mia, ben = network.member("Mia"), network.member("Ben")
    post = network.say(mia, Words("Erst"), now=NOW)["id"]
    for call in (lambda: network.edit(ben, post, "x", now=NOW), lambda: network.remove(ben, post, now=NOW)):
        with pytest.raises(NotAllowed):
            call()
    assert network.edit(mia, post, "Dann", now=NOW)["edited_at"]
    network.remove(mia, post, now=NOW)
    with pytest.raises(NotThere):
        network.say(ben, Words("Antwort", parent=post), now=NOW)
    assert [row["verb"] for row in network.public_log()] == ["appeared", "changed", "vanished"]
    assert network.timeline() == []


def test_hidden_words_vanish_for_the_public_and_a_locked_thread_takes_none(network, ours) -> None:  # type: ignore[no-untyped-def]
    mia = network.member("Mia")
    post = network.say(mia, Words("Werbung"), now=NOW)["id"]
    with pytest.raises(NotAllowed):
        network.moderate(mia, post, "hide", now=NOW)
    network.moderate(ours, post, "hide", now=NOW)
    assert network.timeline() == []
    network.moderate(ours, post, "unhide", now=NOW)
    assert len(network.timeline()) == 1
    network.moderate(ours, post, "lock", now=NOW)
    with pytest.raises(NotAllowed):
        network.say(mia, Words("Noch etwas", parent=post), now=NOW)


def test_only_the_asker_accepts_and_a_gesture_counts_once(network, ours) -> None:  # type: ignore[no-untyped-def]
    mia, ben = network.member("Mia"), network.member("Ben")
    root = network.say(mia, Words("Frage?"), now=NOW)["id"]
    answer = network.say(ben, Words("Antwort", parent=root), now=NOW)["id"]
    with pytest.raises(NotAllowed):
        network.gesture(ben, "accept", answer, now=NOW)
    assert network.gesture(mia, "accept", answer, now=NOW) == network.gesture(mia, "accept", answer, now=NOW)
    network.gesture(mia, "thank", answer, now=NOW)
    assert network.counters(answer) == {"replies": 0, "likes": 0, "thanks": 1}
    assert [change["kind"] for change in network.changes(0, 99)] == ["post", "post", "gesture", "gesture"]


def test_a_chosen_id_is_taken_once(network, ours) -> None:  # type: ignore[no-untyped-def]
    network.say(ours, Words("a", chosen_id="x"), now=NOW)
    with pytest.raises(IdTaken):
        network.say(ours, Words("b", chosen_id="x"), now=NOW)


def test_tokens_are_kept_hashed_and_can_be_revoked(network, tmp_path) -> None:  # type: ignore[no-untyped-def]
    token = network.enrol("haus", "Haus", is_ours=True, token="canary-token-1")
    assert network.account(token).handle == "haus"
    for file in tmp_path.iterdir():
        assert b"canary-token-1" not in file.read_bytes()
    network.revoke("haus")
    assert network.account(token) is None
    with pytest.raises(NotAllowed):
        network.member("Haus")


def visit(playground) -> httpx2.Client:  # type: ignore[no-untyped-def]
    return httpx2.Client(base_url=playground.network.fact("url"), trust_env=False)


def test_a_person_sees_the_post_and_writes_as_a_member(playground) -> None:  # type: ignore[no-untyped-def]
    ref = playground.connector().send(Draft("Unser Beitrag", title="Titel"), "key-1").ref
    with visit(playground) as browser:
        assert "Unser Beitrag" in browser.get("/").text
        said = browser.post("/say", data={"name": "Mia", "text": "Meine Antwort", "target": ref.native_id})
        assert said.status_code == 303
        thanked = browser.post("/gesture", data={"name": "Mia", "verb": "thank", "target": ref.native_id})
        assert thanked.headers["location"] == f"/#{ref.native_id}"
        assert "Meine Antwort" in browser.get("/").text
    items = [item for batch in playground.connector().collect("") for item in batch.items]
    assert [(item.act, item.author.name) for item in items] == [
        ("asked", "Unser Haus"),
        ("answered", "Mia"),
        ("thanked", "Mia"),
    ]


def test_the_page_escapes_everything_and_forbids_scripts(playground) -> None:  # type: ignore[no-untyped-def]
    member = playground.network.member(HOSTILE)
    playground.network.say(member, Words(HOSTILE, title=HOSTILE), now=playground.now())
    with visit(playground) as browser:
        answer = browser.get("/?error=<script>")
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"name": " ", "text": "x"}, "empty"),
        ({"name": "Mia", "text": " "}, "empty"),
        ({"name": "Mia", "text": "x", "target": "weg"}, "gone"),
        ({"name": "haus", "text": "x"}, "closed"),
    ],
)
def test_a_form_that_cannot_be_done_says_why(playground, form, error: str) -> None:  # type: ignore[no-untyped-def]
    with visit(playground) as browser:
        target = browser.post("/say", data=form).headers["location"]
        assert target == f"/?error={error}"
        assert "Nichts wurde geschrieben" in browser.get(target).text
    assert playground.network.public_log() == []


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_a_page_on_the_open_internet_does_not_reach_the_face(playground, headers) -> None:  # type: ignore[no-untyped-def]
    with visit(playground) as browser:
        assert browser.post("/say", data={"name": "Mia", "text": "x"}, headers=headers).status_code == 403
    assert playground.network.public_log() == []


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"text": 5}', b'{"text": ""}', b"\xff", b"[" * 50_000])
def test_nonsense_is_refused_by_the_api(playground, body: bytes) -> None:  # type: ignore[no-untyped-def]
    with visit(playground) as browser:
        headers = {"Authorization": f"Bearer {playground.token}"}
        assert browser.post("/key/api/posts", content=body, headers=headers).status_code in (400, 422)
        assert browser.get("/key/api/nothing", headers=headers).status_code == 404
        assert browser.get("/other/api/me", headers=headers).status_code == 404


def test_people_answer_us_thank_and_repeat_nothing(network, ours) -> None:  # type: ignore[no-untyped-def]
    people = People(network)
    root = network.say(ours, Words("Neu: die Übersicht", title="Neu"), now=NOW)["id"]
    assert people.live(now=NOW + timedelta(seconds=1)) == 0
    assert people.live(now=NOW + timedelta(seconds=25)) == 1
    assert people.live(now=NOW + timedelta(seconds=25)) == 0
    (question,) = [post for post in network.timeline() if post["parent"] == root]
    assert question["author"]["name"] in NAMES
    answer = network.say(ours, Words("So geht es.", parent=question["id"]), now=NOW + timedelta(minutes=2))["id"]
    assert people.live(now=NOW + timedelta(minutes=3)) >= 1
    thanks = [post for post in network.timeline() if post["parent"] == answer]
    assert [post["author"]["id"] for post in thanks] == [question["author"]["id"]]
    assert network.counters(answer)["thanks"] == 1
    assert people.live(now=NOW + timedelta(hours=1)) == 0


def test_people_tell_the_same_story_for_the_same_seed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    stories = []
    for run in range(2):
        network = open_network(str(tmp_path / f"{run}.sqlite3"))
        account = network.account(network.enrol("haus", "Haus", is_ours=True))
        people = People(network)
        for number in range(4):
            people.start_thread(number, now=NOW)
            network.say(account, Words(f"Beitrag {number}"), now=NOW)
        while people.live(now=NOW + timedelta(hours=1)):
            continue
        assert people.start_thread(0, now=NOW) == ""
        stories.append([(post["id"], post["text"], post["author"]["name"]) for post in network.timeline()])
    assert stories[0] == stories[1]
    assert len(stories[0]) >= 12


def test_nobody_speaks_for_a_person(network, ours) -> None:  # type: ignore[no-untyped-def]
    root = network.say(network.member("Eine Besucherin"), Words("Wo finde ich das"), now=NOW)["id"]
    network.say(ours, Words("Hier.", parent=root), now=NOW)
    assert People(network).live(now=NOW + timedelta(hours=1)) == 0


def test_the_process_serves_until_it_is_ended(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "sub" / "sandbox.sqlite3"
    command = [sys.executable, "-m", "allmende.connectors.sandbox", "--file", str(file), "--people"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        assert httpx2.get(url, trust_env=False).status_code == 200
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait(10)


def test_a_taken_port_is_a_sentence(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "allmende.connectors.sandbox", "--file", str(tmp_path / "n"), "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 4
    assert "is taken" in ended.stderr
    assert "Traceback" not in ended.stderr
