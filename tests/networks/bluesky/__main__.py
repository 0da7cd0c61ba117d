"""`python -m tests.networks.bluesky FILE [PORT]`: the fake network until it is ended."""

import signal
import sys
import threading

from tests.networks.bluesky.face import Face
from tests.networks.bluesky.network import Network


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    face = Face(Network(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    ending = threading.Event()
    for ended in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ended, lambda *_: ending.set())
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    print(face.url, flush=True)
    ending.wait()
    face.end()


if __name__ == "__main__":
    main()
