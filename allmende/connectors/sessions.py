"""What we hold of a log-in by the OAuth code flow, and how it is written into a secret: the token, and what a new one can be had
for."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.logins import opened
from allmende.connectors.secret import Secret


@dataclass(frozen=True, slots=True)
class Session:
    """`ends`: seconds since 1970, 0: the server does not say. A bare token is a session too."""

    token: str = ""
    refresh: str = ""
    ends: int = 0
    client_id: str = ""
    client_secret: str = ""

    def __repr__(self) -> str:
        return "***"

    @property
    def expires_at(self) -> datetime | None:
        """When the token ends, aware UTC; None: it does not say."""
        return datetime.fromtimestamp(self.ends, UTC) if self.ends else None

    @property
    def is_over(self) -> bool:
        """Whether it ended as it said it would, and a new one can be had without a person."""
        ends = self.expires_at
        return bool(self.refresh) and ends is not None and ends <= datetime.now(UTC) + timedelta(minutes=1)

    def sealed(self) -> Secret:
        """As it is kept."""
        return Secret(json.dumps(asdict(self)))


def session_of(secret: Secret | None) -> Session:
    """The session in a secret; an empty one if there is none."""
    return opened(Session, secret)


def session_from(granted: Mapping[str, Any], client_id: str, client_secret: str, refresh: str = "") -> Session:
    """The session in an answer of /oauth/token. `refresh`: the one that counts on if none comes along. KeyError."""
    lasts = granted.get("expires_in")
    ends = 0
    if isinstance(lasts, int) and not isinstance(lasts, bool) and 0 < lasts < 10**9:
        ends = int((datetime.now(UTC) + timedelta(seconds=lasts)).timestamp())
    new = granted.get("refresh_token")
    kept = new if isinstance(new, str) and new else refresh
    token = granted["access_token"]
    if not isinstance(token, str) or not token:
        raise TypeError("access_token")
    return Session(token, kept, ends, client_id, client_secret)
