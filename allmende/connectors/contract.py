"""What every connector promises, and the abilities it declares as data (house.md, A connector)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from allmende.connectors.errors import CannotLook, Refused
from allmende.connectors.neutral import (
    Author,
    Batch,
    Draft,
    Finding,
    Measure,
    Reading,
    Receipt,
    Ref,
    Visibility,
)

if TYPE_CHECKING:
    from allmende.connectors.http import Client
    from allmende.connectors.secret import Secret

CountingRule = Literal["graphemes", "characters", "utf8_bytes"]


@dataclass(frozen=True, slots=True)
class Counting:
    """How the network measures a text. `maximum` and `title_maximum`: None is unlimited; `link_length`: every
    link counts so many, None: as written; `has_title`: a thread carries one."""

    rule: CountingRule = "characters"
    maximum: int | None = None
    link_length: int | None = None
    has_title: bool = False
    title_maximum: int | None = None


@dataclass(frozen=True, slots=True)
class MediaAbility:
    """How many, which media types, how large in bytes, and what the network does with alternative texts."""

    maximum: int = 0
    types: frozenset[str] = frozenset()
    maximum_bytes: int = 0
    alt_text: Literal["none", "optional", "required"] = "none"
    alt_maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """What keeps a repeated send from being doubled.

    `key`: the network remembers our key for `valid_for`. `chosen_id`: we choose the record's id, a repetition
    is an error, ask for the record. `none`: nothing; then only the list of our own posts helps
    (`can_list_own`), and without it a person decides.
    """

    kind: Literal["key", "chosen_id", "none"] = "none"
    valid_for: timedelta | None = None
    can_list_own: bool = False

    @property
    def can_look(self) -> bool:
        """Whether `find` can ever give an answer."""
        return self.can_list_own or self.kind == "chosen_id"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel of this kind can do. `quarantine`: how long an unclear send must rest before `find` may
    conclude that it is absent; longer than our time-out and the network's latest late acceptance together."""

    counting: Counting = Counting()
    media: MediaAbility = MediaAbility()
    idempotency: Idempotency = Idempotency()
    quarantine: timedelta = timedelta(minutes=2)
    can_send: bool = False
    can_thread: bool = False
    can_edit: bool = False
    can_delete: bool = False
    can_message_directly: bool = False
    visibilities: frozenset[Visibility] = frozenset({"public"})
    history: Literal["oldest_first", "newest_first", "none"] = "none"
    moderation: frozenset[Measure] = frozenset()
    readings: frozenset[str] = frozenset()


class Connector(ABC):
    """A parcel that speaks one network's language. It stores nothing, commits nothing, knows no other parcel.

    `gaps` names the cases of the contract suite this kind does not meet, each with its reason; the suite
    fails when a declared gap has closed.
    """

    kind: ClassVar[str]
    gaps: ClassVar[Mapping[str, str]] = {}

    def __init__(self, settings: Mapping[str, Any], secret: Secret | None, client: Client) -> None:
        self.settings = settings
        self.secret = secret
        self.client = client

    @property
    @abstractmethod
    def abilities(self) -> Abilities:
        """Frozen, from the settings alone: no network."""

    @abstractmethod
    def whoami(self) -> Author:
        """Our own identity at the network, proof that the log-in works. LoggedOut, TryLater, Refused."""

    @abstractmethod
    def collect(self, cursor: str) -> Iterator[Batch]:
        """Batches after `cursor` ("" is the beginning); ends when the network has no more for now.

        Each batch carries the cursor to store with it; giving it back continues there, without loss and with
        repetitions at most. Raises TryLater, LoggedOut, Refused between batches.
        """

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """What the network would refuse or cut, found from `abilities` without network."""
        from allmende.connectors.checking import check_draft

        return check_draft(self.abilities, draft)

    def send(self, draft: Draft, key: str) -> Receipt:
        """Say it. `key` belongs to this dispatch for ever and is the same at each attempt (1 to 64 letters,
        digits, hyphens). Raises TryLater, Refused, LoggedOut, Unclear."""
        raise self._unable("send")

    def find(
        self,
        key: str,
        draft: Draft,
        since: datetime,
        *,
        claimed: Container[str] = frozenset(),
    ) -> Receipt | None:
        """Did an earlier attempt, first made at `since` (aware), get through? None: certainly not there now.

        Pages back to `since` before concluding. `claimed`: native ids that belong to other dispatches, never
        given back. Raises TryLater or LoggedOut if the network does not answer now, CannotLook if it
        never can.
        """
        raise CannotLook

    def withdraw(self, ref: Ref) -> None:
        """Take one of our own messages back; one that is gone already counts as done."""
        raise self._unable("withdraw")

    def moderate(self, ref: Ref, measure: Measure) -> None:
        """Apply one of `abilities.moderation` to somebody's message; applied twice is applied once."""
        raise self._unable("moderate")

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        """The counters named in `abilities.readings`, for those refs that still exist."""
        raise self._unable("measure")

    def _unable(self, verb: str) -> Refused:
        return Refused("not_supported", f"{self.kind}: {verb}")
