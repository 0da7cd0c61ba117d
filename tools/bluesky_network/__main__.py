"""`python -m tools.bluesky_network start` keeps a network until Ctrl-C; `say`, `reply` and `like` act as its other member."""

import argparse
import json
import secrets
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from allmende.connectors.bluesky.connector import Bluesky
from allmende.connectors.bluesky.door import Door
from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Ref
from tools.bluesky_network.install import folder
from tools.bluesky_network.running import Network, Person, running
from tools.debian import CannotInstall
from tools.postgres import CannotStart

PORT = 2583


def main() -> int:
    """Do what was asked for; 4 with a sentence if it cannot."""
    wishes = _wishes()
    try:
        return _keep(wishes.port) if wishes.verb == "start" else _act(wishes.port, wishes.verb, " ".join(wishes.words))
    except (CannotInstall, CannotStart) as problem:
        print(f"Not started. {problem}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Not started. It was interrupted; nothing is left running.", file=sys.stderr)
    except ConnectorError as problem:
        print(f"Not done. The network said: {problem}", file=sys.stderr)
    return 4


def _keep(port: int) -> int:
    ending = threading.Event()
    with running(port) as network:
        for ended in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ended, lambda *_: ending.set())
        note = _note(port)
        note.write_text(json.dumps(asdict(network)))
        print(_welcome(network), flush=True)
        ending.wait()
        note.unlink(missing_ok=True)
    print("The network has ended; everything said there is gone.")
    return 0


def _welcome(network: Network) -> str:
    lines = [f"The Bluesky network stands at {network.server}", ""]
    lines += [f"  {one.handle:10}  app password {one.app_password}  ({one.name})" for one in network.people]
    neighbour = urlsplit(network.server).netloc
    return "\n".join(
        [*lines, "", f"Start Allmende with ALLMENDE_NEIGHBOURS={neighbour}", "Ctrl-C ends the network and forgets it."]
    )


def _note(port: int) -> Path:
    """Where the network of this port leaves word for `say`, `reply` and `like`."""
    return folder() / f"running-{port}.json"


def _act(port: int, verb: str, words: str) -> int:
    """As the second account: say something, or answer or like the newest post of the first."""
    try:
        told = json.loads(_note(port).read_text())
    except (OSError, ValueError):
        print("Not done. No network runs; start it with: python -m tools.bluesky_network start", file=sys.stderr)
        return 4
    us, member = (Person(**one) for one in told["people"][:2])
    address = urlsplit(told["server"])
    client = Client(neighbours=frozenset({(str(address.hostname), int(address.port or 80))}))
    granted = Bluesky.log_in(
        {"handle": member.handle, "app_password": member.app_password, "server": told["server"]}, client
    )
    speaker = Bluesky(granted.settings, granted.secret, client)
    door = Door(client, told["server"], json.loads(granted.secret.reveal())["accessJwt"])
    if verb == "say":
        print(speaker.send(Draft(words), secrets.token_hex(8)).ref.native_id)
        return 0
    newest = _newest(door, us)
    if newest is None:
        print(f"Not done. {us.handle} has not said anything yet.", file=sys.stderr)
        return 4
    if verb == "reply":
        print(speaker.send(Draft(words, reply_to=Ref(newest["uri"])), secrets.token_hex(8)).ref.native_id)
    else:
        subject = {"uri": newest["uri"], "cid": newest["cid"]}
        record = {"$type": "app.bsky.feed.like", "subject": subject, "createdAt": newest["indexedAt"]}
        said = {"repo": member.did, "collection": "app.bsky.feed.like", "record": record}
        print(door.speak("com.atproto.repo.createRecord", said).json()["uri"])
    return 0


def _newest(door: Door, person: Person) -> dict[str, str] | None:
    feed = door.read("app.bsky.feed.getAuthorFeed", {"actor": person.did, "filter": "posts_no_replies"}).json()["feed"]
    return feed[0]["post"] if feed else None


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bluesky_network", description=__doc__)
    parser.add_argument("verb", choices=["start", "say", "reply", "like"])
    parser.add_argument("words", nargs="*", help="what the other member says")
    parser.add_argument("--port", type=int, default=PORT, help=f"of the network's server (usually {PORT})")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
