"""A running server with our bot in it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.discord.connector import Discord
from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from tests.networks.discord.guild import FORUM, GUILD, MIA, OTHER, TEXT, US, Guild
from tests.networks.loopback import Face, serve
from tests.networks.patience import PATIENT

TOKEN = "right-token-of-the-bot"
CHANNELS = {
    TEXT: {"id": TEXT, "name": "allgemein", "type": 0},
    OTHER: {"id": OTHER, "name": "neues", "type": 5},
    FORUM: {"id": FORUM, "name": "fragen", "type": 15},
}


@dataclass
class Ground:
    """`town` is the server; `channels`: what the bot was let into, the first is where it speaks."""

    town: Guild
    face: Face
    channels: tuple[str, ...]
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        beside = frozenset({("127.0.0.1", self.face.port), ("127.0.0.1", self.town.gate.port)})
        return Client(limits=self.limits, neighbours=beside)

    def connector(self, token: str = TOKEN, **settings: Any) -> Discord:
        """Looks at the server at every call, unless told otherwise."""
        usual = {
            "server": self.face.url, "network": "discord.com", "guild": GUILD, "user_id": US, "handle": "haus", "pace_seconds": 0, "resume_seconds": 0,
            "channels": [CHANNELS[one] for one in self.channels], "can_remove": True, "can_manage_threads": True,
            "since": (datetime.now(UTC) - timedelta(days=90)).isoformat(),
        }  # fmt: skip
        return Discord(usual | settings, Secret(token), self.client)

    def say(self, text: str, channel: str = TEXT, answered: str = "", **more: Any) -> str:
        """A member's message; its id. `answered`: an id."""
        row = self.town.say(channel, MIA, text, answered.rpartition("/")[2], **more)
        return f"{channel}/{row['id']}"

    def end(self) -> None:
        self.face.end()
        self.town.gate.end()


def started(mode: str = "channel") -> Ground:
    """A server served until `end`; we speak in a channel or in a forum of it."""
    town = Guild()
    return Ground(town, serve(town), (FORUM, TEXT) if mode == "forum" else (TEXT, OTHER))
