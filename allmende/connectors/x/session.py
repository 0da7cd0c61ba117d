"""What we hold of a log-in, and how it is written into a secret: the token, and what a new one can be had for once."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.logins import opened
from allmende.connectors.secret import Secret


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """`ends`: seconds since 1970, 0: it does not say. `client_secret`: "" for an application that keeps none. `scopes`: what
    was granted, divided by blanks; "" in a log-in from before that was kept."""

    token: str = ""
    refresh: str = ""
    ends: int = 0
    client_id: str = ""
    client_secret: str = ""
    scopes: str = ""

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


def session_from(granted: Mapping[str, Any], before: Session) -> Session:
    """The session in an answer of the token's address; what it does not say stays as `before`. KeyError, TypeError."""
    lasts, refresh, token = granted.get("expires_in"), granted.get("refresh_token"), granted["access_token"]
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise TypeError("access_token")
    is_number = type(lasts) is int and 0 < lasts < 10**9
    ends = int((datetime.now(UTC) + timedelta(seconds=lasts)).timestamp()) if is_number and lasts else 0
    scopes = granted.get("scope")
    return Session(
        token,
        refresh if isinstance(refresh, str) else "",
        ends,
        before.client_id,
        before.client_secret,
        scopes if isinstance(scopes, str) else before.scopes,
    )
