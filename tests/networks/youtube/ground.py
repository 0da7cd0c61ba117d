"""A running fake with our channel and people who comment."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.code_flow import Way
from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import Session
from allmende.connectors.youtube.connector import YouTube
from allmende.connectors.youtube.login import WAY
from tests.networks.loopback import Face, serve
from tests.networks.patience import PATIENT
from tests.networks.youtube.network import HANDLE, US, Site


@dataclass
class Ground:
    """One channel."""

    network: Site
    face: Face
    token: str
    limits: Limits = PATIENT

    @property
    def way(self) -> Way:
        return replace(WAY, dialog=f"{self.face.url}/o/oauth2/v2/auth", exchange=f"{self.face.url}/token")

    @property
    def client(self) -> Client:
        return Client(limits=self.limits).beside("127.0.0.1", self.face.port)

    def connector(self, token: str | None = None, **settings: Any) -> YouTube:
        """Looks at the channel at every call, unless told otherwise."""
        since = datetime.fromtimestamp(self.network.now() - 3600, UTC).isoformat()
        usual = {
            "place": self.face.url, "exchange": f"{self.face.url}/token", "channel_id": US, "handle": HANDLE, "pace_seconds": 0,
            "since": since,
        }  # fmt: skip
        return YouTube(usual | settings, self.secret(token), self.client)

    def secret(self, token: str | None = None) -> Secret:
        return Session(self.token if token is None else token).sealed()

    def end(self) -> None:
        self.face.end()


def started() -> Ground:
    """A network served until `end`."""
    network = Site()
    return Ground(network, serve(network), network.grant(WAY.scopes))
