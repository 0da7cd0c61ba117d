"""A running fake: our bot is an administrator of an open group, and of a channel with its discussion group."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from allmende.connectors.telegram.connector import Telegram
from allmende.connectors.telegram.login import log_in
from tests.networks.patience import PATIENT
from tests.networks.telegram.face import Face, serve
from tests.networks.telegram.network import Bot, Network

TOKEN = "47110815:AAHausbot-Schluessel_0123456789abcdef"
GROUP, CHANNEL, DISCUSSION, ALONE = -1001, -1002, -1003, 77


@dataclass
class Ground:
    """`mia` is a member; ALONE is her private chat with the bot."""

    network: Network
    face: Face
    bot: Bot
    mia: dict[str, Any]
    limits: Limits = PATIENT

    @property
    def client(self) -> Client:
        """A client that may reach this server."""
        parts = urlsplit(self.face.url)
        return Client(limits=self.limits).beside(parts.hostname or "", parts.port or 0)

    def answers(self, chat: str = "@nachbarhof", **others: str) -> dict[str, str]:
        return {"token": TOKEN, "chat": chat, "server": self.face.url} | others

    def connector(self, token: str = TOKEN, chat: str = "@nachbarhof", **settings: Any) -> Telegram:
        """As a log-in makes one."""
        granted = log_in(self.answers(chat), self.client)
        return Telegram({**granted.settings, "pause_seconds": 0.1, **settings}, Secret(token), self.client)

    def say(self, text: str, answers: int = 0, *, chat: int = GROUP, **more: Any) -> int:
        """Mia's words; their number."""
        return int(self.network.say(chat, self.mia, text, answers, **more)["message_id"])

    def end(self) -> None:
        self.face.end()


def started() -> Ground:
    """A network served until `end`."""
    network = Network()
    bot = network.make_bot(TOKEN, "Unser Haus")
    network.make_chat(GROUP, "supergroup", "Hof", "nachbarhof")
    network.make_chat(CHANNEL, "channel", "Unser Haus", "unser_haus", linked=DISCUSSION)
    network.make_chat(DISCUSSION, "supergroup", "Gespräche", linked=CHANNEL)
    network.chats[ALONE] = {"id": ALONE, "type": "private", "first_name": "Mia", "username": "mia"}
    for chat, rights in ((GROUP, {}), (CHANNEL, {"can_post_messages": True}), (DISCUSSION, {})):
        network.seat(chat, bot.user["id"], "administrator", can_delete_messages=True, **rights)
    return Ground(network, serve(network), bot, network.person(77, "Mia"))
