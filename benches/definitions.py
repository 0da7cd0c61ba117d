"""Two shipped definitions against SQL written by hand for DuckDB, over the same Parquet files: same rows, time, peak memory.

The SQL is the fastest of the forms tried: in DuckDB 1.5 a CTE used twice is materialised and spills at 10 million rows, and a
calendar of months beats `date_trunc` in a zone.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from allmende.ledger.definition import Definition
from allmende.ledger.files import Ledger
from allmende.ledger.measure import measure
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN
from benches._windows import in_microseconds
from benches.interactions import AS_OF, write_interactions

ZONE = "Europe/Berlin"
GOAL_RATIO = 1.3
GOAL_MB = 1000

FIRST_ANSWER_SQL = """
WITH months AS MATERIALIZED (
    SELECT month, month AT TIME ZONE $zone AS begins, (month + INTERVAL 1 MONTH) AT TIME ZONE $zone AS ends
    FROM generate_series(TIMESTAMP '2022-12-01', TIMESTAMP '2026-01-01', INTERVAL 1 MONTH) calendar(month)
), seen AS NOT MATERIALIZED (
    SELECT * FROM read_parquet($paths) WHERE deleted_at IS NULL AND occurred_at <= $as_of
), roots AS NOT MATERIALIZED (
    SELECT thread_id, actor, occurred_at AS asked_at FROM seen
    WHERE is_root AND act = 'asked' AND actor_class = 'member'
), firsts AS (
    SELECT any_value(asked_at) AS asked_at, min(position) AS any_first,
           min(position) FILTER (WHERE actor_class = 'member') AS member_first, arg_min(seen.actor, position) AS helper
    FROM seen JOIN roots USING (thread_id)
    WHERE act = 'answered' AND actor_class <> 'bot' AND seen.actor IS DISTINCT FROM roots.actor
      AND occurred_at > asked_at AND occurred_at < asked_at + INTERVAL 24 HOUR
      AND asked_at <= $as_of - INTERVAL 24 HOUR
    GROUP BY thread_id
), totals AS (
    SELECT month,
           count(*) FILTER (WHERE asked_at <= $as_of - INTERVAL 24 HOUR) AS complete,
           count(*) FILTER (WHERE asked_at > $as_of - INTERVAL 24 HOUR) AS censored
    FROM roots JOIN months ON asked_at >= begins AND asked_at < ends GROUP BY 1
), done AS (
    SELECT month, count(*) AS successes,
           count(DISTINCT helper) AS people, count(*) AS times
    FROM firsts JOIN months ON asked_at >= begins AND asked_at < ends
    WHERE any_first = member_first GROUP BY 1
)
SELECT month, complete, censored, 0, coalesce(successes, 0), coalesce(people, 0), coalesce(times, 0)
FROM totals LEFT JOIN done USING (month) ORDER BY month
"""

NEWCOMERS_SQL = """
WITH seen AS NOT MATERIALIZED (
    SELECT * FROM read_parquet($paths)
    WHERE deleted_at IS NULL AND occurred_at <= $as_of AND kind = 'message'
), firsts AS (
    SELECT actor, min(occurred_at) AS first_at, min(position) AS first_position,
           min(position) FILTER (WHERE actor_class = 'member') AS member_position
    FROM seen WHERE actor IS NOT NULL GROUP BY actor
), newcomers AS (
    SELECT actor, first_at FROM firsts WHERE first_position = member_position
), again AS (
    SELECT any_value(first_at) AS first_at, count(*) AS times
    FROM seen JOIN newcomers USING (actor)
    WHERE actor_class NOT IN ('staff', 'bot') AND occurred_at > first_at AND occurred_at < first_at + INTERVAL 30 DAY
      AND first_at <= $as_of - INTERVAL 30 DAY AND first_at >= $begins_at + INTERVAL 30 DAY
    GROUP BY actor
), totals AS (
    SELECT date_trunc('month', first_at AT TIME ZONE $zone) AS month,
           count(*) FILTER (WHERE first_at <= $as_of - INTERVAL 30 DAY AND first_at >= $begins_at + INTERVAL 30 DAY) AS complete,
           count(*) FILTER (WHERE first_at > $as_of - INTERVAL 30 DAY AND first_at >= $begins_at + INTERVAL 30 DAY) AS censored,
           count(*) FILTER (WHERE first_at < $begins_at + INTERVAL 30 DAY) AS left_out
    FROM newcomers GROUP BY 1
), done AS (
    SELECT date_trunc('month', first_at AT TIME ZONE $zone) AS month, count(*) AS successes, sum(times) AS times
    FROM again GROUP BY 1
)
SELECT month, complete, censored, left_out, coalesce(successes, 0), coalesce(successes, 0), coalesce(times, 0)
FROM totals LEFT JOIN done USING (month) ORDER BY month
"""

CASES: dict[str, tuple[Definition, str]] = {
    "first_answer": (FIRST_ANSWER_BY_MEMBER, in_microseconds(FIRST_ANSWER_SQL)),
    "newcomers": (NEWCOMER_CONTRIBUTES_AGAIN, in_microseconds(NEWCOMERS_SQL)),
}


def run(long: bool) -> Iterator[dict[str, Any]]:
    """One line per definition for time (seconds) and one for memory (MB). `long`: 10 million interactions, else 4 million."""
    rows, runs = (10_000_000, 5) if long else (4_000_000, 5)
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
        _apart("write", folder, str(rows))
        for case in CASES:
            yield _time_line(case, folder, rows, runs)
            yield _memory_line(case, folder, rows)


def _time_line(case: str, folder: str, rows: int, runs: int) -> dict[str, Any]:
    found = _apart("time", folder, case, str(runs))
    ours, baseline = median(found["ours"]), median(found["baseline"])
    ratio = ours / baseline
    return _line(f"{case}_{rows}", ours, baseline, ratio, GOAL_RATIO, ratio <= GOAL_RATIO, "s", runs)


def _memory_line(case: str, folder: str, rows: int) -> dict[str, Any]:
    ours, baseline = _apart("ours", folder, case)["peak_mb"], _apart("baseline", folder, case)["peak_mb"]
    return _line(f"{case}_{rows}_memory", ours, baseline, ours / baseline, GOAL_MB, ours <= GOAL_MB, "MB", 1)


def _line(
    case: str, value: float, baseline: float, ratio: float, goal: float, is_met: bool, unit: str, runs: int
) -> dict[str, Any]:
    figures = {
        "value": round(value, 3),
        "baseline": round(baseline, 3),
        "ratio": round(ratio, 3),
        "goal": goal,
    }
    return {"bench": "definitions", "case": case, **figures, "ok": is_met, "unit": unit, "runs": runs}


def _apart(*words: str) -> dict[str, Any]:
    """Runs one part of this bench in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, "-m", "benches.definitions", *words]
    place = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, cwd=place, check=True, capture_output=True, text=True, timeout=1800)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _ours(root: Path, case: str) -> list[tuple[Any, ...]]:
    found = measure(root, "bench", CASES[case][0], as_of=AS_OF, period="month", zone=ZONE)
    return [
        (row.period_start, row.complete, row.censored, row.left_out, row.successes, row.people, row.times)
        for row in found
    ]


