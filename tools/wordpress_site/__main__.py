"""`python -m tools.wordpress_site`: a WordPress site until Ctrl-C."""

import argparse
import signal
import sys
import threading
from urllib.parse import urlsplit

from tools.debian import CannotInstall
from tools.postgres import CannotStart
from tools.wordpress_site.running import Site, running

PORT = 2584


def main() -> int:
    """Keep the site; 4 with a sentence if it cannot."""
    parser = argparse.ArgumentParser(prog="python -m tools.wordpress_site", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help=f"of the site (usually {PORT})")
    wishes, ending = parser.parse_args(), threading.Event()
    try:
        with running(wishes.port) as site:
            for ended in (signal.SIGTERM, signal.SIGINT):
                signal.signal(ended, lambda *_: ending.set())
            print(_welcome(site), flush=True)
            ending.wait()
    except (CannotInstall, CannotStart) as problem:
        print(f"Not started. {problem}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        print("Not started. It was interrupted; nothing is left running.", file=sys.stderr)
        return 4
    print("The site has ended; everything said there is gone.")
    return 0


def _welcome(site: Site) -> str:
    lines = [f"WordPress stands at {site.address}", ""]
    lines += [
        f"  {one.user:6} application password {one.app_password}  ({one.name}, {one.role})" for one in site.people
    ]
    neighbour = urlsplit(site.address).netloc
    return "\n".join(
        [*lines, "", f"Start Allmende with ALLMENDE_NEIGHBOURS={neighbour}", "Ctrl-C ends the site and forgets it."]
    )


if __name__ == "__main__":
    sys.exit(main())
