"""What `./test` runs, in order: each step with its name, how long it took and what came of it.

`./test quick` needs nothing but the environment; `./test` adds PostgreSQL, Chromium, drills and the front end's build; `--real` adds
every server of the list; `--long` the long drills. The exit status is 0 only if every step passed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from tools import mail_server, postgres
from tools.bluesky_network import running as bluesky_network
from tools.debian import CannotInstall, need_programs
from tools.environment import ROOT
from tools.matrix_server import running as matrix_server
from tools.spark_cluster import running as spark_cluster
from tools.wordpress_site import running as wordpress_site

PYTHON = sys.executable
# The contracts let these know no database: they say the same on every one.
_WITHOUT_DATABASE = ("connectors", "domain", "ledger", "paper", "triage")
# They wait for leases more than they work: two at a time take half as long.
_DRILLS = ("tests/drills", "-n2", "--dist=worksteal")
# The first failure is shown whole, later ones by their end.
TAIL_CHARACTERS, TAIL_LINES = 60_000, 25
# What is asked for in `./test` and in `./test --long`: (kills, API cases, random sequences of the ledger, every crossing).
USUAL, LONG = ("20", "500", "30", ""), ("200", "10000", "1000", "1")


@dataclass(frozen=True)
class Step:
    """One check: a command, what it needs around it, why it is left out (empty: it is not), and whether it may run beside another."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    around: Callable[[], AbstractContextManager[Mapping[str, str]]] = nullcontext  # type: ignore[assignment]
    left_out: str = ""
    uses_one_core: bool = False


@dataclass(frozen=True)
class RealServer:
    """A server of the list: the program that shows it can be started, how to install it, and how it is started.

    A server with a `start` of its own is installed by it, which takes time and space: only `--real` does that.
    """

    name: str
    program: str
    remedy: str
    start: Callable[[], AbstractContextManager[Mapping[str, str]]] | None = None


REAL_SERVERS = (
    RealServer(
        "Bluesky network",
        "",
        "it is installed by the step itself, about 600 MB and three minutes the first time",
        bluesky_network.proven,
    ),
    RealServer(
        "Matrix (Synapse)",
        "",
        "it is installed by the step itself, about 200 MB and two minutes the first time",
        matrix_server.proven,
    ),
    RealServer(
        "WordPress",
        "php",
        f"apt-get install -y --no-install-recommends {' '.join(wordpress_site.PACKAGES)}",
        wordpress_site.proven,
    ),
    RealServer(
        "Mail (Postfix, Dovecot)",
        "",
        "it is installed by the step itself: apt-get install postfix dovecot-imapd dovecot-lmtpd",
        mail_server.proven,
    ),
    RealServer(
        "Spark",
        "",
        "it is installed by the step itself, about 500 MB and three minutes the first time; Java 17 by apt",
        spark_cluster.running,
    ),
)


@dataclass(frozen=True)
class Result:
    """What came of a step."""

    step: Step
    seconds: float
    status: int


def tool(name: str, *arguments: str) -> list[str]:
    """A program of the environment, started so that a checkout in a path with spaces does no harm."""
    return [str(Path(PYTHON).parent / name), *arguments]


def pytest_step(name: str, *arguments: str, **more: object) -> Step:
    """A step that runs pytest; left out, saying so, where there is nothing of the kind yet."""
    folders = [argument for argument in arguments if argument.startswith("tests/")]
    missing = not any(list((ROOT / folder).rglob("test_*.py")) for folder in folders or ["tests"])
    return Step(name, tool("pytest", *arguments), left_out="there are none yet" if missing else "", **more)  # type: ignore[arg-type]


def quick_steps() -> list[Step]:
    """Format, lint, types, contracts, house tests, suite on SQLite: under two minutes."""
    return [
        Step(
            "format",
            tool("ruff", "format", "--check", "--quiet", "--output-format", "concise", "."),
            uses_one_core=True,
        ),
        Step("lint", tool("ruff", "check", "--quiet", "--output-format", "concise", "."), uses_one_core=True),
        Step("types", tool("mypy"), uses_one_core=True),
        Step("contracts", tool("lint-imports", "--no-logo"), uses_one_core=True),
        Step("templates", tool("djlint", "allmende", "--lint", "--quiet"), uses_one_core=True),
        pytest_step("house", "tests/house", "-n2"),
        pytest_step("suite on SQLite", *_suite(), "-m", "not thorough"),
    ]


def full_steps(kills: str, cases: str, sequences: str, long: str) -> list[Step]:
    """What `./test` adds to quick."""
    counts = {
        "ALLMENDE_KILLS": kills,
        "ALLMENDE_API_CASES": cases,
        "ALLMENDE_SEQUENCES": sequences,
        "ALLMENDE_LONG": long,
    }
    return [
        pytest_step("thorough tests on SQLite", *_suite(), "-m", "thorough", environment=counts),
        pytest_step("suite on PostgreSQL", *_suite(*_WITHOUT_DATABASE), environment=counts, around=postgres.running),
        pytest_step(f"drills on SQLite ({kills} kills)", *_DRILLS, environment=counts),
        pytest_step(f"drills on PostgreSQL ({kills} kills)", *_DRILLS, environment=counts, around=postgres.running),
        pytest_step("journeys and axe in Chromium", "tests/journeys", "-n2", "--dist=loadfile", environment=counts),
        pytest_step(f"API on SQLite ({cases} cases)", "tests/api/cases", environment=counts),
        pytest_step("API on PostgreSQL (100 cases)", "tests/api/cases", around=postgres.running),
        Step("front end equals its build", [PYTHON, "-m", "tools.frontend"], left_out=_without_node()),
    ]


