"""A running site with a feed, and who listens to it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.feed.connector import Feed
from allmende.connectors.http import Client, Limits
from tests.networks.feed.face import Face, serve
from tests.networks.feed.network import Network
from tests.networks.patience import PATIENT


@dataclass
class Ground:
    """The connector visits at each call, unless told otherwise."""

    network: Network
    face: Face
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        """A client that may reach this site."""
        parts = urlsplit(self.face.url)
        return Client(limits=self.limits).beside(parts.hostname or "", parts.port or 0)

    def connector(self, **settings: Any) -> Feed:
        return Feed({"url": f"{self.face.url}/feed", "poll_seconds": 0} | settings, None, self.client)

    def end(self) -> None:
        self.face.end()


def started(shape: str = "rss", **more: Any) -> Ground:
    """A site, served until `end`."""
    network = Network(shape, **more)
    return Ground(network, serve(network))
