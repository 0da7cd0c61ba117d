"""A running forum with two accounts: ours, and a member who asks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.http import Client, Limits
from allmende.connectors.nodebb.connector import NodeBB
from allmende.connectors.secret import Secret
from tests.networks.loopback import Face, serve
from tests.networks.nodebb.face import Board
from tests.networks.nodebb.forum import User
from tests.networks.patience import PATIENT


@dataclass
class Ground:
    """`haus` is our account, `mia` a member."""

    forum: Board
    face: Face
    haus: User
    mia: User
    token: str
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        """A client that may reach this forum."""
        return Client(limits=self.limits).beside("127.0.0.1", self.face.port)

    @property
    def settings(self) -> dict[str, Any]:
        """As a log-in makes them."""
        return {
            "server": self.face.url, "network": "forum.example", "account_id": str(self.haus.uid), "handle": "haus",
            "slug": "haus", "url": f"{self.face.url}/user/haus", "is_moderator": self.haus.is_moderator, "category": 5,
            "since": (datetime.now(UTC) - timedelta(days=90)).isoformat(),
        }  # fmt: skip

    def connector(self, token: str | None = None, **settings: Any) -> NodeBB:
        return NodeBB(self.settings | settings, Secret(self.token if token is None else token), self.client)

    def end(self) -> None:
        self.face.end()


def started(mode: str = "moderator") -> Ground:
    """A forum served until `end`; we are a moderator of it, or an ordinary member by a token of the whole forum."""
    forum = Board(redirects=mode == "member")
    haus, mia = forum.enrol("haus", "Unser Haus", is_moderator=mode == "moderator"), forum.enrol("mia", "Mia Muster")
    return Ground(forum, serve(forum), haus, mia, forum.token_for(haus if mode == "moderator" else None))
