"""A running fake with our account, a member who comments, and a post from before we came."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.graph import Session
from allmende.connectors.http import Client, Limits
from allmende.connectors.instagram.connector import Instagram
from allmende.connectors.instagram.login import WAY
from allmende.connectors.secret import Secret
from allmende.connectors.sixty_days import Way
from tests.networks.graph import Face
from tests.networks.instagram.face import SCOPES, AccountVisit
from tests.networks.instagram.network import HANDLE, US, Network
from tests.networks.patience import PATIENT

MIA = ("6660001", "mia.muster")


@dataclass
class Ground:
    """`old` is a post that was there before the log-in."""

    network: Network
    face: Face
    token: str
    old: str
    limits: Limits = PATIENT

    @property
    def way(self) -> Way:
        url = self.face.url
        return replace(WAY, host=url, dialog=f"{url}/oauth/authorize", exchange=f"{url}/oauth/access_token")

    @property
    def client(self) -> Client:
        parts = urlsplit(self.face.url)
        return Client(limits=self.limits).beside(parts.hostname or "", parts.port or 0)

    def connector(self, token: str | None = None, **settings: Any) -> Instagram:
        """Looks at the account at every call, unless told otherwise."""
        since = datetime.fromtimestamp(self.network.clock() - 3600, UTC).isoformat()
        usual = {"host": self.face.url, "user_id": US, "handle": HANDLE, "pace_seconds": 0, "since": since}
        connector = Instagram(usual | settings, self.secret(token), self.client)
        connector.poll_seconds = 0.05  # type: ignore[misc]
        return connector

    def secret(self, token: str | None = None) -> Secret:
        return Session(self.token if token is None else token).sealed()

    def say(self, text: str, on: str = "", **more: Any) -> str:
        """A member's comment on the old post, or where it is said."""
        return self.network.comment(MIA, text, on or self.old, **more)

    def end(self) -> None:
        self.face.end()


def started() -> Ground:
    """A network served until `end`."""
    network = Network(needs_proof=False)
    old = network.post("Alter Beitrag", [{"image_url": "https://haus.example/alt.jpg"}], network.clock() - 7200)
    return Ground(network, Face(network, AccountVisit), network.grant(US, SCOPES), old)
