"""Posts of twenty accounts due in the same minute, said by one real worker: how fast, against two loops that do less.

The worker stands by and has said one post before. Both loops post such bodies to the same practice network, one after another on
one httpx2 client; the second also commits claim and receipt of each, in the same rows of the same database. `in_time` compares
the last of posts that leave under the budgets their networks state with the time that these force.

The second loop writes all that saying a post writes: the dispatch twice, the attempt twice, the message, the claims of the place.
It asks for nothing: neither for holds, pauses and budgets nor whether words or rights have changed, and keeps no mark beside the database.
Meanwhile somebody else notes an idea a few times a second, as a page does: `page_write_p95` is how long nearly all of these take.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benches._practice import apart, appeared, begin, ended, open_channels, served, told, wait_until, working
from tools import postgres
from tools.benches import Figure, ceiling, figure

ACCOUNTS = 20
POSTS, LONG_POSTS = 600, 10_000
LOOPED, LONG_LOOPED = 300, 1_500
# At least a fifth of the bare loop's rate, at least half of the rate of the loop that commits.
BARE_TIMES, COMMITTING_TIMES = 5.0, 2.0
# What a worker loads when it files its first post is loaded by then, and all are due in the same moment.
WARM_SECONDS, AHEAD_SECONDS = 4.0, 2.0
# How often a page writes beside the pile, and how long that may take.
PAGE_APART_SECONDS, PAGE_MS = 0.25, 250.0
PACED, PACED_ACCOUNTS, BUDGET = 300, 3, (10, 1)
FORCED_TIMES = 2.0


def run(long: bool) -> Iterator[Figure]:
    """On SQLite, and on PostgreSQL where it is installed."""
    posts, looped = (LONG_POSTS, LONG_LOOPED) if long else (POSTS, LOOPED)
    bases: dict[str, Any] = {"sqlite": nullcontext({})}
    if shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        bases["postgres"] = postgres.running()
    for name, around in bases.items():
        with around as more, tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
            found = _measured(Path(folder), more, posts, looped)
        for loop, goal in (("bare", BARE_TIMES), ("committing", COMMITTING_TIMES)):
            yield figure("posts_rate", f"{name}_a_post_against_{loop}", found["ours"], found[loop], goal, "ms", 1)
        yield ceiling("posts_rate", f"{name}_not_said_once", found["wrong"] + 1, 1, "posts + 1", 1)
        yield ceiling("posts_rate", f"{name}_page_write_p95", found["page"], PAGE_MS, "ms", int(found["written"]))
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
        took, forced = _paced(Path(folder))
    yield figure("posts_rate", f"{PACED}_in_time", took, forced, FORCED_TIMES, "s", 1)


def _measured(folder: Path, more: Mapping[str, str], posts: int, looped: int) -> dict[str, float]:
    """Milliseconds per post of the worker and of both loops, and how many posts were not said exactly once."""
    file, environment = folder / "network.sqlite3", told(folder, more)
    with served(file) as network:
        apart("posts_rate", environment, "prepare", str(file), str(posts), str(looped))
        with working(environment):
            wait_until(lambda: _said(network) >= 1, 60)
            apart("posts_rate", environment, "stand_by")
            page = begin("posts_rate", environment, "pages")
            time.sleep(WARM_SECONDS)
            apart("posts_rate", environment, "call_due")
            wait_until(lambda: _said(network) > posts, 60 + posts / 5, 0.5)
            pages = ended(page)
        said = appeared(network, "Beitrag")
        loops = json.loads(apart("posts_rate", environment, "loops", network.fact("url"), str(looped)))
    moments = sorted(at for _, at in said)
    texts = {text for text, _ in said}
    seconds = (moments[-1] - moments[0]).total_seconds() if moments else float("inf")
    return {
        "ours": 1000 * seconds / max(len(said) - 1, 1),
        "wrong": float(posts + len(said) - 2 * len(texts)),
        **pages,
        **loops,
    }


def _said(network: Any) -> int:
    with network.store.reading() as db:
        found = db.execute("SELECT count(*) FROM public_log WHERE verb = 'appeared'").fetchone()
    return int(found[0])


def _paced(folder: Path) -> tuple[float, float]:
    """Seconds from the first to the last of posts that are due together, and what their budgets force."""
    file, environment = folder / "network.sqlite3", told(folder, {})
    with served(file) as network:
        apart("posts_rate", environment, "prepare_paced", str(file))
        with working(environment):
            wait_until(lambda: _said(network) >= 1, 60)
            apart("posts_rate", environment, "stand_by")
            time.sleep(WARM_SECONDS)
            apart("posts_rate", environment, "call_due")
            wait_until(lambda: _said(network) > PACED, 120)
        moments = sorted(at for _, at in appeared(network, "Beitrag"))
    each = PACED // PACED_ACCOUNTS
    forced = (each - 1) // BUDGET[0] * BUDGET[1]
    return ((moments[-1] - moments[0]).total_seconds() if len(moments) == PACED else float("inf")), float(forced)


def prepare(file: str, posts: int, looped: int) -> None:
    """One post that is due at once; others, and as many as the loops will say, due tomorrow."""
    texts = [*(f"Beitrag {number}." for number in range(posts)), *(f"Schleife {number}." for number in range(looped))]
    _hand_over(file, {"Vorab.": 0} | dict.fromkeys(texts, 1), {f"konto{number}": {} for number in range(ACCOUNTS)})


def stand_by() -> None:
    """Until every job of the worker has run once: what it loads for that is loaded then."""
    from allmende.jobs.models import JobState

    wait_until(lambda: not JobState.objects.filter(runs=0).exists(), 90)


def call_due() -> None:
    """What the worker is to say is due in a moment."""
    from allmende.channels.models import Dispatch

    moment = datetime.now(UTC) + timedelta(seconds=AHEAD_SECONDS)
    Dispatch.objects.filter(message__text__startswith="Beitrag").update(send_after=moment, next_at=moment)


def pages() -> dict[str, float]:
    """Milliseconds within which 95 of 100 writes of a page were done while posts were due, and how many there were."""
    from allmende.channels.models import Dispatch
    from allmende.editorial.actions import note_idea
    from allmende.team.models import Person

    person = Person.objects.get()
    took: dict[bool, list[float]] = {False: [], True: []}
    waiting = Dispatch.objects.filter(state="waiting", message__text__startswith="Beitrag").order_by("next_at")
    while (due_at := waiting.values_list("next_at", flat=True).first()) is not None:
        begun, is_pile = time.perf_counter(), due_at <= datetime.now(UTC)
        note_idea(person=person, title=f"Idee {len(took[True]) + len(took[False])}", now=datetime.now(UTC))
        took[is_pile].append(1000 * (time.perf_counter() - begun))
        time.sleep(PAGE_APART_SECONDS)
    beside = sorted(took[True])
    # Where no page wrote beside the pile, nothing was measured.
    return {"page": beside[int(len(beside) * 0.95)] if beside else float("inf"), "written": float(len(beside))}


def prepare_paced(file: str) -> None:
    """Posts of accounts whose network grants a few each second."""
    accounts = {f"konto{number}": {"budgets": [BUDGET]} for number in range(PACED_ACCOUNTS)}
    _hand_over(file, {"Vorab.": 0} | dict.fromkeys((f"Beitrag {number}." for number in range(PACED)), 1), accounts)


def _hand_over(file: str, days: Mapping[str, int], accounts: Mapping[str, Mapping[str, Any]]) -> None:
    """Texts, and in how many days they are due, to the accounts in turn."""
    from allmende.channels.actions import hand_over
    from allmende.channels.models import Cursor

    person, channels = open_channels(accounts, file)
    now = datetime.now(UTC)
    Cursor.objects.update(next_at=now + timedelta(days=1))  # nobody listens meanwhile
    for number, (text, ahead) in enumerate(days.items()):
        channel, at = channels[number % len(channels)], now + timedelta(days=ahead)
        hand_over(person=person, channel=channel, kind="post", text=text, send_after=at, now=now)


def loops(url: str, looped: int) -> dict[str, float]:
    """Milliseconds per post of both loops, in turns."""
    import httpx2  # noqa: TID251 - the bare loop is what we measure against

    from allmende.channels.models import Account, Dispatch

    tokens = {one.pk: {"Authorization": f"Bearer {one.secret}"} for one in Account.objects.all()}
    waiting = Dispatch.objects.filter(message__text__startswith="Schleife").select_related("message", "channel")
    words, spent = list(waiting.order_by("pk")[:looped]), {"bare": 0.0, "committing": 0.0}
    with httpx2.Client(base_url=url) as client:

        def post(dispatch: Any, key: str) -> str:
            body = {"text": dispatch.message.text, "visibility": "public", "title": ""}
            headers = tokens[dispatch.channel.account_id] | {"Idempotency-Key": key}
            return str(client.post("/key/api/posts", json=body, headers=headers).raise_for_status().json()["id"])

        for dispatch in words:
            begun = time.perf_counter()
            post(dispatch, f"bare-{dispatch.key}")
            between = time.perf_counter()
            number = _claim(dispatch)
            _keep(dispatch, number, post(dispatch, dispatch.key))
            spent["bare"] += between - begun
            spent["committing"] += time.perf_counter() - between
    return {name: 1000 * seconds / len(words) for name, seconds in spent.items()}


def _claim(dispatch: Any) -> int:
    from django.db import connection, transaction

    now = datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_dispatch SET state = 'speaking', fence = fence + 1, attempts = attempts + 1, holder = 'loop',"
            " lease_until = %s, spoke_at = %s, first_spoke_at = coalesce(first_spoke_at, %s), reason_code = '', reason = ''"
            " WHERE id = %s AND state = 'waiting'",
            [now + timedelta(minutes=1), now, now, dispatch.pk],
        )
        cursor.execute("UPDATE channels_place SET claims = claims + 1")
        cursor.execute(
            "INSERT INTO channels_attempt (dispatch_id, account_id, number, verb, started_at, outcome, detail)"
            " VALUES (%s, %s, 1, 'send', %s, '', '') RETURNING id",
            [dispatch.pk, dispatch.channel.account_id.hex if _is_sqlite() else dispatch.channel.account_id, now],
        )
        return int(cursor.fetchone()[0])


def _keep(dispatch: Any, attempt: int, native_id: str) -> None:
    from django.db import connection, transaction

    now = datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_dispatch SET state = 'sent', settled_at = %s, lease_until = NULL, holder = '', fence = fence + 1,"
            " reason_code = '', reason = '' WHERE id = %s",
            [now, dispatch.pk],
        )
        cursor.execute(
            "UPDATE channels_message SET native_id = %s, url = %s, thread_native_id = %s, occurred_at = %s, changed_at = %s"
            " WHERE id = %s",
            [native_id, f"https://example.org/{native_id}", native_id, now, now, dispatch.message_id],
        )
        cursor.execute(
            "UPDATE channels_attempt SET ended_at = %s, outcome = 'sent', detail = %s WHERE id = %s",
            [now, native_id, attempt],
        )


def _is_sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"


if __name__ == "__main__":
    import django

    django.setup()
    verb, *rest = sys.argv[1:]
    print(json.dumps(globals()[verb](*rest[:1], *map(int, rest[1:]))))
