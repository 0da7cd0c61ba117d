"""A running fake with two accounts: ours, and a member who answers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.http import Client, Limits
from allmende.connectors.mastodon.connector import Mastodon
from allmende.connectors.mastodon.login import settings_of
from allmende.connectors.secret import Secret
from tests.networks.mastodon.face import Face, serve
from tests.networks.mastodon.network import Network, Words
from tests.networks.mastodon.shapes import Shapes
from tests.networks.patience import PATIENT


@dataclass
class Ground:
    """`haus` is our account, `mia` a member; times are the machine's, moved by `skipped` seconds."""

    network: Network
    face: Face
    haus: str
    mia: str
    token: str
    skipped: float = 0.0
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        """A client that may reach this server."""
        parts = urlsplit(self.face.url)
        return Client(limits=self.limits).beside(parts.hostname or "", parts.port or 0)

    @property
    def settings(self) -> dict[str, Any]:
        """As a log-in makes them."""
        shapes = Shapes(self.network, self.face.url)
        version = 2 if shapes.character == "mastodon" else 1
        return settings_of(self.face.url, shapes.instance(version), shapes.account(self.haus))

    def connector(self, token: str | None = None, **settings: Any) -> Mastodon:
        connector = Mastodon(self.settings | settings, Secret(self.token if token is None else token), self.client)
        connector.poll_seconds = connector.film_poll_seconds = 0.05
        return connector

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.network.clock(), UTC)

    def say(self, text: str, parent: str = "", *, by: str = "", **more: Any) -> str:
        """A member's words; the status's id."""
        return self.network.say(by or self.mia, Words(text, parent, **more))

    def end(self) -> None:
        self.face.end()


def started(folder: Path, character: str = "mastodon") -> Ground:
    """A network in this folder, served until `end`."""
    network = Network(folder / "mastodon.sqlite3")
    network.set_fact("character", character)
    haus, mia = network.enrol("haus", "Unser Haus"), network.enrol("mia", "Mia Muster")
    return Ground(network, serve(network), haus, mia, network.token_for(haus)["access_token"])
