"""A running fake with our page, one older post on it, and people who comment."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.code_flow import Way
from allmende.connectors.http import Client, Limits
from allmende.connectors.linkedin.connector import LinkedIn
from allmende.connectors.linkedin.login import WAY
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import Session
from tests.networks.linkedin.network import HANDLE, US, Site
from tests.networks.loopback import Face, serve
from tests.networks.patience import PATIENT

OLD = "urn:li:share:1"


@dataclass
class Ground:
    """One page. `OLD` was posted before we came, so only what is said below it is told."""

    network: Site
    face: Face
    token: str
    limits: Limits = PATIENT

    @property
    def way(self) -> Way:
        url = f"{self.face.url}/oauth/v2"
        return replace(WAY, dialog=f"{url}/authorization", exchange=f"{url}/accessToken")

    @property
    def place(self) -> str:
        return f"{self.face.url}/rest"

    @property
    def client(self) -> Client:
        return Client(limits=self.limits).beside("127.0.0.1", self.face.port)

    def connector(self, token: str | None = None, **settings: Any) -> LinkedIn:
        """Looks at the page at every call, unless told otherwise."""
        since = datetime.fromtimestamp(self.network.now() - 3600, UTC).isoformat()
        usual = {
            "place": self.place, "exchange": self.way.exchange, "organization": US, "handle": HANDLE, "pace_seconds": 0, "since": since,
        }  # fmt: skip
        return LinkedIn(usual | settings, self.secret(token), self.client)

    def secret(self, token: str | None = None) -> Secret:
        return Session(self.token if token is None else token).sealed()

    def end(self) -> None:
        self.face.end()


def started() -> Ground:
    """A network served until `end`."""
    network = Site()
    network.say(US, "Willkommen", at=network.now() - 7200, urn=OLD)
    network.appeared.clear()
    return Ground(network, serve(network), network.grant(WAY.scopes))