def _baseline(root: Path, case: str) -> list[tuple[Any, ...]]:
    import duckdb

    ledger = Ledger(root)
    with (
        tempfile.TemporaryDirectory() as spill,
        duckdb.connect(config={"memory_limit": "512MB", "threads": 2, "temp_directory": spill}) as engine,
    ):
        engine.execute("SET TimeZone = 'UTC'")
        values: dict[str, Any] = {
            "paths": [str(path) for path in ledger.paths("bench")],
            "as_of": AS_OF,
            "zone": ZONE,
        }
        if "$begins_at" in CASES[case][1]:
            values["begins_at"] = ledger.begins_at("bench")
        found = engine.execute(CASES[case][1], values).fetchall()
    return [(row[0].replace(tzinfo=ZoneInfo(ZONE)), *row[1:]) for row in found]


def _times(root: Path, case: str, runs: int) -> dict[str, list[float]]:
    """Seconds of each side, in turns after one warm-up each; the rows must be equal."""
    sides: dict[str, Callable[[Path, str], list[tuple[Any, ...]]]] = {"baseline": _baseline, "ours": _ours}
    rows = {name: side(root, case) for name, side in sides.items()}
    if rows["baseline"] != rows["ours"]:
        raise SystemExit(f"{case}: the two ways to count differ.")
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, side in sides.items():
            begin = time.perf_counter()
            side(root, case)
            seconds[name].append(time.perf_counter() - begin)
    return seconds


def _peak_mb() -> float:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if os.uname().sysname == "Linux" else peak / 1024 / 1024


def _part(words: list[str]) -> dict[str, Any]:
    part, root = words[0], Path(words[1])
    if part == "write":
        write_interactions(root, "bench", int(words[2]))
        return {"peak_mb": _peak_mb()}
    if part == "time":
        return dict(_times(root, words[2], int(words[3])))
    {"ours": _ours, "baseline": _baseline}[part](root, words[2])
    return {"peak_mb": _peak_mb()}


if __name__ == "__main__":
    json.dump(_part(sys.argv[1:]), sys.stdout)
