"""Keeps web, worker and practice network alive. Does not load Django: it stays small and outlives every mistake of theirs."""

import ctypes
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from allmende.config import terminal
from allmende.config.paths import data_folder

HOST = "127.0.0.1"
SHORTEST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
FAREWELL_SECONDS = 15.0
START_SECONDS = 120.0
DEATHS_BEFORE_READY = 5
METRICS = "metrics"
LOG_BYTES = 10_000_000
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Wishes:
    """What `allmende up` was asked for."""

    port: int = 8000
    has_demo: bool = True
    language: str = "de"
    ends_when_ready: bool = False
    webs: int = 1
    workers: int = 1


@dataclass
class Child:
    """One process under watch, and how often it died in a row. `is_once`: it ends by itself when its work is done."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    deaths_in_row: int = 0
    is_once: bool = False
    is_done: bool = False


@dataclass
class Household:
    """The children and the wish to end; times come from a monotonic clock handed in."""

    children: list[Child]
    environment: dict[str, str]
    clock: Callable[[], float] = time.monotonic
    wake: tuple[int, int] = field(default_factory=os.pipe)
    is_ending: bool = False

    def tend(self) -> None:
        """Start what is due, notice what died; call it a few times a second."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child)
            if child.process is None and not (self.is_ending or child.is_done) and self.clock() >= child.start_after:
                self._start(child)

    def end(self) -> None:
        """End all children: ask, wait, then insist."""
        self.is_ending = True
        living = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in living:
            _signal_group(process, signal.SIGTERM)
        deadline = self.clock() + FAREWELL_SECONDS
        for process in living:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - self.clock()))
            _signal_group(process, signal.SIGKILL)
            process.wait()

    def ask_to_end(self, *_: object) -> None:
        """For signal handlers: remember the wish and wake the sleeper."""
        self.is_ending = True
        with suppress(OSError):
            os.write(self.wake[1], b".")

    def rest(self, seconds: float) -> None:
        """Sleep, but not through a signal."""
        select.select([self.wake[0]], [], [], seconds)

    def _start(self, child: Child) -> None:
        with _opened_log(child.log) as log:
            child.process = subprocess.Popen(
                child.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
                preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - this process has one thread
            )
        child.started_at = self.clock()

    def _bury(self, child: Child) -> None:
        assert child.process is not None  # noqa: S101 - for the type checker; `tend` has just looked
        # Its own children may have outlived it, and would keep its port.
        _signal_group(child.process, signal.SIGKILL)
        if child.is_once and child.process.returncode == 0:
            child.process, child.is_done = None, True
            return
        lived = self.clock() - child.started_at
        child.deaths_in_row = 1 if lived > STEADY_SECONDS else child.deaths_in_row + 1
        pause = pause_after(child.deaths_in_row)
        if not self.is_ending:
            status = child.process.returncode
            terminal.complain(
                f"{child.name} ended by itself (status {status}); starting it again in {pause:g} s. See {child.log}"
            )
        child.process, child.start_after = None, self.clock() + pause


def pause_after(deaths_in_row: int) -> float:
    """Seconds until a child that died is started again: 0.5 s, doubled with each death in a row, 30 s at most."""
    return float(min(SHORTEST_PAUSE_SECONDS * 2 ** (deaths_in_row - 1), LONGEST_PAUSE_SECONDS))


def supervise(wishes: Wishes) -> int:
    """Prepare, start everything, say when it is ready, and watch until told to stop. Returns the exit status."""
    data = data_folder()
    with alone(data):
        _need_port(wishes.port)
        environment = _environment(data, wishes.port)
        entrance = _prepare(wishes, environment)
        children = _children(data, wishes)
        if entrance["is_demo_loading"]:
            children.append(_rest_of_demo(data))
        household = Household(children, environment)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, household.ask_to_end)
        try:
            if _wait_until_ready(household, wishes.port):
                _welcome(wishes.port, entrance, data)
                if not wishes.ends_when_ready:
                    _watch(household)
        finally:
            household.end()
    return terminal.DONE


