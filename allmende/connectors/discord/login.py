"""Let in by the token of a bot that was added to one server (topics/oauth2, Bot Users)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.discord.door import Door
from allmende.connectors.discord.names import number
from allmende.connectors.discord.read import FORUMS, TEXTS
from allmende.connectors.errors import Refused
from allmende.connectors.fields import number_of, text_of
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.secret import Secret

LOGIN = Login(
    "password",
    (
        Question("token", is_secret=True),
        Question("channels", "https://discord.com/channels/123456789012345678/234567890123456789"),
    ),
    permissions=(
        "View Channels",
        "Send Messages",
        "Send Messages in Threads",
        "Read Message History",
        "Attach Files",
    ),
)
HISTORY = timedelta(days=90)
MOST_CHANNELS = 20
_ADDRESS = re.compile(r"(?:https://(?:\w+\.)?discord(?:app)?\.com/channels/\d{15,20}/)?(\d{15,20})(?:/\d{15,20})?/?")
# topics/permissions: administrator, manage messages, manage threads. resources/application: may read what is said.
_ADMINISTRATOR, _MESSAGES, _THREADS = 1 << 3, 1 << 13, 1 << 34
_HEARS = 1 << 18 | 1 << 19


def log_in(answers: Mapping[str, str], client: Client, server: str = "") -> Granted:
    """What the token opens. LoggedOut, Refused (`detail` names the question), TryLater."""
    token, wanted = answers.get("token", "").strip().removeprefix("Bot "), channels_in(answers.get("channels", ""))
    if not re.fullmatch(r"[\w.-]{20,200}", token, re.ASCII):
        raise Refused("bad_answer", "token")
    secret = Secret(token)
    door = Door(server, secret, client)
    answer = door.read("users/@me")
    with answer.understood():
        us = answer.json()
        settings: dict[str, Any] = {"user_id": number(us["id"]), "handle": str(us["username"])}
    answer = door.read("applications/@me")
    with answer.understood():
        if not number_of(answer.json(), "flags") & _HEARS:
            raise Refused("intent_missing", "token")
    channels = [_channel(door, one) for one in wanted]
    guild = channels[0].pop("guild")
    if any(one.pop("guild", guild) != guild for one in channels[1:]):
        raise Refused("bad_answer", "channels")
    powers = _powers(door, guild)
    settings |= {
        "network": "discord.com",
        "guild": guild,
        "channels": channels,
        "can_remove": bool(powers & (_ADMINISTRATOR | _MESSAGES)),
        "can_manage_threads": bool(powers & (_ADMINISTRATOR | _THREADS)),
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings | ({"server": server} if server else {}), secret)


def channels_in(written: str) -> list[str]:
    """The channels in what a person typed: their addresses or numbers. Refused with detail "channels"."""
    parts = [_ADDRESS.fullmatch(part) for part in re.split(r"[\s,;]+", written.strip())]
    found = list(dict.fromkeys(part[1] for part in parts if part))
    if not all(parts) or not 0 < len(found) <= MOST_CHANNELS:
        raise Refused("bad_answer", "channels")
    return found


def _channel(door: Door, wanted: str) -> dict[str, Any]:
    try:
        answer = door.read(f"channels/{wanted}")
    except Refused as error:
        raise Refused("no_such_channel", "channels") from error
    with answer.understood():
        told = answer.json()
        kind, guild = told["type"], told.get("guild_id")
        if kind not in FORUMS | TEXTS or not guild:
            raise Refused("no_such_channel", "channels")
        return {"id": number(told["id"]), "name": text_of(told, "name")[:100], "type": kind, "guild": number(guild)}


def _powers(door: Door, guild: str) -> int:
    """What our roles let us do in the server; single channels may forbid it still."""
    answer = door.read("users/@me/guilds", {"limit": "200"})
    with answer.understood():
        for one in answer.json():
            if one["id"] == guild:
                return int(one["permissions"])
    return 0
