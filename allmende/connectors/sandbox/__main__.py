"""`python -m allmende.connectors.sandbox --file F [--port N] [--people] [--pace P]`: the network until it is ended.

Further networks beside it, named `sandbox-*.sqlite3`, are served too once they have a script, and let go when their file
is removed.
"""

import argparse
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import open_network
from allmende.connectors.sandbox.people import People
from allmende.connectors.sandbox.script import script_of

STEP_SECONDS = 0.5
# Scripted members have time.
STEPS_OF_NEIGHBOURS = 4


@dataclass
class _Neighbour:
    file: Path
    inode: int
    face: Face
    people: People


def main() -> int:
    """Serve until SIGTERM or SIGINT; exit status 4 if the port is taken."""
    options = _options()
    network = open_network(options.file)
    try:
        face = Face(network, options.port)
    except OSError:
        print(f"The sandbox network did not start: port {options.port} is taken.", file=sys.stderr)
        return 4
    ending = threading.Event()
    for ended in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ended, lambda *_: ending.set())
    _serve(face)
    print(f"The sandbox network stands at {face.url}", flush=True)
    neighbours: dict[Path, _Neighbour] = {}
    people, step = People(network, pace=options.pace), 0
    while not ending.wait(STEP_SECONDS):
        now = datetime.now(UTC)
        if options.people:
            people.live(now=now)
        if step % STEPS_OF_NEIGHBOURS == 0:
            _look_round(Path(options.file), neighbours, options.pace)
            for neighbour in neighbours.values() if options.people else ():
                neighbour.people.live(now=now)
        step += 1
    for one in (face, *(neighbour.face for neighbour in neighbours.values())):
        one.end()
    return 0


def _look_round(mine: Path, neighbours: dict[Path, _Neighbour], pace: float) -> None:
    """Serve scripted networks that came, let go of those that went (or were made anew)."""
    there = {file: file.stat().st_ino for file in mine.parent.glob("sandbox-*.sqlite3")}
    for file in [file for file, one in neighbours.items() if there.get(file) != one.inode]:
        neighbours.pop(file).face.end()
    for file in there.keys() - neighbours.keys():
        network = open_network(str(file))
        if script_of(network):
            face = Face(network)
            _serve(face)
            neighbours[file] = _Neighbour(file, there[file], face, People(network, pace=pace))


def _serve(face: Face) -> None:
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m allmende.connectors.sandbox", description=__doc__)
    parser.add_argument("--file", required=True, help="the SQLite file of the network")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--people", action="store_true", help="simulated members answer")
    parser.add_argument("--pace", type=float, default=1.0, help="0.1 lets members answer ten times as fast")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
