"""A running fake with our account and a member who asks."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.code_flow import Way
from allmende.connectors.http import Client, Limits
from allmende.connectors.reddit.connector import Reddit
from allmende.connectors.reddit.login import WAY
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import Session
from tests.networks.loopback import Face, serve
from tests.networks.patience import PATIENT
from tests.networks.reddit.face import Site
from tests.networks.reddit.network import HANDLE, SUBREDDIT


@dataclass
class Ground:
    """`mia` asks, `jan` is somebody else; both by their handles."""

    network: Site
    face: Face
    token: str
    limits: Limits = PATIENT

    @property
    def way(self) -> Way:
        url = f"{self.face.url}/api/v1"
        return replace(WAY, dialog=f"{url}/authorize", exchange=f"{url}/access_token")

    @property
    def client(self) -> Client:
        return Client(limits=self.limits).beside("127.0.0.1", self.face.port)

    def connector(self, token: str | None = None, **settings: Any) -> Reddit:
        """Looks at the subreddit at every call, unless told otherwise."""
        since = datetime.fromtimestamp(self.network.now() - 3600, UTC).isoformat()
        usual = {
            "place": self.face.url, "exchange": f"{self.face.url}/api/v1/access_token", "account_id": "t2_h1", "handle": HANDLE,
            "subreddit": SUBREDDIT, "is_moderator": HANDLE in self.network.moderators, "pace_seconds": 0, "since": since,
        }  # fmt: skip
        return Reddit(usual | settings, self.secret(token), self.client)

    def secret(self, token: str | None = None) -> Secret:
        return Session(self.token if token is None else token).sealed()

    def end(self) -> None:
        self.face.end()


def started(mode: str = "moderator") -> Ground:
    """A network served until `end`; we are a moderator of the subreddit or an ordinary member."""
    network = Site(moderators={HANDLE, "mod"} if mode == "moderator" else {"mod"})
    return Ground(network, serve(network), network.grant(WAY.scopes))
