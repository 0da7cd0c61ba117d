"""A running repository with a discussion from before we came."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.github.connector import GitHub
from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from tests.networks.github.repository import MIA, NAME, REPOSITORY, US, Repository
from tests.networks.loopback import Face, serve
from tests.networks.patience import PATIENT

TOKEN = "github_pat_right_token_of_the_house"


@dataclass
class Ground:
    """`town` is the repository, `old` a discussion that was there before the log-in."""

    town: Repository
    face: Face
    old: str
    limits: Limits = PATIENT

    @property
    def server(self) -> str:
        return f"{self.face.url}/graphql"

    @property
    def client(self) -> Client:
        return Client(limits=self.limits).beside("127.0.0.1", self.face.port)

    def connector(self, token: str = TOKEN, **settings: Any) -> GitHub:
        """Looks at the repository at every call, unless told otherwise."""
        usual = {
            "server": self.server, "network": "github.com", "user_id": US, "handle": "haus", "repository": NAME,
            "repository_id": REPOSITORY, "category_id": "DIC_2", "category": "General", "url": f"https://github.com/{NAME}/discussions",
            "is_private": False, "can_moderate": True, "pace_seconds": 0,
            "since": datetime.fromtimestamp(self.town.now() - 3600, UTC).isoformat(),
        }  # fmt: skip
        return GitHub(usual | settings, Secret(token), self.client)

    def say(self, text: str, above: str = "", root: str = "") -> str:
        """A member's comment below the old discussion, or where it is said; its id."""
        return self.town.comment(MIA, root or self.old, text, above)

    def end(self) -> None:
        self.face.end()


def started() -> Ground:
    """A repository served until `end`."""
    town = Repository()
    return Ground(town, serve(town), town.open(US, "Altes", "Alter Beitrag", at=town.now() - 7200))
