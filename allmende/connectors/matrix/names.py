"""Names at Matrix: an event of a room as one native id, people, and what others follow to a room."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

PAGE_OF_ANYBODY = "https://matrix.to/#"
# What the rows upstairs hold of an id.
LONGEST_ID = 255
_MENTION = re.compile(r"(?<![\w@./=-])@[a-z0-9._=/+-]{1,200}:[\w.-]*[\w](?::\d{1,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """An event in its room: the network answers about events by room only."""

    room: str
    event: str

    def __str__(self) -> str:
        return f"{self.room}/{self.event}"


def place_of(native_id: str) -> Place:
    """The place a native id names. ValueError if it names none."""
    room, mark, event = native_id.partition("/$")
    if not mark or not event or not room.startswith("!"):
        raise ValueError("native_id")
    return Place(room, f"${event}")


def id_of(room: str, event: str) -> str:
    """The native id of an event. ValueError where an id is too long to be kept or is none."""
    native_id = str(Place(room, event))
    if len(native_id) > LONGEST_ID or str(place_of(native_id)) != native_id:
        raise ValueError("native_id")
    return native_id


def handle_of(user: str) -> str:
    """@mia:example.org as it is shown behind an @ of our own."""
    return user.removeprefix("@")


def server_of(user: str) -> str:
    """The name of the server an account lives at, "" if its name names none."""
    return user.partition(":")[2]


def mentioned(text: str) -> list[str]:
    """The people named by their whole name in a text, each once, in order."""
    return list(dict.fromkeys(found.rstrip(".-") for found in _MENTION.findall(text)))


def page_of(room: str, event: str = "", via: Iterable[str] = ()) -> str:
    """Where a person follows to a room or one of its events, with whichever program they use."""
    path = "/".join(quote(part, safe="") for part in (room, event) if part)
    query = "&".join(f"via={quote(one, safe='')}" for one in via if one)
    return f"{PAGE_OF_ANYBODY}/{path}{'?' + query if query else ''}"
