"""A running fake for a test: our account and a stranger's, connectors with short limits, and words said by hand."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from allmende.connectors.bluesky.connector import Bluesky
from allmende.connectors.bluesky.login import Session
from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from tests.networks.bluesky.face import Face
from tests.networks.bluesky.network import POST, Network, Person, _stamp
from tests.networks.patience import PATIENT


@dataclass
class Ground:
    """`skipped` moves the network's clock."""

    network: Network
    face: Face
    us: Person
    mia: Person
    skipped: timedelta
    limits: Limits = PATIENT

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skipped

    def client(self) -> Client:
        return Client(limits=self.limits).beside("127.0.0.1", self.face.server_address[1])

    def session(self) -> Secret:
        told = self.network.session(self.us)
        return Session(told["did"], told["accessJwt"], told["refreshJwt"]).sealed()

    def connector(self, secret: Secret | None = None, **settings: Any) -> Bluesky:
        """Looks at threads again at every call, unless told otherwise."""
        usual = {
            "server": self.face.url, "did": self.us.did, "handle": self.us.handle, "revisit_seconds": 0,
            "film_server": self.face.url,
        }  # fmt: skip
        connector = Bluesky(usual | settings, secret or self.session(), self.client())
        connector.film_poll_seconds = 0.02
        return connector

    def say(self, text: str, *, by: Person | None = None, to: str = "", mention: bool = False, **more: Any) -> str:
        """A post by Mia, or by whom it is said; its address. `mention`: the first word means us."""
        value: dict[str, Any] = {"$type": POST, "text": text, "createdAt": _stamp(self.now())} | more
        if to:
            value["reply"] = {"root": self._root(to), "parent": self._strong(to)}
        if mention:
            index = {"byteStart": 0, "byteEnd": len(text.split(maxsplit=1)[0].encode())}
            value["facets"] = [
                {"index": index, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": self.us.did}]}
            ]
        return str(self.network.create((by or self.mia).did, POST, value)["uri"])

    def do(self, collection: str, subject: Any, by: Person | None = None) -> str:
        """A like, repost or follow by Mia."""
        value = {"$type": collection, "subject": subject, "createdAt": _stamp(self.now())}
        return str(self.network.create((by or self.mia).did, collection, value)["uri"])

    def like(self, uri: str) -> str:
        return self.do("app.bsky.feed.like", self._strong(uri))

    def repost(self, uri: str) -> str:
        return self.do("app.bsky.feed.repost", self._strong(uri))

    def _strong(self, uri: str) -> dict[str, str]:
        row = self.network.record(uri)
        assert row
        return {"uri": uri, "cid": row["cid"]}

    def _root(self, uri: str) -> dict[str, str]:
        import json

        row = self.network.record(uri)
        assert row
        reply = json.loads(row["value"]).get("reply")
        return dict(reply["root"]) if reply else self._strong(uri)

    def end(self) -> None:
        self.face.end()


def started(folder: Path, lag: timedelta = timedelta()) -> Ground:
    """A fresh network with `haus.test` (us) and `mia.test`."""
    network = Network(folder / "bluesky.sqlite3", lag=lag)
    face = Face(network)
    us, mia = network.join("haus.test", "Unser Haus"), network.join("mia.test", "Mia Muster")
    ground = Ground(network, face, us, mia, timedelta())
    network.clock = ground.now
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return ground
