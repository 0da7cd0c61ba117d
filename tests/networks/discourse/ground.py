"""A running forum with two accounts: ours, and a member who asks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.discourse.connector import Discourse
from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from tests.networks.discourse.face import Board
from tests.networks.discourse.forum import CLOSED_CATEGORY, User
from tests.networks.loopback import Face, serve
from tests.networks.patience import PATIENT


@dataclass
class Ground:
    """`haus` is our account, `mia` a member."""

    forum: Board
    face: Face
    haus: User
    mia: User
    key: str
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        """A client that may reach this forum."""
        return Client(limits=self.limits).beside("127.0.0.1", self.face.port)

    @property
    def settings(self) -> dict[str, Any]:
        """As a log-in makes them."""
        return {
            "server": self.face.url, "network": "forum.example", "account_id": str(self.haus.id), "handle": "haus",
            "url": f"{self.face.url}/u/haus", "is_moderator": self.haus.is_moderator, "category": 5,
            "closed": [CLOSED_CATEGORY], "since": (datetime.now(UTC) - timedelta(days=90)).isoformat(),
        }  # fmt: skip

    def connector(self, key: str | None = None, **settings: Any) -> Discourse:
        return Discourse(self.settings | settings, Secret(self.key if key is None else key), self.client)

    def end(self) -> None:
        self.face.end()


def started(mode: str = "moderator") -> Ground:
    """A forum served until `end`; we are a moderator of it or an ordinary member."""
    forum = Board(windowed=mode == "member")
    haus, mia = forum.enrol("haus", "Unser Haus", is_moderator=mode == "moderator"), forum.enrol("mia", "Mia Muster")
    return Ground(forum, serve(forum), haus, mia, forum.key_for(haus))
