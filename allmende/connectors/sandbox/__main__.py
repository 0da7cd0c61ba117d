"""`python -m allmende.connectors.sandbox --file F [--port N] [--people] [--pace P]`: the network until it is ended."""

import argparse
import signal
import sys
import threading
from datetime import UTC, datetime

from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import open_network
from allmende.connectors.sandbox.people import People

STEP_SECONDS = 0.5


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
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    print(f"The sandbox network stands at {face.url}", flush=True)
    if options.people:
        _live(People(network, pace=options.pace), ending)
    ending.wait()
    face.end()
    return 0


def _live(people: People, ending: threading.Event) -> None:
    while not ending.wait(STEP_SECONDS):
        people.live(now=datetime.now(UTC))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m allmende.connectors.sandbox", description=__doc__)
    parser.add_argument("--file", required=True, help="the SQLite file of the network")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--people", action="store_true", help="simulated members answer")
    parser.add_argument("--pace", type=float, default=1.0, help="0.1 lets members answer ten times as fast")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