def real_steps(insists: bool) -> list[Step]:
    """Connectors and the ledger against real servers; each that is missing is printed, and fails when insisted on."""
    return [_real_step(server, insists) for server in REAL_SERVERS]


def _real_step(server: RealServer, insists: bool) -> Step:
    name = f"real: {server.name}"
    tests = sorted((ROOT / "tests").glob(f"*/real/test_{server.name.split()[0].lower()}*.py"))
    if server.start and tests:
        left_out = "" if insists else f"`./test --real` starts it; {server.remedy}"
        return Step(name, tool("pytest", *map(str, tests)), around=server.start, left_out=left_out)
    missing = "" if shutil.which(server.program) else f"{server.program} is missing. Install: {server.remedy}"
    reason = missing or ("" if tests else "there is no test against it yet")
    command = tool("pytest", *map(str, tests)) if not reason else [PYTHON, "-c", f"import sys; sys.exit({reason!r})"]
    return Step(name, command, left_out="" if insists else reason)


def run(steps: Sequence[Step]) -> list[Result]:
    """Run all steps; prints a line for each, and the whole output of the first that fails."""
    results: list[Result] = []
    for step, done in _done(steps):
        if done is None:
            print(f"  left out  {step.name}: {step.left_out}", flush=True)
            continue
        result, output = done
        results.append(result)
        print(
            f"  {'FAILED  ' if result.status else 'ok      '}  {step.name}  {result.seconds:.1f} s{_note(output, result.status)}",
            flush=True,
        )
        if result.status:
            is_first = not any(one.status for one in results[:-1])
            shown = output[-TAIL_CHARACTERS:] if is_first else "\n".join(output.splitlines()[-TAIL_LINES:])
            print(f"{'-' * 80}\n{shown.rstrip()}\n{'-' * 80}", flush=True)
    return results


def _done(steps: Sequence[Step]) -> Iterator[tuple[Step, tuple[Result, str] | None]]:
    """Each step in its order with what came of it, or None where it is left out; two that use one core each at a time."""
    for uses_one_core, some in groupby(steps, key=lambda step: step.uses_one_core):
        if not uses_one_core:
            yield from ((step, _timed(step)) for step in some)
            continue
        together = list(some)
        with ThreadPoolExecutor(max_workers=2) as hands:
            yield from zip(together, hands.map(_timed, together), strict=True)


def _timed(step: Step) -> tuple[Result, str] | None:
    if step.left_out:
        return None
    begun = time.monotonic()
    status, output = _run_one(step)
    return Result(step, time.monotonic() - begun, status), output


def main() -> int:
    """Run what was asked for; 0 if everything passed."""
    wishes = _wishes()
    counts = LONG if wishes.long else USUAL
    steps = quick_steps()
    if wishes.extent != "quick":
        try:
            need_programs()
        except CannotInstall as problem:
            print(f"Not tested. {problem}", file=sys.stderr)
            return 4
        steps += full_steps(*counts) + real_steps(insists=wishes.real)
    begun = time.monotonic()
    results = run(steps)
    failed = [result.step.name for result in results if result.status]
    summary = f"{len(results) - len(failed)} of {len(results)} steps passed in {time.monotonic() - begun:.0f} s"
    print(f"{summary}. Failed: {', '.join(failed)}." if failed else f"{summary}.")
    return 1 if failed else 0


def _suite(*without: str) -> list[str]:
    apart = ("house", "journeys", "drills", "api/cases", "connectors/real", "ledger/real", *without)
    return ["tests", "-n2", "--dist=worksteal", *(f"--ignore=tests/{folder}" for folder in apart)]


def _without_node() -> str:
    if not (ROOT / "frontend" / "package.json").exists():
        return "there is no front end to build yet"
    return (
        "" if shutil.which("npm") else "node and npm are missing; only developers of the front end need them (Node 20)"
    )


def _run_one(step: Step) -> tuple[int, str]:
    try:
        with step.around() as more:
            environment = {**os.environ, "PYTHONPATH": str(ROOT), **step.environment, **(more or {})}
            done = subprocess.run(
                step.command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
    except (CannotInstall, postgres.CannotStart) as problem:
        return 1, str(problem)
    # pytest answers 5 when every test was left out.
    return (0 if done.returncode == 5 else done.returncode), done.stdout


def _note(output: str, status: int) -> str:
    last = output.strip().splitlines()[-1:] or [""]
    return f"  ({last[0].strip('= ')})" if status == 0 and "passed" in last[0] else ""


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./test", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "extent",
        nargs="?",
        choices=["quick", "all"],
        default="all",
        help="quick: under two minutes, nothing to install",
    )
    parser.add_argument("--real", action="store_true", help="insist on every real server")
    parser.add_argument(
        "--long", action="store_true", help=f"{LONG[0]} kills, {LONG[1]} API cases, {LONG[2]} sequences"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
