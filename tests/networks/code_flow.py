"""The door of a fake network that lets in by the OAuth code flow: a page on which a person agrees, an exchange for codes and
refresh tokens, tokens that end and can be taken back."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from allmende.connectors.logins import Begun
from tests.networks.loopback import Asked, Stopped, Town

CLIENT_ID, CLIENT_SECRET = "p-jcoLKBynTLew", "gko_LXELoV07ZBNUXrvWZfzE3aI"
TYPED = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
RETURN = "https://allmende.example/w/forum/channels/connect/back/"


@dataclass
class Token:
    """Whose it is, what it may, until when (seconds since 1970)."""

    owner: str
    scopes: frozenset[str]
    ends: float


@dataclass
class Gate(Town):
    """`lasts`: seconds a token lives; `declined`: scopes the person unticks; `refreshes`: refresh tokens with their scopes;
    `gives_refresh`, `rotates`: whether one is given at all, and whether it is void after its use."""

    owner: str = "haus"
    tokens: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refreshes: dict[str, str] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    lasts: int = 86_400
    gives_refresh: bool = True
    rotates: bool = False
    is_basic: bool = False
    needs_pkce: bool = False
    says_worthless_with: int = 400

    def grant(self, scopes: str, owner: str = "", lasts: float = 0) -> str:
        """A token, as an exchange gives it."""
        token = "tok_" + secrets.token_hex(20)
        ends = self.now() + (lasts or self.lasts)
        self.tokens[token] = Token(owner or self.owner, frozenset(scopes.split()), ends)
        return token

    def bearer(self, asked: Asked, *scopes: str) -> str:
        """Whose token it is. 401 for one nobody knows or that has ended; 403 where it may not."""
        known = self.tokens.get(asked.headers.get("authorization", "").removeprefix("Bearer "))
        if known is None or known.ends <= self.now():
            raise self.refusal("logged_out", 0)
        if not set(scopes) <= known.scopes:
            raise self.unpermitted()
        return known.owner

    def unpermitted(self) -> Stopped:
        return Stopped(403, {"message": "Forbidden", "error": 403})

    def agree(self, asked: Asked) -> Any:
        """A person agreed: back to the application with a code."""
        if asked.first("client_id") != CLIENT_ID or asked.first("response_type") != "code":
            raise Stopped(400, {"error": "invalid_request"})
        code = secrets.token_urlsafe(12)
        self.codes[code] = {name: values[0] for name, values in asked.query.items()}
        back = urlencode({"code": code, "state": asked.first("state")})
        raise Stopped(302, None, {"Location": f"{asked.first('redirect_uri')}?{back}"})

    def exchange(self, asked: Asked) -> Any:
        """A token for a code, which counts once, or for a refresh token."""
        said = asked.said()
        self._check_application(asked, said)
        if said["grant_type"] == "refresh_token":
            scopes = self.refreshes.get(said["refresh_token"])
            refresh = said["refresh_token"]
            if scopes is not None and self.rotates:
                del self.refreshes[refresh]
        else:
            kept = self.codes.pop(said.get("code", ""), None)
            if kept is None or kept["redirect_uri"] != said["redirect_uri"]:
                raise self.worthless()
            if self.needs_pkce and kept["code_challenge"] != _challenge(said.get("code_verifier", "")):
                raise self.worthless()
            scopes, refresh = kept["scope"], ""
            scopes = " ".join(one for one in scopes.split() if one not in self.declined)
        if scopes is None:
            raise self.worthless()
        if self.gives_refresh and (not refresh or self.rotates):
            refresh = "ref_" + secrets.token_hex(12)
            self.refreshes[refresh] = scopes
        told = {"access_token": self.grant(scopes), "token_type": "bearer", "expires_in": self.lasts, "scope": scopes}
        return told | ({"refresh_token": refresh} if refresh else {})

    def worthless(self) -> Stopped:
        return Stopped(self.says_worthless_with, {"error": "invalid_grant"})

    def _check_application(self, asked: Asked, said: dict[str, Any]) -> None:
        if self.is_basic:
            proof = base64.b64decode(asked.headers.get("authorization", "").removeprefix("Basic ")).decode()
            is_known = proof == f"{CLIENT_ID}:{CLIENT_SECRET}"
        else:
            is_known = (said.get("client_id"), said.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if not is_known:
            raise Stopped(401, {"error": "invalid_client"})


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def agreed(begun: Begun) -> dict[str, str]:
    """What a person's browser does at the network; what it comes back with."""
    try:
        build_opener(_Stay).open(begun.url, timeout=5).close()
    except HTTPError as error:
        with error:
            address = urlsplit(error.headers["Location"])
            return {name: values[-1] for name, values in parse_qs(address.query).items()}
    raise AssertionError("Nobody was sent back.")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
