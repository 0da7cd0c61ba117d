"""What `./bench` runs: every `benches/<name>.py` brings `run(long: bool)`, which yields figures measured against a baseline.

A figure is a mapping `{"bench","case","value","baseline","ratio","goal","ok","unit","runs"}`; `ratio` is value by baseline and
`ok` says whether it keeps the goal. Both sides are measured in the same run, alternating, and their medians compared.
"""

import argparse
import importlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tools.environment import ROOT

FIELDS = ("bench", "case", "value", "baseline", "ratio", "goal", "ok", "unit", "runs")
# What the wishes of the command line are called for the benches and for the processes they start.
KEPT, ONLY_BASE = "ALLMENDE_BENCH_KEPT", "ALLMENDE_BENCH_BASE"
Figure = Mapping[str, object]


def figure(bench: str, case: str, value: float, baseline: float, goal: float, unit: str, runs: int) -> Figure:
    """A figure whose goal is a ratio: value at most `goal` times the baseline."""
    ratio = value / baseline if baseline else float("inf")
    numbers = {"value": round(value, 4), "baseline": round(baseline, 4), "ratio": round(ratio, 2)}
    return {"bench": bench, "case": case, **numbers, "goal": goal, "ok": ratio <= goal, "unit": unit, "runs": runs}


def ceiling(bench: str, case: str, value: float, most: float, unit: str, runs: int) -> Figure:
    """A figure whose goal is a ceiling, such as memory: the baseline is the ceiling, and the ratio may reach 1."""
    return figure(bench, case, value, most, 1.0, unit, runs)


def alternate(
    ours: Callable[[], object],
    baseline: Callable[[], object],
    runs: int,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """Median seconds of both, measured in turns so that a busy machine is busy for both.

    What works in this process alone can be measured by `time.process_time`: the longer of two is interrupted more often.
    """
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for times, work in zip(seconds, (ours, baseline), strict=True):
            begun = clock()
            work()
            times.append(clock() - begun)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def names() -> list[str]:
    """All benches, by their files."""
    return sorted(file.stem for file in Path(ROOT, "benches").glob("*.py") if not file.stem.startswith("_"))


def main() -> int:
    """Run the benches named, or all; 0 if every goal is kept, 1 if one is not, 2 for an unknown name."""
    parser = argparse.ArgumentParser(
        prog="./bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="?", help=f"one of: {', '.join(names())}")
    parser.add_argument("--long", action="store_true", help="full size; the figures in the documents come from here")
    parser.add_argument(
        "--json", action="store_true", help="one JSON line per figure and nothing else on standard output"
    )
    parser.add_argument(
        "--keep",
        metavar="FOLDER",
        help="fill this folder, or what is missing in it, and leave it for the next run (inbox)",
    )
    parser.add_argument("--base", choices=("sqlite", "postgres"), help="only this database")
    wishes = parser.parse_args()
    for name, wish in ((KEPT, wishes.keep and str(Path(wishes.keep).resolve())), (ONLY_BASE, wishes.base)):
        if wish:
            os.environ[name] = wish
    if wishes.name and wishes.name not in names():
        parser.error(f"there is no bench {wishes.name}; there are {', '.join(names()) or 'none yet'}")
    all_kept = True
    for found in _figures([wishes.name] if wishes.name else names(), wishes.long):
        all_kept &= bool(found["ok"])
        print(json.dumps({name: found[name] for name in FIELDS}) if wishes.json else _sentence(found), flush=True)
    return 0 if all_kept else 1


def _figures(chosen: list[str], is_long: bool) -> Iterator[Figure]:
    for name in chosen:
        yield from importlib.import_module(f"benches.{name}").run(is_long)


def _sentence(found: Figure) -> str:
    kept = "kept" if found["ok"] else "MISSED"
    return (
        f"{found['bench']} {found['case']}: {found['value']} {found['unit']} against {found['baseline']},"
        f" ratio {found['ratio']} of {found['goal']} allowed, {found['runs']} runs: {kept}"
    )


if __name__ == "__main__":
    sys.exit(main())
