"""How a person lets us in at a network: what they type, where they are sent, what they bring back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from allmende.connectors.secret import Secret


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
    and is sent back with a code (`begin_login`, `finish_login`).
    """

    kind: Literal["none", "password", "redirect"] = "none"
    questions: tuple[Question, ...] = ()


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
