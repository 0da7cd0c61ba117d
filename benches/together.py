"""Twelve definitions counted at one go, against the same one by one, SQL for DuckDB and pandas written by hand: same rows, seconds of
the processor, peak memory. With `--long` over 10 million interactions, and three of them over 100 million.

Seconds of the processor are those of all threads. pandas has but one, so that by the clock of a quiet machine we would look up to twice as
good against it as here; but what is asked is who works less, and other work on the machine must not decide it. pandas reads the same
files, of them the nine columns it needs, once for all twelve, and of one alone those that one needs; nothing is prepared for
either side.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from allmende.ledger.engine import bare
from allmende.ledger.files import Ledger
from allmende.ledger.measure import PeriodRow, measure
from allmende.ledger.together import Asked, measure_together
from benches._twelve import TWELVE, ByMonth, Case, Moment, read_all
from benches.interactions import AS_OF, write_interactions
from tools.benches import Figure, ceiling, figure

ZONE = "Europe/Berlin"
# What is measured, against what, and how many times as much it may be.
TIMES = (("by_hand", 1.2), ("one_by_one", 0.8), ("pandas", 0.5))
GOAL_MB, GOAL_PANDAS_MB = 1000, 0.6
GOAL_TENFOLD, GOAL_TENFOLD_MB = 14, 2000


def run(long: bool) -> Iterator[Figure]:
    """Seconds and MB of the twelve. `long`: 10 million interactions and seven runs, then 100 million, else 500,000 and three."""
    rows, runs = (10_000_000, 7) if long else (500_000, 3)
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
        _apart("write", folder, rows)
        seconds = _apart("compare", folder, runs)
        ours = seconds["together"]
        for name, goal in TIMES:
            yield figure("together", f"twelve_{rows}_against_{name}", ours, seconds[name], goal, "s", runs)
        worst = max(seconds["each"], key=lambda one: one[1] / one[2])
        yield figure("together", f"slowest_{rows}_against_pandas_{worst[0]}", worst[1], worst[2], 1.0, "s", runs)
        memory = {side: _apart("memory", folder, side)["peak_mb"] for side in ("together", "pandas")}
        yield ceiling("together", f"twelve_{rows}_memory", memory["together"], GOAL_MB, "MB", 1)
        yield figure(
            "together",
            f"twelve_{rows}_memory_against_pandas",
            memory["together"],
            memory["pandas"],
            GOAL_PANDAS_MB,
            "MB",
            1,
        )
        if long:
            yield from _tenfold(Path(folder), rows)


def _tenfold(folder: Path, rows: int) -> Iterator[Figure]:
    """Three definitions over ten times as many interactions, one run after a warm-up."""
    few = _apart("three", folder)
    _apart("write", folder / "tenfold", rows * 10)
    many = _apart("three", folder / "tenfold")
    yield figure("together", f"three_{rows * 10}_against_{rows}", many["seconds"], few["seconds"], GOAL_TENFOLD, "s", 1)
    yield ceiling("together", f"three_{rows * 10}_memory", many["peak_mb"], GOAL_TENFOLD_MB, "MB", 1)


def _apart(*words: object) -> dict[str, Any]:
    """Runs one part of this bench in a process of its own, so that its peak memory is its own; its progress is seen."""
    command = [sys.executable, "-m", "benches.together", *map(str, words)]
    place = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, cwd=place, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _together(root: Path) -> dict[str, ByMonth]:
    found = measure_together(
        root, "bench", [Asked(one.definition, ("month",)) for one in TWELVE], as_of=AS_OF, zone=ZONE
    )
    return {definition.key: _told(kinds["month"]) for definition, kinds in found.items()}


def _alone(root: Path, case: Case) -> ByMonth:
    return _told(measure(root, "bench", case.definition, as_of=AS_OF, period="month", zone=ZONE))


def _told(rows: list[PeriodRow]) -> ByMonth:
    return {
        row.period_start.strftime("%Y-%m"): (
            row.complete, row.censored, row.left_out, row.successes, row.people, row.times, *_beyond(row),
        )
        for row in rows
    }  # fmt: skip


def _beyond(row: PeriodRow) -> tuple[int | None, ...]:
    """What only this form says."""
    if row.form == "F3":
        return (row.exposure_seconds,)
    if row.form == "F4":
        return tuple(None if one is None else one // timedelta(microseconds=1) for one in (row.median, row.p90))
    if row.form == "F5":
        return row.again, row.again_of
    return (row.factor,) if row.form == "F6" else ()


def _by_hand(root: Path, case: Case) -> ByMonth:
    ledger = Ledger(root)
    values = {"paths": [str(path) for path in ledger.paths("bench")], "as_of": AS_OF, "zone": ZONE}
    if "$begins_at" in case.sql:
        values["begins_at"] = ledger.begins_at("bench")
    with bare() as engine:
        found = engine.execute(case.sql, values).fetchall()
    return {
        month.strftime("%Y-%m"): tuple(None if one is None else int(one) for one in counts) for month, *counts in found
    }


def _in_pandas(root: Path, *cases: Case) -> dict[str, ByMonth]:
    ledger = Ledger(root)
    begins_at = ledger.begins_at("bench")
    assert begins_at is not None
    columns = {name for one in cases for name in one.columns}
    rows = read_all([str(path) for path in ledger.paths("bench")], AS_OF, columns)
    moment = Moment(AS_OF, begins_at, ZONE)
    return {one.definition.key: one.in_pandas(rows, one.definition.window, moment) for one in cases}


def _compared(root: Path, runs: int) -> dict[str, Any]:
    """Seconds of the processor of each way, in turns; the first of each is held against the others and warms up."""
    told = _together(root)
    ways = [_in_pandas(root, *TWELVE)]
    ways += [{one.definition.key: way(root, one) for one in TWELVE} for way in (_alone, _by_hand)]
    for way in ways:
        for key, counts in way.items():
            if counts != told[key]:
                month = next(one for one in {**told[key], **counts} if told[key].get(one) != counts.get(one))
                ours, theirs = told[key].get(month), counts.get(month)
                raise SystemExit(f"{key}: the ways to count differ: {month} {ours} against {theirs}.")
    rounds = [_round(root, f"{number} of {runs}") for number in range(1, runs + 1)]
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    each = [(key, middle[f"alone {key}"], middle[f"pandas {key}"]) for key in told]
    return {
        "together": middle["together"],
        "pandas": middle["pandas"],
        "one_by_one": sum(one for _, one, _ in each),
        "by_hand": sum(middle[f"by hand {key}"] for key in told),
        "each": each,
    }


def _round(root: Path, number: str) -> dict[str, float]:
    print(f"together: round {number}", file=sys.stderr, flush=True)
    seconds = {"together": _seconds(lambda: _together(root)), "pandas": _seconds(lambda: _in_pandas(root, *TWELVE))}
    for case in TWELVE:
        key = case.definition.key
        seconds[f"alone {key}"] = _seconds(partial(_alone, root, case))
        seconds[f"by hand {key}"] = _seconds(partial(_by_hand, root, case))
        seconds[f"pandas {key}"] = _seconds(partial(_in_pandas, root, case))
    return seconds


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _three(root: Path) -> dict[str, float]:
    """One definition of each sort, after a warm-up, by the clock."""
    chosen = [TWELVE[0], TWELVE[1], TWELVE[-1]]
    _alone(root, chosen[0])
    begin = time.perf_counter()
    for number, case in enumerate(chosen, start=1):
        print(f"together: {case.definition.key}, {number} of {len(chosen)}", file=sys.stderr, flush=True)
        _alone(root, case)
    return {"seconds": time.perf_counter() - begin, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "linux" else peak / 1024 / 1024


def _part(words: list[str]) -> dict[str, Any]:
    part, root = words[0], Path(words[1])
    if part == "compare":
        return _compared(root, int(words[2]))
    if part == "three":
        return dict(_three(root))
    if part == "write":
        write_interactions(root, "bench", int(words[2]))
    elif words[2] == "together":
        _together(root)
    else:
        _in_pandas(root, *TWELVE)
    return {"peak_mb": _peak_mb()}


if __name__ == "__main__":
    json.dump(_part(sys.argv[1:]), sys.stdout)
