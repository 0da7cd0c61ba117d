"""What we hold of a log-in, and how it is written into a secret: the token, and what a new one can be had for."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.logins import opened
from allmende.connectors.secret import Secret


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """`ends`: seconds since 1970, 0: the server does not say. A bare token is a session too."""

    token: str = ""
    refresh: str = ""
    ends: int = 0

    @property
    def expires_at(self) -> datetime | None:
        """When the token ends, aware UTC; None: it does not say."""
        return datetime.fromtimestamp(self.ends, UTC) if self.ends else None

    def sealed(self) -> Secret:
        """As it is kept."""
        return Secret(json.dumps(asdict(self)))


def session_of(secret: Secret | None) -> Session:
    """The session in a secret; an empty one if there is none."""
    return opened(Session, secret)


def session_from(granted: Mapping[str, Any], refresh: str = "") -> Session:
    """The session in an answer of /login or /refresh. `refresh`: the one that counts on if none comes along.

    Raises KeyError, TypeError."""
    lasts = granted.get("expires_in_ms")
    ends = 0
    if isinstance(lasts, int) and not isinstance(lasts, bool) and 0 < lasts < 10**12:
        ends = int((datetime.now(UTC) + timedelta(milliseconds=lasts)).timestamp())
    new = granted.get("refresh_token")
    token = granted["access_token"]
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise TypeError("access_token")
    return Session(token, new if isinstance(new, str) and new else refresh, ends)
