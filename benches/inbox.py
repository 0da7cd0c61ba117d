"""A large inbox: 1,000,000 messages in 200,000 conversations with `--long`, else a tenth, on SQLite.

Every part of the list, every filter, search and an opened conversation. `rows`: the time in the database that the page takes
against the bare SQL that yields the same rows, each fetched by the driver alone; what the door asks (session, user, place) is
asked by a bare view too and stands on both sides. `page`: the 95th percentile against a view that answers as many bytes behind
the same door. Milliseconds of the processor: a busy machine slows both sides alike.
"""

import json
import sys
from collections.abc import Iterator

from benches._pages import client_of, in_own_process
from tools.benches import Figure, ceiling, figure

MODULE = "benches.inbox"
SIZES = {False: 20_000, True: 200_000}
LONGEST_SECONDS = 5400
ROWS_TIMES, PAGE_TIMES = 3.0, 12.0
MOST_QUERIES, MOST_MS = 12, 50.0


def run(long: bool) -> Iterator[Figure]:
    """Ratios, queries and ceilings of each case."""
    runs = 100 if long else 40
    found = in_own_process(MODULE, SIZES[long], runs, seconds=LONGEST_SECONDS)
    for case, one in found.items():
        yield figure("inbox", f"{case}_rows", one["database"], one["bare_sql"], ROWS_TIMES, "ms", runs)
        yield figure("inbox", f"{case}_page", one["page"], one["bare_page"], PAGE_TIMES, "ms", runs)
        yield ceiling("inbox", f"{case}_queries", one["queries"], MOST_QUERIES, "queries", 1)
    yield ceiling("inbox", "search_no_hit", found["search_no_hit"]["page"], MOST_MS, "ms", runs)


def _measured(conversations: int, runs: int) -> dict[str, dict[str, float]]:
    from benches._asked import against_bare
    from benches._crowded import crowd_inbox
    from benches._parts import parts_of

    person = crowd_inbox(conversations)
    client = client_of(person)
    return {case: against_bare(client, address, bare, runs) for case, address, bare in parts_of(person)}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measured(int(sys.argv[2]), int(sys.argv[3]))))
