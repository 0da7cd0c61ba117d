"""A running fake with our editor, a colleague who writes posts, and strangers who comment."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from allmende.connectors.wordpress.connector import WordPress
from allmende.connectors.wordpress.login import RIGHTS
from tests.networks.patience import PATIENT
from tests.networks.wordpress.face import Face, serve
from tests.networks.wordpress.network import AUTHOR, EDITOR, Comment, Network, User
from tests.networks.wordpress.shapes import Shapes


@dataclass
class Ground:
    """`haus` is our user, `ute` a colleague; `page` a page that is no post, below which one can comment as well."""

    network: Network
    face: Face
    haus: User
    ute: User
    page: int
    skipped: float = 0.0
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        """A client that may reach this site."""
        parts = urlsplit(self.face.url)
        return Client(limits=self.limits).beside(parts.hostname or "", parts.port or 0)

    @property
    def settings(self) -> dict[str, Any]:
        """As a log-in makes them, without a horizon."""
        root = Shapes(self.network, self.face.url).root()
        may = [one for one in RIGHTS if one in self.haus.may]
        return {"root": root, "network": urlsplit(root).netloc, "user_id": self.haus.id, "handle": "haus", "may": may, "categories": []}  # fmt: skip

    def connector(self, password: str | None = None, **settings: Any) -> WordPress:
        secret = Secret(f"haus:{self.haus.password if password is None else password}")
        return WordPress(self.settings | settings, secret, self.client)

    def say(self, text: str, *, post: int = 0, parent: int = 0, **more: Any) -> Comment:
        """A stranger's comment, approved unless told otherwise."""
        return self.network.comment(post or self.page, text, parent, **{"status": "approved"} | more)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.network.clock(), UTC)

    def end(self) -> None:
        self.face.end()


def started(mode: str = "editor") -> Ground:
    """A site, served until `end`. Modes: editor, author (no moderator), plain (addresses with ?rest_route=)."""
    network = Network(pretty=mode != "plain", zone=-5.0 if mode == "plain" else 1.0)
    haus = network.enrol("haus", "Unser Haus", AUTHOR if mode == "author" else EDITOR)
    ute = network.enrol("ute", "Ute Ulm", EDITOR)
    page = network.write(ute.id, "Über uns", "<p>Wir.</p>", type="page", at=1_000_000_000.0)
    network.appeared.clear()
    return Ground(network, serve(network), haus, ute, page.id)
