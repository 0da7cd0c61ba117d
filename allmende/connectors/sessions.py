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
    """`ends`: seconds since 1970, 0: the server does not say; `refresh_ends`: those of the refresh token. A bare token is a
    session too."""

    token: str = ""
    refresh: str = ""
    ends: int = 0
    client_id: str = ""
    client_secret: str = ""
    refresh_ends: int = 0

    def __repr__(self) -> str:
        return "***"

    @property
    def expires_at(self) -> datetime | None:
        """When the token ends, aware UTC; None: it does not say."""
        return datetime.fromtimestamp(self.ends, UTC) if self.ends else None

    @property
    def ends_for_good(self) -> datetime | None:
        """When only a person can log in anew, aware UTC; None: never, as far as the server says."""
        if not self.refresh:
            return self.expires_at
        return datetime.fromtimestamp(self.refresh_ends, UTC) if self.refresh_ends else None

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


def session_from(
    granted: Mapping[str, Any], client_id: str, client_secret: str, refresh: str = "", refresh_ends: int = 0
) -> Session:
    """The session in an answer of /oauth/token. `refresh`, `refresh_ends`: what counts on if none comes along. KeyError."""
    new = granted.get("refresh_token")
    kept = new if isinstance(new, str) and new else refresh
    token = granted["access_token"]
    if not isinstance(token, str) or not token:
        raise TypeError("access_token")
    last = _end(granted.get("refresh_token_expires_in")) or (refresh_ends if kept == refresh else 0)
    return Session(token, kept, _end(granted.get("expires_in")), client_id, client_secret, last)


def _end(lasts: Any) -> int:
    """Seconds since 1970; 0 for what is no span."""
    if isinstance(lasts, int) and not isinstance(lasts, bool) and 0 < lasts < 10**9:
        return int((datetime.now(UTC) + timedelta(seconds=lasts)).timestamp())
    return 0
