"""The neutral form between networks: what every connector reads into and writes from.

Frozen values, no behaviour. Times are aware and in UTC; native ids are strings exactly as the network
writes them. Texts may be hostile: whoever shows `Item.html` cleans it first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["message", "gesture"]
Visibility = Literal["public", "members", "direct"]
Severity = Literal["refuse", "warn"]
LeftOut = Literal["", "picture", "card"]
Measure = Literal["hide", "unhide", "remove", "approve", "lock", "unlock"]

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ref:
    """Where something stands at the network."""

    native_id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it, as the network names them. `is_us`: the account this connector is logged in with."""

    native_id: str
    handle: str = ""
    name: str = ""
    is_us: bool = False
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """One picture, film, sound or file. Read: `url`. Written: `content` with its media type and name; of a film `file`, the path
    of what is read while it is sent.

    `width` and `height` in pixels as a viewer sees it, `seconds` how long a film lasts; 0 if unknown. `size` in bytes, where the
    content was not read along.
    """

    media_type: str
    url: str = ""
    alt: str = ""
    name: str = ""
    content: bytes = b""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    size: int = 0
    file: str = ""

    @property
    def is_film(self) -> bool:
        """Whether it moves and is heard: a GIF is a picture."""
        return self.media_type.startswith("video/")

    @property
    def weight(self) -> int:
        """Bytes, whether they were read along or not."""
        return len(self.content) or self.size


@dataclass(frozen=True, slots=True)
class Item:
    """One message or one wordless act, after reading.

    `thread`: native id of the thread's root (the root names itself). `reply_to`: native id of the message
    answered, "" if the network does not say. `target`: native id of a gesture's object. An edit or a deletion
    arrives as the same `ref` again, with `edited_at` or `deleted_at`. `extra` keeps what we do not know,
    bounded.
    """

    ref: Ref
    kind: Kind
    act: str
    author: Author | None
    occurred_at: datetime
    thread: str
    reply_to: str = ""
    target: str = ""
    title: str = ""
    text: str = ""
    html: str = ""
    visibility: Visibility = "public"
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    media: tuple[Media, ...] = ()
    extra: Mapping[str, Any] = made(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Card:
    """What a post shows of the page it links to: the address as it stands in the text, and what the page says of itself."""

    url: str
    title: str
    description: str = ""
    picture: Media | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What we are about to say. Without `reply_to` it opens a thread. `thread`: its root's id, or "". `addressee`: the
    handle of whoever is answered, as far as known: some networks want it written. `card` is shown where the network shows
    cards (`Abilities.cards`) and nothing else is (`media`)."""

    text: str
    title: str = ""
    reply_to: Ref | None = None
    thread: str = ""
    media: tuple[Media, ...] = ()
    visibility: Visibility = "public"
    addressee: str = ""
    card: Card | None = None

    @property
    def shown_card(self) -> Card | None:
        """The card, unless pictures or a film stand in its place."""
        return None if self.media else self.card


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network has it. `sent_at` is the network's own time, aware UTC. `left_out`: what it did not take of the draft's card."""

    ref: Ref
    sent_at: datetime
    left_out: LeftOut = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A counter the network keeps about one of our messages, read at `read_at` (aware UTC)."""

    ref: Ref
    name: str
    value: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken in: its line (from 1), why (a code with values), and how it began."""

    line: int
    reason_code: str
    values: Mapping[str, Any]
    raw: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Items in the source's order, and the cursor to keep in the same transaction as they are stored in."""

    items: Sequence[Item]
    cursor: str
    refused: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What the network would refuse or cut, found without asking it. Codes; the wording belongs upstairs."""

    code: str
    severity: Severity
    field: str
    values: Mapping[str, Any] = made(default_factory=lambda: NOTHING)
