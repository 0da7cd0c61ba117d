"""The networks of the kill drill, each one entry in `NETWORKS`: how it is started, what a worker must know, who judges.

A new network adds a line: a function from a folder to a `Ground`. Everything else of the drill is the same for all.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import open_network
from tests.networks.bluesky.ground import started as bluesky_started
from tests.networks.mastodon.ground import started


@dataclass(frozen=True)
class Ground:
    """A running network with an account of ours.

    `kind`, `settings` and `secret` are what `connect_account` takes. `neighbour`: host and port that workers may reach
    on this machine, "" if the connector finds them by itself. `appeared`: the text of every message that the public
    has ever seen, in order, once per appearance: the only judge of what was lost or doubled. `hang`: accept, then say
    nothing for so many seconds; `heal`: answer properly again.
    """

    kind: str
    settings: Mapping[str, Any]
    secret: str
    appeared: Callable[[], list[str]]
    hang: Callable[[float], None]
    heal: Callable[[], None]
    end: Callable[[], None]
    neighbour: str = field(default="")


def sandbox(folder: Path, mode: str) -> Ground:
    """The practice network in one of its characters."""
    network = open_network(str(folder / "sandbox.sqlite3"))
    face = Face(network)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return Ground(
        "sandbox",
        {"file": str(network.store.path), "mode": mode, "place": "social"},
        network.enrol("redaktion", "Redaktion", is_ours=True),
        appeared=lambda: [line["text"] for line in network.public_log() if line["verb"] == "appeared"],
        hang=lambda seconds: face.faults.plant("send", "silence_after", wait=seconds),
        heal=face.faults.clear,
        end=face.end,
    )


def mastodon(folder: Path, character: str) -> Ground:
    """Mastodon, whose keys are remembered only when the work is done, or a kin of it without keys."""
    ground = started(folder, character)
    return Ground(
        "mastodon",
        ground.settings,
        ground.token,
        appeared=ground.network.appeared,
        hang=lambda seconds: ground.network.plant("send", "silence_after", wait=seconds),
        heal=ground.network.clear,
        end=ground.end,
        neighbour=ground.face.url.removeprefix("http://"),
    )


def bluesky(folder: Path) -> Ground:
    """Bluesky, whose record keys we choose: a repetition is answered 500."""
    ground = bluesky_started(folder)
    return Ground(
        "bluesky",
        {"server": ground.face.url, "did": ground.us.did, "handle": ground.us.handle},
        ground.session().reveal(),
        appeared=lambda: [line["text"] for line in ground.network.public_log()],
        hang=lambda seconds: ground.face.faults.plant("send", "silence_after", wait=seconds),
        heal=ground.face.faults.clear,
        end=ground.end,
        neighbour=ground.face.url.removeprefix("http://"),
    )


NETWORKS: dict[str, Callable[[Path], Ground]] = {
    "bluesky": bluesky,
    "mastodon": partial(mastodon, character="mastodon"),
    "mastodon-kin": partial(mastodon, character="slashed"),
    "sandbox-key": partial(sandbox, mode="key"),
    "sandbox-chosen-id": partial(sandbox, mode="chosen_id"),
    "sandbox-list": partial(sandbox, mode="list"),
}
