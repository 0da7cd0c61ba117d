"""A running fake with our account, a member who answers, and a post from before we came."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.http import Client, Limits
from allmende.connectors.x.connector import X
from allmende.connectors.x.login import SCOPES, Way
from allmende.connectors.x.session import Session
from tests.networks.loopback import Face, serve
from tests.networks.patience import PATIENT
from tests.networks.x.network import MIA, PEOPLE, US, Network


@dataclass
class Ground:
    """`old` is a post that was there before the log-in."""

    town: Network
    face: Face
    old: str
    limits: Limits = PATIENT

    @property
    def way(self) -> Way:
        return Way(f"{self.face.url}/2", f"{self.face.url}/i/oauth2/authorize")

    @property
    def client(self) -> Client:
        return Client(limits=self.limits).beside("127.0.0.1", self.face.port)

    def connector(self, token: str = "right-token", scopes: str = SCOPES, **settings: Any) -> X:
        """Looks at the account at every call, unless told otherwise."""
        usual = {
            "server": f"{self.face.url}/2", "network": "x.com", "user_id": US, "handle": PEOPLE[US][0], "url": "https://x.com/haus_am_see",
            "pace_seconds": 0, "since": datetime.fromtimestamp(self.town.now() - 3600, UTC).isoformat(),
        }  # fmt: skip
        return X(usual | settings, Session(token, scopes=scopes).sealed(), self.client)

    def say(self, text: str, answered: str = "", user: str = MIA) -> str:
        """A member's post or answer."""
        return self.town.say(user, text, answered)

    def end(self) -> None:
        self.face.end()


def started() -> Ground:
    """A network served until `end`."""
    town = Network()
    return Ground(town, serve(town), town.say(US, "Alter Beitrag", at=town.now() - 7200))
