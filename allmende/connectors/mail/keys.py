"""What opens a mailbox: a password, or a token of its provider (XOAUTH2 as Google and Microsoft write it; OAUTHBEARER, RFC 7628)."""

import base64
import binascii
import re
from collections.abc import Container
from dataclasses import dataclass

from allmende.connectors.errors import LoggedOut, Refused
from allmende.connectors.mail.door import Place
from allmende.connectors.secret import Secret

XOAUTH2, OAUTHBEARER = "XOAUTH2", "OAUTHBEARER"
# What is said of a log-in that ended and can be renewed without a person.
EXPIRED = "expired"
# What is kept of a refusal: the server's words and a piece of JSON of its own.
LONGEST_REFUSAL = 600
_RESERVED = {"=": "=3D", ",": "=2C"}
# Such words may be a proof, as it goes over the line.
_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")


@dataclass(frozen=True, slots=True)
class Key:
    """Who enters with what. `is_token`: the secret is an access token, no password; `is_over`: it ended as it said it would,
    and a new one can be had without a person."""

    user: str
    secret: Secret
    is_token: bool = False
    is_over: bool = False

    def hidden(self, said: str) -> str:
        """What a server said, without our secret: it may repeat it, as it is or as it went over the line. Cut only then: half
        of a secret would not be found."""
        value = self.secret.reveal()
        if value:
            said = _BASE64.sub(lambda word: "***" if value in _read(word[0]) else word[0], said.replace(value, "***"))
        return said[:LONGEST_REFUSAL]

    def refused(self, said: str) -> LoggedOut:
        """The server does not take it."""
        return LoggedOut(EXPIRED if self.is_over else "logged_out", self.hidden(said))


def _read(word: str) -> str:
    """What a word in base64 says, or "" if it is none."""
    try:
        return base64.b64decode(word).decode("utf-8", "replace")
    except binascii.Error:
        return ""


class Talk:
    """What is said of a token: all at once, and after a refusal the one sign upon which the server ends the exchange.

    Called with each challenge. `refusal`: what the server said was wrong; its length: of all it says, in octets.
    """

    def __init__(self, offered: Container[str], key: Key, place: Place) -> None:
        """Refused if the server `offered` no way for tokens."""
        self.way = next((way for way in (XOAUTH2, OAUTHBEARER) if way in offered), "")
        if not self.way:
            raise Refused("no_token_way", place.host)
        token = key.secret.reveal()
        if self.way == XOAUTH2:
            self._all = f"user={key.user}\x01auth=Bearer {token}\x01\x01"
        else:
            user = re.sub("[=,]", lambda found: _RESERVED[found[0]], key.user)
            self._all = f"n,a={user},\x01host={place.host}\x01port={place.port}\x01auth=Bearer {token}\x01\x01"
        self._is_said = False
        self.refusal = ""

    def __len__(self) -> int:
        return len(self._all.encode())

    def __call__(self, challenge: bytes | None = None) -> str:
        if not self._is_said:
            self._is_said = True
            return self._all
        self.refusal = (challenge or b"").decode("utf-8", "replace")
        return "" if self.way == XOAUTH2 else "\x01"
