"""Today, the inbox and the calendar against a bare view with the same middleware, log-in, door and bytes of answer.

Milliseconds of the processor, in one process with SQLite, with 1,000 and with 100,000 messages: the past is imported, the rest are
live conversations that wait. Each page is measured as it is looked at again, its pure parts remembered, and "cold": with that memory
emptied before every call, which is dearer than any call in use.
The number of queries is counted for the whole request, session and log-in included, and may not grow with the data.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benches._pages import client_of, in_own_process, page_against_bare
from benches._scene import build_community, plan_posts
from tools.benches import Figure, ceiling, figure

MODULE = "benches.screens"
GOAL_RATIO = 8.0
MOST_QUERIES = 12
SIZES = (1_000, 100_000)
POSTS = 200
CALENDAR_RATIO = 12.0
CALENDAR_QUERIES = 15
CALENDAR_BYTES = 60_000
# What the first look after a restart may take: three times the look again.
COLD_RATIO = 24.0
CALENDAR_COLD_RATIO = 24.0
SCREENS = {"today": "web:today", "inbox": "inbox:index", "conversation": "inbox:conversation"}


def run(long: bool) -> Iterator[Figure]:
    """Milliseconds and queries of each screen at each size."""
    runs = 200 if long else 40
    found = {size: in_own_process(MODULE, size, runs, 0) for size in SIZES}
    for screen in SCREENS:
        for size in SIZES:
            one = found[size][screen]
            yield figure("screens", f"{screen}_{size}_messages", one["ours"], one["bare"], GOAL_RATIO, "ms", runs)
            yield figure(
                "screens", f"{screen}_{size}_messages_cold", one["cold"], one["bare_beside"], COLD_RATIO, "ms", runs
            )
            yield ceiling("screens", f"{screen}_{size}_messages_queries", one["queries"], MOST_QUERIES, "queries", 1)
        few, many = (found[size][screen]["queries"] for size in SIZES)
        yield figure("screens", f"{screen}_queries_stay", many, few, 1.0, "queries", 1)
    one = in_own_process(MODULE, SIZES[0], runs, POSTS)["calendar"]
    yield figure("screens", f"calendar_{POSTS}_posts", one["ours"], one["bare"], CALENDAR_RATIO, "ms", runs)
    yield figure(
        "screens", f"calendar_{POSTS}_posts_cold", one["cold"], one["bare_beside"], CALENDAR_COLD_RATIO, "ms", runs
    )
    yield ceiling("screens", f"calendar_{POSTS}_posts_queries", one["queries"], CALENDAR_QUERIES, "queries", 1)
    yield ceiling("screens", f"calendar_{POSTS}_posts_compressed", one["compressed"], CALENDAR_BYTES, "bytes", 1)


def _measured(folder: Path, size: int, runs: int, posts: int) -> dict[str, dict[str, float]]:
    from django.urls import reverse

    person = build_community(folder, size)
    client = client_of(person)
    if posts:
        plan_posts(person, posts)
        return {"calendar": page_against_bare(client, reverse("editorial:index", args=[person.workspace.slug]), runs)}
    urgent = _most_urgent(person)
    addresses = {
        screen: reverse(name, args=[person.workspace.slug, *([urgent] if screen == "conversation" else [])])
        for screen, name in SCREENS.items()
    }
    return {screen: page_against_bare(client, address, runs) for screen, address in addresses.items()}


def _most_urgent(person: Any) -> object:
    from django.utils import timezone

    from allmende.inbox.queries import rows_due

    return rows_due(person.workspace, timezone.now(), 1).rows[0].public_id


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measured(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
