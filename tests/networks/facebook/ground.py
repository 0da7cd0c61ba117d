"""A running fake with our page and a visitor."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.facebook.connector import Facebook
from allmende.connectors.graph import Session
from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from tests.networks.facebook.face import SCOPES, PageVisit
from tests.networks.facebook.network import NAME, PAGE, Network
from tests.networks.graph import APP_SECRET, Face
from tests.networks.patience import PATIENT

MIA = ("5550001", "Mia Muster")
US = (PAGE, NAME)


@dataclass
class Ground:
    """`mia` is a visitor. `skipped` seconds move the network's clock."""

    network: Network
    face: Face
    token: str
    limits: Limits = PATIENT

    @property
    def place(self) -> str:
        return f"{self.face.url}/v25.0"

    @property
    def client(self) -> Client:
        parts = urlsplit(self.face.url)
        return Client(limits=self.limits).beside(parts.hostname or "", parts.port or 0)

    def connector(self, token: str | None = None, **settings: Any) -> Facebook:
        """Looks at the page at every call, unless told otherwise."""
        usual = {"place": self.place, "page_id": PAGE, "name": NAME, "pace_seconds": 0}
        return Facebook(usual | settings, self.secret(token), self.client)

    def secret(self, token: str | None = None) -> Secret:
        return Session(self.token if token is None else token, APP_SECRET).sealed()

    def say(self, text: str, parent: str = "", **more: Any) -> str:
        """A visitor's words; the id."""
        return self.network.say(MIA, text, parent, **more)

    def end(self) -> None:
        self.face.end()


def started() -> Ground:
    """A network served until `end`."""
    network = Network()
    return Ground(network, Face(network, PageVisit), network.grant(PAGE, SCOPES))
