"""`python -m tests.networks.mastodon FILE [--port N] [--character C] [--account NAME]`: the server until it is ended."""

import argparse
import signal
import sys
import threading

from tests.networks.mastodon.face import serve
from tests.networks.mastodon.network import Network
from tests.networks.mastodon.shapes import VERSIONS


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m tests.networks.mastodon", description=__doc__)
    parser.add_argument("file", help="the SQLite file of the network")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--character", choices=sorted(VERSIONS), default="mastodon", help="whose habits it has")
    parser.add_argument("--account", default="haus", help="an account that lives here")
    options = parser.parse_args()
    network = Network(options.file)
    network.set_fact("character", options.character)
    network.enrol(options.account)
    ending = threading.Event()
    for ended in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ended, lambda *_: ending.set())
    face = serve(network, options.port)
    print(f"A server that speaks Mastodon's API stands at {face.url}", flush=True)
    ending.wait()
    face.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