def is_ready(port: int) -> bool:
    """Whether `/ready` on this port answers 200."""
    try:
        with socket.create_connection((HOST, port), timeout=5) as line:
            line.sendall(f"GET /ready HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
            return line.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def alone(data: Path) -> IO[str]:
    """Hold the data folder against another supervisor. Raises terminal.Locked."""
    turn = open(data / "supervisor.lock", "w")  # noqa: SIM115 - held open as long as the supervisor lives
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        turn.close()
        raise terminal.Locked(
            f"Not started: Allmende already runs on {data}. Nothing was changed. Use the running one, end it,"
            " or choose another folder with --data."
        ) from None
    return turn


def _need_port(port: int) -> None:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, port))
        except (OSError, OverflowError):
            raise terminal.Ended(
                f"Not started: port {port} on {HOST} is taken or not allowed. Nothing was changed."
                f" Choose another one: ./run --port {port + 1 if 0 < port < 65535 else 8001}"
            ) from None


def _environment(data: Path, port: int) -> dict[str, str]:
    return {
        "ALLMENDE_ORIGIN": f"http://{HOST}:{port}",
        **os.environ,
        "ALLMENDE_DATA": str(data),
        "PYTHONUNBUFFERED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(data / METRICS),
    }


def _prepare(wishes: Wishes, environment: dict[str, str]) -> dict[str, str]:
    demo = "--demo" if wishes.has_demo else "--no-demo"
    command = [sys.executable, "-m", "allmende", "prepare", "--json", "--port", str(wishes.port), demo]
    command += ["--language", wishes.language]
    terminal.say("Preparing the data; the first time that takes up to a minute, on a busy machine three.")
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise terminal.Ended("Not started: the data could not be brought up to date; the lines above say why.")
    last: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return last


def _children(data: Path, wishes: Wishes) -> list[Child]:
    python, logs = sys.executable, data / "logs"
    logs.mkdir(exist_ok=True, mode=0o700)
    shutil.rmtree(data / METRICS, ignore_errors=True)
    (data / METRICS).mkdir(mode=0o700)
    web = [
        "granian",
        "--interface",
        "wsgi",
        "--host",
        HOST,
        "--port",
        str(wishes.port),
        "--workers",
        str(wishes.webs),
        "--blocking-threads",
        "4",
    ]
    practice = ["allmende.connectors.sandbox", "--file", str(data / "sandbox.sqlite3"), "--people"]
    return [
        Child("web", [python, "-m", *web, "--no-ws", "allmende.config.wsgi:application"], logs / "web.log"),
        *(Child(name, [python, "-m", "allmende", "work"], logs / f"{name}.log") for name in _workers(wishes.workers)),
        Child("practice network", [python, "-m", *practice], logs / "sandbox.log"),
    ]


def _workers(number: int) -> list[str]:
    return ["worker", *(f"worker-{one}" for one in range(2, number + 1))]


def _rest_of_demo(data: Path) -> Child:
    command = [sys.executable, "-m", "allmende", "demo", "finish"]
    return Child("demo", command, data / "logs" / "demo.log", is_once=True)


def _wait_until_ready(household: Household, port: int) -> bool:
    deadline = household.clock() + START_SECONDS
    while not household.is_ending:
        household.tend()
        if is_ready(port):
            return True
        failing = next((child for child in household.children if child.deaths_in_row >= DEATHS_BEFORE_READY), None)
        if failing or household.clock() > deadline:
            raise terminal.Ended(_why_not(failing, household.children))
        household.rest(0.1)
    return False


def _why_not(failing: Child | None, children: Sequence[Child]) -> str:
    if failing:
        end = failing.log.read_text(errors="replace")[-2000:].strip()
        return f"Not started: {failing.name} ended {failing.deaths_in_row} times. Everything was ended again. Its last lines:\n{end}"
    logs = ", ".join(str(child.log) for child in children)
    return f"Not started: Allmende did not become ready within {START_SECONDS:.0f} s. Everything was ended again. See {logs}"


def _welcome(port: int, entrance: dict[str, str], data: Path) -> None:
    origin = f"http://{HOST}:{port}"
    terminal.say(f"Allmende is ready at {origin}")
    terminal.answer(
        {"ready": origin, "link": entrance["link"], "data": data},
        f"Log in once with this link (good for a day): {entrance['link']}\nYour data lies in {data}. End with Ctrl-C.",
    )


def _watch(household: Household) -> None:
    while not household.is_ending:
        household.tend()
        household.rest(0.5)


def _opened_log(log: Path) -> IO[bytes]:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return open(log, "ab")


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _die_with_parent(parent: int) -> Callable[[], None]:
    """On Linux: a child gets SIGTERM when the supervisor dies, however it dies. Loaded before the fork, not after it."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return arrange
