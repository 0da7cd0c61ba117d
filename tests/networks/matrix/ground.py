"""A running fake with our account and a member, both in one open room."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.http import Client, Limits
from allmende.connectors.matrix.connector import Matrix
from allmende.connectors.matrix.login import settings_of
from allmende.connectors.matrix.session import Session
from allmende.connectors.secret import Secret
from tests.networks.matrix.face import Face, serve
from tests.networks.matrix.network import Network
from tests.networks.patience import PATIENT


@dataclass
class Ground:
    """`haus` is our account and the moderator of `room`, `mia` a member."""

    network: Network
    face: Face
    haus: str
    mia: str
    room: str
    token: str
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        """A client that may reach this server."""
        parts = urlsplit(self.face.url)
        return Client(limits=self.limits).beside(parts.hostname or "", parts.port or 0)

    @property
    def settings(self) -> dict[str, Any]:
        """As a log-in makes them."""
        room = {"id": self.room, "name": "Hof", "alias": "#hof:haus.test", "visibility": "public", "can_remove": True}
        return settings_of(self.face.url, self.haus, "DEVICE", [room])

    def connector(self, token: str | None = None, **settings: Any) -> Matrix:
        secret = Session(self.token).sealed() if token is None else Secret(token)
        return Matrix(self.settings | settings, secret, self.client)

    def say(self, text: str, parent: str = "", *, by: str = "", room: str = "", thread: str = "", **more: Any) -> str:
        """A member's words; the event's id. `parent`: answered; `thread`: said in the thread of this event."""
        related: dict[str, Any] = {"m.in_reply_to": {"event_id": parent}} if parent else {}
        if thread:
            related |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": not parent}
        content = {"msgtype": "m.text", "body": text, **more} | ({"m.relates_to": related} if related else {})
        return self.network.say(room or self.room, by or self.mia, content)

    def do(self, kind: str, content: dict[str, Any], by: str = "") -> str:
        """Any other event by a member."""
        return self.network.say(self.room, by or self.mia, content, kind=kind)

    def react(self, event_id: str, key: str = "👍", by: str = "") -> str:
        related = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return self.do("m.reaction", {"m.relates_to": related}, by)

    def edit(self, event_id: str, text: str, by: str = "") -> str:
        new = {"msgtype": "m.text", "body": text}
        content = {"msgtype": "m.text", "body": f"* {text}", "m.new_content": new}
        return self.do(
            "m.room.message", content | {"m.relates_to": {"rel_type": "m.replace", "event_id": event_id}}, by
        )

    def id(self, event_id: str) -> str:
        """The native id of an event of our room."""
        return f"{self.room}/{event_id}"

    def end(self) -> None:
        self.face.end()


def started() -> Ground:
    """A network served until `end`."""
    network = Network()
    haus, mia = network.enrol("haus", "Unser Haus"), network.enrol("mia", "Mia Muster")
    room = network.make_room("hof", haus, (mia,))
    return Ground(network, serve(network), haus, mia, room, network.log_in(haus)["access_token"])
