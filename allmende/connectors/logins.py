"""How a person lets us in at a network: what they type, where they are sent, what they bring back."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from allmende.connectors.errors import Refused
from allmende.connectors.secret import Secret

Session = TypeVar("Session")
_HOST = re.compile(r"[\w.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:]+\]:\d{1,5}")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a person must know to let us in. The wording belongs upstairs; `example` is shown as it stands."""

    name: str
    example: str = ""
    is_secret: bool = False
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Login:
    """How this kind lets us in.

    `none`: nothing to type, `password`: the answers are enough (`log_in`), `redirect`: the person agrees at the network
    and is sent back with a code (`begin_login`, `finish_login`). `is_ours`: the place is of our own making, so what is asked
    is how it shall be, and no key is given; the same as in its abilities. `permissions`: what is given to the application or the
    key when it is made, as the network calls it. `has_application`: the network must know the address people come back to.
    `others`: further ways in, by name; the one that was chosen stands in the answers as `way`, and in the settings.
    """

    kind: Literal["none", "password", "redirect"] = "none"
    questions: tuple[Question, ...] = ()
    is_ours: bool = False
    permissions: tuple[str, ...] = ()
    has_application: bool = False
    others: Mapping[str, "Login"] = field(default_factory=dict)

    def by(self, way: str) -> "Login | None":
        """The way in of this name, "" for this one; None: there is no such way."""
        return self.others.get(way) if way else self


@dataclass(frozen=True, slots=True)
class Granted:
    """We are in. `settings` is stored as it is, `secret` sealed."""

    settings: Mapping[str, Any]
    secret: Secret


@dataclass(frozen=True, slots=True)
class Begun:
    """A person is on the way: their browser goes to `url` and returns with `state`. `kept`, sealed, is what
    `finish_login` needs of the beginning (verifier, application, answers), as the parcel wrote it."""

    url: str
    state: str
    kept: Secret


def forum_at(written: str, pages: str) -> str:
    """The forum's address in what a person typed; a forum may live below a path, a page's path is left out: `pages` is the
    expression where that begins. Refused."""
    typed = written.strip()
    typed = typed if re.match(r"https?://", typed, re.IGNORECASE) else f"https://{typed}"
    try:
        parts = urlsplit(typed)
        host = (parts.netloc.encode("idna") if not parts.netloc.isascii() else parts.netloc.encode()).decode().lower()
    except ValueError as error:  # UnicodeError is one
        raise Refused("bad_address", "server") from error
    if "@" in host or not _HOST.fullmatch(host) or not ("." in host or ":" in host):
        raise Refused("bad_address", "server")
    path = re.split(pages, parts.path, maxsplit=1)[0]
    return f"{parts.scheme.lower()}://{host}{path.rstrip('/')}"


def opened(kind: Callable[..., Session], secret: Secret | None) -> Session:
    """The session of this `kind` in a secret; a bare token is one too, none is an empty one."""
    if not secret:
        return kind()
    written = secret.reveal()
    try:
        kept = json.loads(written)
        return kind(**kept) if isinstance(kept, dict) else kind(written)
    except (TypeError, ValueError):
        return kind(written)
