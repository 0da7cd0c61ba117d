"""A large inbox: 1,000,000 messages in 200,000 conversations with `--long`, else a tenth, on SQLite and on PostgreSQL.

Every part of the list, every filter, search and an opened conversation. `rows`: the time in the database that the page takes
against the bare SQL that yields the same rows, each fetched by the driver alone; what the door asks (session, user, place) is
asked by a bare view too and stands on both sides. `page`: the 95th percentile against a view that answers as many bytes behind
the same door. Milliseconds of the processor: a busy machine slows both sides alike.

`screens`: which part of one core the web server and the database spend on 200 open screens, each of which asks for its list and
its thread every ten seconds, by the clock. Within a minute each is answered once in full, because minutes are shown.

Filling takes longer than measuring: `--keep FOLDER` fills once, goes on where it was cut off, and measures what is there.
"""

import json
import sys
from collections.abc import Iterator

from benches._bases import bases, kept
from benches._pages import client_of, in_own_process
from tools.benches import Figure, ceiling, figure

MODULE = "benches.inbox"
SIZES = {False: 20_000, True: 200_000}
LONGEST_SECONDS = 5400
RUNS = 40
ROWS_TIMES, PAGE_TIMES = 3.0, 12.0
MOST_QUERIES, MOST_MS = 12, 50.0
# Two whole minutes, for with each everything that stands on a screen is told anew.
SCREENS, WATCHED_SECONDS, MOST_SHARE = 200, 120.0, 0.1


def run(long: bool) -> Iterator[Figure]:
    """Ratios, queries and ceilings of each case, and what open screens cost."""
    for base, around in bases(is_kept=True):
        with around as more:
            found = in_own_process(
                MODULE, SIZES[long], RUNS, seconds=LONGEST_SECONDS, more=more, place=kept(f"files-{base}")
            )
        yield from _figures(base, found)


def _figures(base: str, found: dict[str, dict[str, float]]) -> Iterator[Figure]:
    screens = found.pop("screens")
    for case, one in found.items():
        name = f"{base}_{case}"
        yield figure("inbox", f"{name}_rows", one["database"], one["bare_sql"], ROWS_TIMES, "ms", RUNS)
        yield figure("inbox", f"{name}_page", one["page"], one["bare_page"], PAGE_TIMES, "ms", RUNS)
        yield ceiling("inbox", f"{name}_queries", one["queries"], MOST_QUERIES, "queries", 1)
    yield ceiling("inbox", f"{base}_search_no_hit", found["search_no_hit"]["page"], MOST_MS, "ms", RUNS)
    yield ceiling("inbox", f"{base}_{SCREENS}_screens", screens["share"], MOST_SHARE, "of a core", 1)


def _measured(conversations: int, runs: int) -> dict[str, dict[str, float]]:
    from allmende.config.garbage import keep_loaded
    from benches._asked import against_bare
    from benches._crowded import crowd_inbox
    from benches._parts import parts_of
    from benches._screens import watched

    person = crowd_inbox(conversations)
    screens = watched(person, SCREENS, WATCHED_SECONDS)
    client = client_of(person)
    client.get(f"/w/{person.workspace.slug}/inbox/")
    keep_loaded()  # as a web process does soon after its start
    found = {case: against_bare(client, address, bare, runs) for case, address, bare in parts_of(person)}
    return found | {"screens": screens}


if __name__ == "__main__":
    import django

    from allmende.config.garbage import loading

    with loading():  # as in a web process: else Python looks through all that was loaded in the middle of a page
        django.setup()
    print(json.dumps(_measured(int(sys.argv[2]), int(sys.argv[3]))))
