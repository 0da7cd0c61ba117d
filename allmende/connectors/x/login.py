"""Let in by OAuth 2 with PKCE and an application of the customer's own (fundamentals/authentication/oauth-2-0/
authorization-code). A token holds for two hours; what a new one is had for counts once, and the next comes with it."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from allmende.connectors.errors import LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login, Question
from allmende.connectors.secret import Secret
from allmende.connectors.x.door import SERVER, TYPES, Door
from allmende.connectors.x.session import Session, session_from

LOGIN = Login(
    "redirect",
    (Question("client_id"), Question("client_secret", is_secret=True, is_required=False)),
    has_application=True,
)
SCOPES = "tweet.read tweet.write tweet.moderate.write users.read media.write offline.access"
HISTORY = timedelta(days=7)
_PLAIN = re.compile(r"[\w.:=-]{8,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Way:
    """Where people agree, and where the API is."""

    server: str = SERVER
    dialog: str = "https://x.com/i/oauth2/authorize"

    def begin(self, answers: Mapping[str, str], return_url: str) -> Begun:
        """Where the person agrees. Refused with the question's name."""
        client_id, client_secret = (answers.get(name, "").strip() for name in ("client_id", "client_secret"))
        if not _PLAIN.fullmatch(client_id):
            raise Refused("bad_answer", "client_id")
        if client_secret and not _PLAIN.fullmatch(client_secret):
            raise Refused("bad_answer", "client_secret")
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        asked = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": return_url,
            "scope": SCOPES,
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        kept = {"id": client_id, "secret": client_secret, "return_url": return_url, "verifier": verifier}
        return Begun(f"{self.dialog}?{urlencode(asked, quote_via=quote)}", state, Secret(json.dumps(kept)))

    def finish(self, kept: Secret, code: str, client: Client) -> Granted:
        """The token for the code, and who we are. LoggedOut: the code is worth nothing; TryLater."""
        begun = json.loads(kept.reveal())
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": begun["return_url"]}
        application = Session(client_id=begun["id"], client_secret=begun["secret"], scopes=SCOPES)
        session = self._token(form | {"code_verifier": begun["verifier"]}, application, client)
        answer = Door(self.server, session, client).read("users/me")
        with answer.understood():
            us = answer.json()["data"]
            user_id, handle = str(us["id"]), str(us["username"])
        settings = {
            "network": "x.com",
            "user_id": user_id,
            "handle": handle,
            "url": f"https://x.com/{handle}",
            "since": (datetime.now(UTC) - HISTORY).isoformat(),
        }
        return Granted(settings if self.server == SERVER else settings | {"server": self.server}, session.sealed())

    def renew(self, session: Session, client: Client) -> Secret:
        """A new session. LoggedOut: there is nothing to have it for, or that is worth nothing any more."""
        if not session.refresh or not session.client_id:
            raise LoggedOut("not_renewable")
        return self._token({"grant_type": "refresh_token", "refresh_token": session.refresh}, session, client).sealed()

    def _token(self, form: Mapping[str, str], application: Session, client: Client) -> Session:
        headers, said = {}, dict(form)
        if application.client_secret:
            pair = f"{application.client_id}:{application.client_secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        else:
            said["client_id"] = application.client_id
        with _nothing_lost():
            try:
                answer = client.speak("POST", f"{self.server}/oauth2/token", form=said, headers=headers, types=TYPES)
            except Refused as error:
                raise LoggedOut("code_refused", error.detail) from error
            with answer.understood():
                return session_from(answer.json(), application)


def challenge_of(verifier: str) -> str:
    """The S256 code challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@contextmanager
def _nothing_lost() -> Iterator[None]:
    """An exchange without an answer can be begun anew: nobody sees it."""
    try:
        yield
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
