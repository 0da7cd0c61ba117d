"""Today, the inbox and the calendar against a bare view with the same middleware, log-in, door and bytes of answer.

Measured in process with 1,000 and with 100,000 messages: the past is imported, the rest are live conversations that wait.
The number of queries is counted for the whole request, session and log-in included, and may not grow with the data.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benches.import_messages import write_rows
from tools.benches import Figure, alternate, ceiling, figure

GOAL_RATIO = 8.0
MOST_QUERIES = 12
SIZES = (1_000, 100_000)
POSTS = 200
CALENDAR_RATIO = 12.0
CALENDAR_QUERIES = 15
CALENDAR_BYTES = 60_000
SCREENS = {"today": "web:today", "inbox": "inbox:index", "conversation": "inbox:conversation"}


def run(long: bool) -> Iterator[Figure]:
    """Milliseconds and queries of each screen at each size."""
    runs = 200 if long else 40
    found = {size: _apart(size, runs) for size in SIZES}
    for screen in SCREENS:
        for size in SIZES:
            one = found[size][screen]
            yield figure("screens", f"{screen}_{size}_messages", one["ours"], one["bare"], GOAL_RATIO, "ms", runs)
            yield ceiling("screens", f"{screen}_{size}_messages_queries", one["queries"], MOST_QUERIES, "queries", 1)
        few, many = (found[size][screen]["queries"] for size in SIZES)
        yield figure("screens", f"{screen}_queries_stay", many, few, 1.0, "queries", 1)
    one = _apart(SIZES[0], runs, POSTS)["calendar"]
    yield figure("screens", f"calendar_{POSTS}_posts", one["ours"], one["bare"], CALENDAR_RATIO, "ms", runs)
    yield ceiling("screens", f"calendar_{POSTS}_posts_queries", one["queries"], CALENDAR_QUERIES, "queries", 1)
    yield ceiling("screens", f"calendar_{POSTS}_posts_compressed", one["compressed"], CALENDAR_BYTES, "bytes", 1)


def _apart(size: int, runs: int, posts: int = 0) -> dict[str, dict[str, float]]:
    """One size in a process and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as data:
        Path(data, "static").mkdir()
        environment = os.environ | {
            "ALLMENDE_DATA": data,
            "ALLMENDE_DEBUG": "0",
            "ALLMENDE_STATIC": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
        }
        command = [sys.executable, "-m", "benches.screens", data, str(size), str(runs), str(posts)]
        place = Path(__file__).resolve().parent.parent
        done = subprocess.run(
            command, cwd=place, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=900
        )
    answer: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _measured(folder: Path, size: int, runs: int, posts: int) -> dict[str, dict[str, float]]:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    person = _build(folder, size)
    settings.ROOT_URLCONF = "benches._bare"
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    if posts:
        _plan(person, posts)
        return {"calendar": _one(client, reverse("editorial:index", args=[person.workspace.slug]), runs)}
    urgent = _most_urgent(person)
    addresses = {
        screen: reverse(name, args=[person.workspace.slug, *([urgent] if screen == "conversation" else [])])
        for screen, name in SCREENS.items()
    }
    return {screen: _one(client, address, runs) for screen, address in addresses.items()}


def _one(client: Any, address: str, runs: int) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = _page(client, address)
    size = len(page)
    bare_address = f"{'/'.join(address.split('/')[:3])}/bare/{size}/"
    _page(client, bare_address)
    ours, bare = alternate(lambda: _page(client, address), lambda: _page(client, bare_address), runs)
    with CaptureQueriesContext(connection) as queries:
        _page(client, address)
    return {"ours": ours * 1000, "bare": bare * 1000, "queries": len(queries), "compressed": len(gzip.compress(page))}


def _page(client: Any, address: str) -> bytes:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    content: bytes = answer.content
    return content


def _most_urgent(person: Any) -> object:
    from django.utils import timezone

    from allmende.inbox.queries import rows_due

    return rows_due(person.workspace, timezone.now(), 1).rows[0].public_id


