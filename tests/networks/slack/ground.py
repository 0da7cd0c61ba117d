"""A running workspace with our bot in three of its conversations."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from allmende.connectors.slack.connector import Slack
from allmende.connectors.slack.session import Session
from tests.networks.loopback import Face, serve
from tests.networks.patience import PATIENT
from tests.networks.slack.gate import APP_TOKEN
from tests.networks.slack.workspace import BOT, HOME, MIA, SCOPES, US, Workspace

TOKEN = "xoxb-1-right-token"


@dataclass
class Ground:
    """`town` is the workspace."""

    town: Workspace
    face: Face
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        beside = frozenset({("127.0.0.1", self.face.port), ("127.0.0.1", self.town.gate.port)})
        return Client(limits=self.limits, neighbours=beside)

    def connector(self, token: str = TOKEN, **settings: Any) -> Slack:
        """Looks at the workspace at every call, unless told otherwise."""
        usual = {
            "server": self.face.url, "network": "haus.slack.com", "url": "https://haus.slack.com/", "user_id": US, "bot_id": BOT,
            "handle": "haus", "channel": {"id": HOME, "name": "allgemein"}, "pace_seconds": 0, "scopes": SCOPES.split(","),
            "since": (datetime.now(UTC) - timedelta(days=90)).isoformat(),
        }  # fmt: skip
        return Slack(usual | settings, Secret(token), self.client)

    def socket(self, app_token: str = APP_TOKEN) -> Slack:
        """With an application's token besides."""
        one = self.connector(has_app_token=True)
        return Slack(one.settings, Session(TOKEN, app_token).sealed(), one.client)

    def say(self, text: str, channel: str = HOME, thread: str = "", **more: Any) -> str:
        """A member's message; its id."""
        return f"{channel}/{self.town.say(channel, MIA, text, thread, **more)['ts']}"

    def end(self) -> None:
        self.face.end()
        self.town.gate.end()


def started() -> Ground:
    """A workspace served until `end`."""
    town = Workspace()
    return Ground(town, serve(town))
