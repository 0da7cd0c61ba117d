"""What a page asks the database against bare SQL, and what it takes against a bare view: in milliseconds of all processors at work."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from typing import Any

Statement = tuple[str, Sequence[Any]]
NANO = 1e9


def against_bare(client: Any, address: str, bare: Sequence[Statement], runs: int) -> dict[str, float]:
    """Of the page: time in the database, 95th percentile and queries; and the same of bare SQL and of a bare view of its size.

    Nothing the team has just seen helps: what is remembered of its lists is forgotten before each look.
    """
    from django.db import connection

    page = _asked(client, address)
    bare_address = f"{'/'.join(address.split('/')[:3])}/bare/{page[1]}/"
    statements, door = _asked(client, address)[0], _asked(client, bare_address)[0]
    clock = clock_of(connection)
    database, bare_sql = _turns(lambda: _fetch(statements), lambda: _fetch([*door, *bare]), runs, clock)
    ours, bare_page = _turns(lambda: _look_anew(client, address), lambda: client.get(bare_address), runs, clock)
    return {
        "database": median(database) * 1000,
        "bare_sql": median(bare_sql) * 1000,
        "page": _almost_all(ours) * 1000,
        "bare_page": _almost_all(bare_page) * 1000,
        "queries": len(statements),
    }


def clock_of(connection: Any) -> Callable[[], float]:
    """Seconds of the processor of this process and, where another process holds the database, of that one."""
    if connection.vendor == "sqlite":
        return time.process_time
    spent = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return lambda: time.process_time() + int(spent.read_text().split()[0]) / NANO


def _asked(client: Any, address: str) -> tuple[list[Statement], int]:
    """The statements of a page and its number of bytes."""
    from django.db import connection

    found: list[Statement] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        answer = _look_anew(client, address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return found, len(answer.content)


def _look_anew(client: Any, address: str) -> Any:
    from allmende.inbox.queries import forget_lists

    forget_lists()
    return client.get(address)


def _fetch(statements: Sequence[Statement]) -> None:
    from django.db import connection

    with closing(connection.create_cursor()) as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()


def _turns(
    ours: Callable[[], object], baseline: Callable[[], object], runs: int, clock: Callable[[], float]
) -> tuple[list[float], list[float]]:
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for seconds, work in zip(spent, (ours, baseline), strict=True):
            begun = clock()
            work()
            seconds.append(clock() - begun)
    return spent


def _almost_all(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]