def _build(folder: Path, size: int) -> Any:
    """A workspace with a plan, verdicts, items, notices, an imported past and live conversations; `size` messages in all."""
    from django.core.management import call_command

    from allmende.behaviours.actions import measure_workspace
    from allmende.channels.actions import choose_channel, import_file
    from allmende.config.demo.forum import open_forum, write_items
    from allmende.config.demo.plan import objective_key, write_plan
    from allmende.inbox.actions import assign_conversation, file_imported
    from allmende.inbox.models import Conversation
    from allmende.inbox.queries import rows_due
    from allmende.team.actions import create_workspace, join_person
    from allmende.team.models import User

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    user = User.objects.create_user(email="bench@example.org", password=None, name="Jana Bench")
    other = User.objects.create_user(email="other@example.org", password=None, name="Emre Bench")
    jana = create_workspace(owner=user, slug="bench", name="Bench", now=now).people.get()
    emre = join_person(person=jana, user=other, role="manager", now=now)
    plan = write_plan(jana=jana, emre=emre, starts_at=now - timedelta(weeks=12), now=now)
    first = objective_key(plan, "Z1")
    forum = open_forum(jana=jana, serves={1: first}, now=now)
    write_items(jana=jana, emre=emre, channel=forum, objective_key=first, now=now)
    live = 40 + size // 100
    write_rows(folder / "past.jsonl", size - live)
    archive = choose_channel(person=jana, name="Archiv", slug="archiv", kind="archive", account=None, now=now)
    file_imported(import_run=import_file(person=jana, channel=archive, path=folder / "past.jsonl", now=now), now=now)
    _ask(forum, live, now)
    urgent = [row.public_id for row in rows_due(jana.workspace, now, 6).rows]
    for conversation in Conversation.objects.filter(public_id__in=urgent):
        assign_conversation(person=emre, conversation=conversation, assignee=jana, now=now)
    measure_workspace(workspace=jana.workspace, now=now)
    return jana


def _ask(forum: Any, number: int, now: datetime) -> None:
    """`number` questions of members, filed as the worker does it."""
    from allmende.channels.actions import record_batch
    from allmende.connectors.neutral import Author, Batch, Item, Ref
    from allmende.inbox.jobs import file_new

    items = [
        Item(
            ref=Ref(f"q{n}"),
            kind="message",
            act="asked",
            author=Author(f"member{n % 300}", name=f"Mitglied {n % 300}"),
            occurred_at=now - timedelta(minutes=number - n),
            thread=f"q{n}",
            title=f"Wie buche ich Beleg {n}?",
            text=f"Ich finde zu Beleg {n} keinen Steuerschlüssel. Wo stelle ich das ein?",
        )
        for n in range(number)
    ]
    record_batch(channel=forum, batch=Batch(items, "end"), now=now)
    while file_new(now) == 500:
        pass


def _plan(person: Any, number: int) -> None:
    """`number` texts with their slots in this month, as people put them there."""
    from django.utils import timezone

    from allmende.channels.models import Channel
    from allmende.editorial.actions import ItemText, move_variant, save_item

    forum, today = Channel.objects.get(slug="forum"), timezone.localdate()
    start = datetime(today.year, today.month, 1, 8)  # noqa: DTZ001 - a wall-clock time
    # Asked as of before the month: slots of days that have passed count as well.
    now = start.replace(tzinfo=UTC) - timedelta(days=1)
    for n in range(number):
        written = ItemText(
            f"Frage der Woche {n}: Skonto richtig buchen", no_objective_reason="Probe", texts={forum.pk: f"Wie? {n}"}
        )
        variant = save_item(person=person, item=None, written=written, now=now).variants.get()
        wall = start + timedelta(days=n % 28, hours=n // 28)
        move_variant(person=person, variant=variant, wall=wall, zone=person.workspace.zone, seen_revision=None, now=now)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measured(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
