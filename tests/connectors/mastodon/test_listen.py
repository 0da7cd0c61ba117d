"""Whole threads, late replies, edits, deletions, gestures; and never more requests than a server allows."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.mastodon.listen import PACES, STATUSES, THREADS, VISITS, Ear
from allmende.connectors.neutral import Batch, Draft, Item
from tests.networks.mastodon.ground import Ground

MINUTES = timedelta(minutes=1)
EVERYBODY = pytest.mark.parametrize("ground", ["mastodon", "pleroma", "slashed"], indirect=True)


def heard(
    ground: Ground, cursor: str = "", *, after: timedelta = timedelta(0), **settings: Any
) -> tuple[list[Item], str]:
    """What one reading gives that takes place so long from now, and the cursor to go on with."""
    batches = read(ground, cursor, after=after, **settings)
    return [item for batch in batches for item in batch.items], batches[-1].cursor if batches else cursor


def read(ground: Ground, cursor: str = "", *, after: timedelta = timedelta(0), **settings: Any) -> list[Batch]:
    connector = ground.connector(**settings)
    ear = Ear(connector._door(), connector._us(), cursor, None, datetime.now(UTC) + after)
    return list(ear.batches())


def requests(ground: Ground) -> list[str]:
    return [row["path"] for row in ground.network.store.rows("SELECT path FROM visit ORDER BY rowid")]


@pytest.fixture
def thread(ground: Ground) -> tuple[str, str, str]:
    """Our post, Mia's answer that names us, Jan's answer to Mia that names nobody."""
    root = ground.connector().send(Draft("Offene Werkstatt"), "k").ref.native_id
    answer = ground.say("@haus Ab wann?", root)
    other = ground.say("Weiß ich auch nicht", answer, by=ground.network.enrol("jan", "Jan"))
    return root, answer, other


@EVERYBODY
def test_a_thread_comes_whole_though_only_one_names_us(ground: Ground, thread: tuple[str, str, str]) -> None:
    root, answer, other = thread
    first, cursor = heard(ground)
    assert [item.ref.native_id for item in first] == [root, answer]
    later, cursor = heard(ground, cursor, after=2 * MINUTES)
    assert [(item.ref.native_id, item.reply_to, item.thread) for item in later] == [(other, answer, root)]
    assert heard(ground, cursor, after=2 * MINUTES)[0] == []


@EVERYBODY
def test_in_a_strangers_thread_all_that_was_said_is_heard(ground: Ground) -> None:
    root = ground.say("Wer kennt eine Werkstatt?")
    first = ground.say("Ich nicht", root)
    named = ground.say("Frag @haus doch mal", first)
    below = ground.say("Gute Idee", named)
    aside = ground.say("Ich auch nicht", root)
    found, cursor = heard(ground)
    assert [item.ref.native_id for item in found] == [root, first, named, below]
    assert {item.thread for item in found} == {root}
    assert [item.act for item in found] == ["posted", "commented", "commented", "commented"]
    assert [item.ref.native_id for item in heard(ground, cursor, after=2 * MINUTES)[0]] == [aside]


def test_what_hangs_below_something_hidden_has_the_nearest_known_root(ground: Ground) -> None:
    root = ground.say("Wer kennt eine Werkstatt?")
    named = ground.say("Frag @haus doch mal", root)
    ground.network.delete(ground.mia, root)
    with ground.network.store.open() as db:  # a server that still names the parent nobody can see
        db.execute("UPDATE status SET parent = ? WHERE id = ?", ("4711", named))
        db.execute("INSERT INTO status SELECT '4711', account_id, NULL, text, spoiler, visibility, created_at, NULL, 'gone', 0 FROM status WHERE id = ?", (root,))  # fmt: skip
    found, cursor = heard(ground)
    assert [(item.ref.native_id, item.reply_to, item.thread) for item in found] == [(named, "4711", "4711")]
    assert heard(ground, cursor, after=2 * MINUTES)[0] == []


def test_edits_come_as_the_same_message_again(ground: Ground, thread: tuple[str, str, str]) -> None:
    _, cursor = heard(ground)
    _, cursor = heard(ground, cursor, after=2 * MINUTES)
    ground.network.edit(ground.mia, thread[1], "@haus Ab wann genau?")
    (edited,), cursor = heard(ground, cursor, after=4 * MINUTES)
    assert (edited.ref.native_id, edited.text) == (thread[1], "@haus Ab wann genau?")
    assert edited.edited_at is not None
    ground.network.edit(ground.haus, thread[0], "Offene Werkstatt am Samstag")
    (edited,), cursor = heard(ground, cursor, after=6 * MINUTES)
    assert edited.ref.native_id == thread[0]


def test_deletions_come_once_and_only_with_proof(ground: Ground, thread: tuple[str, str, str]) -> None:
    root, answer, other = thread
    _, cursor = heard(ground)
    _, cursor = heard(ground, cursor, after=2 * MINUTES)
    ground.network.hide(answer)
    assert heard(ground, cursor, after=4 * MINUTES)[0] == []
    jan = ground.network.enrol("jan")
    ground.network.delete(jan, other)
    (gone,), cursor = heard(ground, cursor, after=4 * MINUTES)
    assert (gone.ref.native_id, gone.text, gone.thread) == (other, "", root)
    assert gone.deleted_at is not None
    assert gone.author is None
    assert heard(ground, cursor, after=8 * MINUTES)[0] == []


def test_a_thread_whose_root_is_gone_is_still_watched(ground: Ground, thread: tuple[str, str, str]) -> None:
    root, answer, _ = thread
    _, cursor = heard(ground)
    _, cursor = heard(ground, cursor, after=2 * MINUTES)
    ground.connector().withdraw(ground.connector().send(Draft("Offene Werkstatt"), "k").ref)
    found, cursor = heard(ground, cursor, after=4 * MINUTES)
    assert [(item.ref.native_id, item.deleted_at is not None) for item in found] == [(root, True)]
    late = ground.say("Schade", answer)
    found, cursor = heard(ground, cursor, after=5 * MINUTES)
    assert [item.ref.native_id for item in found] == [late]
    assert found[0].thread == root


@EVERYBODY
def test_gestures_are_acts_told_once(ground: Ground, thread: tuple[str, str, str]) -> None:
    for verb in ("favourite", "reblog", "favourite"):
        ground.network.act(ground.mia, verb, thread[0])
    ground.network.act(ground.mia, "follow", ground.haus)
    found, _ = heard(ground)
    gestures = [item for item in found if item.kind == "gesture"]
    assert [(item.act, item.target) for item in gestures] == [
        ("voted", thread[0]),
        ("referred", thread[0]),
        ("joined", ""),
    ]
    assert [item.thread for item in gestures[:2]] == [thread[0]] * 2
    assert {item.author.handle for item in gestures if item.author} == {"mia@haus.example"}
    assert len({item.ref.native_id for item in gestures}) == 3


def test_own_words_written_elsewhere_are_heard_and_own_boosts_are_not(ground: Ground) -> None:
    from tests.networks.mastodon.network import Words

    mine = ground.network.say(ground.haus, Words("Vom Telefon aus", spoiler="Termine"))
    (item,), _ = heard(ground)
    assert item.author is not None
    assert item.author.is_us
    assert (item.ref.native_id, item.text, item.title) == (mine, "Vom Telefon aus", "")
    assert item.extra["content_warning"] == "Termine"


def test_visibilities_and_warnings_are_read(ground: Ground) -> None:
    for visibility in ("public", "unlisted", "private", "direct"):
        ground.say(f"@haus {visibility}", visibility=visibility, spoiler="Achtung")
    found, _ = heard(ground)
    assert [item.visibility for item in found] == ["public", "public", "members", "direct"]
    assert {item.title for item in found} == {"Achtung"}


def test_what_is_older_than_the_horizon_is_left_out(ground: Ground) -> None:
    ground.say("@haus Alte Frage")
    horizon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    assert [item for batch in ground.connector(since=horizon).collect("") for item in batch.items] == []
    assert len([item for batch in ground.connector().collect("") for item in batch.items]) == 1


def test_every_batch_can_be_the_last_that_was_stored(ground: Ground, thread: tuple[str, str, str]) -> None:
    for number in range(90):
        ground.say(f"@haus Frage {number}")
    batches = read(ground, after=2 * MINUTES)
    everything = {item.ref.native_id for batch in batches for item in batch.items}
    assert len(batches) >= 4
    for place, batch in enumerate(batches):
        before = {item.ref.native_id for one in batches[: place + 1] for item in one.items}
        after = {item.ref.native_id for item in heard(ground, batch.cursor, after=2 * MINUTES)[0]}
        assert before | after == everything


def test_a_reading_visits_few_threads_and_old_ones_seldom(ground: Ground) -> None:
    for number in range(6):
        ground.connector().send(Draft(f"Beitrag {number}"), f"k{number}")
    _, cursor = heard(ground)
    before = len(requests(ground))
    _, cursor = heard(ground, cursor, after=2 * MINUTES)
    assert len(requests(ground)) - before == 2 + 2 * VISITS
    for _ in range(2):
        _, cursor = heard(ground, cursor, after=2 * MINUTES)
    before = len(requests(ground))
    _, cursor = heard(ground, cursor, after=2 * MINUTES)
    assert len(requests(ground)) - before == 2  # all were looked at a moment ago
    for age, pace in ((timedelta(hours=2), PACES[1][1]), (timedelta(days=2), PACES[2][1])):
        while len(read(ground, cursor, after=age)):
            _, cursor = heard(ground, cursor, after=age)
        assert read(ground, cursor, after=age + pace - MINUTES) == []
        assert read(ground, cursor, after=age + pace + MINUTES) != []
    while read(ground, cursor, after=timedelta(days=40)):
        _, cursor = heard(ground, cursor, after=timedelta(days=40))
    assert json.loads(cursor)["t"] == {}


def test_reading_leaves_room_for_speaking(ground: Ground) -> None:
    for number in range(200):
        ground.say(f"@haus Frage {number}")
    ground.network.set_fact("page", 2)
    ground.network.set_fact("limit", 100)
    found, cursor = heard(ground)
    for _ in range(10):  # each asks once and sees that there is little left
        more, cursor = heard(ground, cursor)
        found += more
    assert 70 < len(requests(ground)) < 95
    assert len(found) < 200
    ground.connector().send(Draft("Wir sind noch da"), "k")
    assert ground.network.fact("limited") == ""
    for _ in range(2):
        with ground.network.store.open() as db:  # five minutes later
            db.execute("UPDATE visit SET at = at - 301")
        more, cursor = heard(ground, cursor)
        found += more
    texts = [item.text for item in found if item.author and not item.author.is_us]
    assert texts == [f"@haus Frage {number}" for number in range(200)]


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", TryLater), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_a_server_that_says_no_is_asked_later(ground: Ground, kind: str, error: type[Exception]) -> None:
    ground.say("@haus Frage")
    ground.network.plant("read", kind, times=1, wait=90)
    with pytest.raises(error) as caught:
        heard(ground)
    if kind == "too_many":
        now = datetime.now(UTC)
        assert isinstance(caught.value, TryLater)
        assert timedelta(seconds=80) < caught.value.due(now) - now < timedelta(seconds=95)
    assert [item.text for item in heard(ground)[0]] == ["@haus Frage"]


@pytest.mark.parametrize("cursor", ["kein JSON", "[]", "7", '{"t": 7}', '{"t": {"1": {}}}', '{"t": {"1": {"i": 1, "a": 1, "d": 1}}}'])  # fmt: skip
def test_a_cursor_nobody_understands_is_the_beginning(ground: Ground, cursor: str) -> None:
    ground.say("@haus Frage")
    assert [item.text for item in heard(ground, cursor)[0]] == ["@haus Frage"]


def test_the_cursor_stays_small(ground: Ground) -> None:
    now = int(time.time())
    crowd = {
        str(10_000 + n): {"i": {str(10_000 + n): "0" * 8}, "a": now - n, "d": now + 999} for n in range(THREADS + 50)
    }
    ground.say("@haus Frage")
    _, cursor = heard(ground, json.dumps({"s": "0", "n": "0", "t": crowd}))
    kept = json.loads(cursor)["t"]
    assert len(kept) == THREADS
    assert "10000" in kept
    assert str(10_000 + THREADS + 49) not in kept
    many = {"7": {"i": {str(n): "0" * 8 for n in range(STATUSES)}, "a": now - 9, "d": now + 999}}
    _, cursor = heard(ground, json.dumps({"s": "0", "n": "0", "t": many}))
    assert sum(len(thread["i"]) for thread in json.loads(cursor)["t"].values()) <= STATUSES
    assert len(cursor) < 150_000


NONSENSE: list[Callable[[Any], Any]] = [
    lambda rows: {"rows": rows},
    lambda rows: [{**row, "id": None} for row in rows],
    lambda rows: [7, "acht"],
]


@pytest.mark.parametrize("bend", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_asked_again_later(ground: Ground, bend: Callable[[Any], Any]) -> None:
    import httpx2

    from allmende.connectors.http import Client
    from allmende.connectors.mastodon.connector import Mastodon
    from allmende.connectors.secret import Secret

    account = {"id": "7", "acct": "mia"}
    rows = [{"id": "3", "created_at": "2026-11-20T10:00:00Z", "content": "x", "account": account}]
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=bend(rows))))
    connector = Mastodon({"server": "https://a.example", "account_id": "1", "since": "2020-01-01"}, Secret("t"), client)
    with pytest.raises(TryLater):
        list(connector.collect(""))


def test_one_unreadable_row_does_not_silence_the_others(ground: Ground) -> None:
    import httpx2

    from allmende.connectors.http import Client
    from allmende.connectors.mastodon.connector import Mastodon
    from allmende.connectors.secret import Secret

    row = {"created_at": "2026-11-20T10:00:00Z", "content": "x", "account": {"id": "1", "acct": "haus"}}
    rows = [7, {**row, "id": "3", "created_at": "gestern"}, {**row, "id": "4", "account": "wer"}, {**row, "id": "5"}]
    client = Client(
        transport=httpx2.MockTransport(
            lambda request: httpx2.Response(
                200, json=rows if "min_id=0" in str(request.url) and "/accounts/" in str(request.url) else []
            )
        )
    )
    connector = Mastodon({"server": "https://a.example", "account_id": "1"}, Secret("t"), client)
    batches = list(connector.collect(""))
    assert [item.ref.native_id for batch in batches for item in batch.items] == ["5"]
    assert [row.reason_code for batch in batches for row in batch.refused] == ["bad_value", "bad_value"]
    assert json.loads(batches[-1].cursor)["s"] == "5"


@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_a_thread_that_cannot_be_read_is_left_and_the_others_are_visited(ground: Ground, status: int) -> None:
    import httpx2

    from allmende.connectors.http import Client
    from allmende.connectors.mastodon.connector import Mastodon
    from allmende.connectors.secret import Secret

    row = {"id": "9", "created_at": "2026-11-20T10:00:00Z", "content": "neu", "account": {"id": "7", "acct": "mia"}}

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/statuses/3") or "/statuses/3/" in request.url.path:
            return httpx2.Response(status, content=b"{", headers={"content-type": "application/json"})
        if request.url.path.endswith("/context"):
            return httpx2.Response(200, json={"ancestors": [], "descendants": []})
        return httpx2.Response(200, json=row if request.url.path.endswith("/9") else [])

    now = datetime.now(UTC)
    watched = {root: {"i": {root: "0"}, "a": int(now.timestamp()) - 9, "d": 1} for root in ("3", "9")}
    connector = Mastodon(
        {"server": "https://a.example", "account_id": "1"}, Secret("t"), Client(transport=httpx2.MockTransport(answer))
    )
    ear = Ear(connector._door(), connector._us(), json.dumps({"t": watched}), None, now)
    batches = list(ear.batches())
    assert "neu" in [item.text for batch in batches for item in batch.items]
    left = json.loads(batches[-1].cursor)["t"]
    assert "9" in left
    assert ("3" in left) is (status in (200, 500))
    assert all(thread["d"] > now.timestamp() for thread in left.values())


def test_a_server_that_takes_only_its_own_ids_begins_with_its_newest_page(ground: Ground) -> None:
    import httpx2

    from allmende.connectors.http import Client
    from allmende.connectors.mastodon.connector import Mastodon
    from allmende.connectors.secret import Secret

    row = {"created_at": "2026-11-20T10:00:00Z", "content": "x", "account": {"id": "1", "acct": "haus"}}
    rows = [{**row, "id": f"01JD000000000000000000000{n}"} for n in (2, 1)]

    def answer(request: httpx2.Request) -> httpx2.Response:
        after = request.url.params.get("min_id")
        if after == "0":
            return httpx2.Response(400, json={"error": "min_id is no ULID"})
        own = rows if request.url.path.endswith("/accounts/1/statuses") else []
        return httpx2.Response(200, json=[one for one in own if after is None or one["id"] > after])

    connector = Mastodon(
        {"server": "https://a.example", "account_id": "1"}, Secret("t"), Client(transport=httpx2.MockTransport(answer))
    )
    items = [item for batch in connector.collect("") for item in batch.items if item.author]
    assert [item.ref.native_id for item in items] == [rows[1]["id"], rows[0]["id"]]
