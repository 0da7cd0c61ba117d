"""Let in by the OAuth code flow with an application of the customer's own (RFC 6749, 4.1; PKCE: RFC 7636): the person agrees at
the network and comes back with a code, that becomes a token, and where the network grants it a second one for renewals."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from allmende.connectors.answers import Answer
from allmende.connectors.errors import LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import JSON_TYPES, Client
from allmende.connectors.logins import Begun, Question
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import Session, session_from

CLIENT_SECRET = Question("client_secret", is_secret=True)
LONGEST_ANSWER = 200
# What a token's host says when a code, a refresh token or the application itself is worth nothing (RFC 6749, 5.2).
_WORTHLESS = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "access_denied", "invalid_request"})


@dataclass(frozen=True, slots=True)
class Way:
    """One network's way in: the page on which people agree, where codes and refresh tokens are exchanged, what is asked for
    (with blanks between), what else that page wants to know. `is_basic`: the application proves itself in a header
    instead of in the form; `has_pkce`: the network takes a challenge; `tells_scopes`: the answer names all that was granted."""

    dialog: str
    exchange: str
    scopes: str
    wishes: tuple[tuple[str, str], ...] = ()
    is_basic: bool = False
    has_pkce: bool = False
    tells_scopes: bool = True
    agent: str = ""

    def at(self, exchange: object) -> "Way":
        """The same way with tokens exchanged at the address a setting names; without one, as it is."""
        return replace(self, exchange=exchange) if isinstance(exchange, str) else self

    def begin(self, answers: Mapping[str, str], return_url: str, kept: Mapping[str, str]) -> Begun:
        """Where the person agrees. `kept`: what `finish` gives back beside the session. Refused with the question's name."""
        client_id, client_secret = (_answer(answers, name) for name in ("client_id", "client_secret"))
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        asked = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": return_url,
            "scope": self.scopes,
            "state": state,
            **dict(self.wishes),
        }
        if self.has_pkce:
            asked |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
        begun = {"return_url": return_url, "verifier": verifier, "id": client_id, "secret": client_secret, **kept}
        return Begun(f"{self.dialog}?{urlencode(asked)}", state, Secret(json.dumps(begun)))

    def finish(self, kept: Secret, code: str, client: Client) -> tuple[Session, Mapping[str, str]]:
        """The session for a code, and what was kept at the beginning. LoggedOut: the code is worth nothing; TryLater;
        Refused: something that was asked for was not given."""
        begun = json.loads(kept.reveal())
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": begun["return_url"]}
        form |= {"code_verifier": begun["verifier"]} if self.has_pkce else {}
        answer = self._asked(form, begun["id"], begun["secret"], client)
        with answer.understood():
            told = answer.json()
            session = session_from(told, begun["id"], begun["secret"])
            if self.tells_scopes:
                _check_scopes(self.scopes, told)
        return session, begun

    def renew(self, session: Session, client: Client) -> Secret:
        """A session in the place of this one. LoggedOut: there is no refresh token, or it is worth nothing; TryLater."""
        if not session.refresh or not session.client_id:
            raise LoggedOut("not_renewable")
        form = {"grant_type": "refresh_token", "refresh_token": session.refresh}
        answer = self._asked(form, session.client_id, session.client_secret, client)
        with answer.understood():
            known = (session.client_id, session.client_secret, session.refresh, session.refresh_ends)
            return session_from(answer.json(), *known).sealed()

    def _asked(self, form: Mapping[str, str], client_id: str, client_secret: str, client: Client) -> Answer:
        """An exchange that came back with a token. Nobody sees one, so whatever stays unclear is done again."""
        headers = {"User-Agent": self.agent} if self.agent else {}
        said = dict(form)
        if self.is_basic:
            proof = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
            headers["Authorization"] = f"Basic {proof}"
        else:
            said |= {"client_id": client_id, "client_secret": client_secret}
        with _nothing_lost():
            try:
                answer = client.speak("POST", self.exchange, form=said, headers=headers, types=JSON_TYPES)
            except (Refused, LoggedOut) as error:
                raise LoggedOut("code_refused", _without(error.detail, said)) from error
            with answer.understood():
                # Some say with a 200 that it is worth nothing.
                fault = answer.json().get("error")
            if isinstance(fault, str) and fault:
                if fault in _WORTHLESS:
                    raise LoggedOut("code_refused", fault)
                raise TryLater(reason_code="busy", detail=fault)
            return answer


def challenge_of(verifier: str) -> str:
    """The S256 code challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _answer(answers: Mapping[str, str], name: str) -> str:
    typed = answers.get(name, "").strip()
    if not typed or len(typed) > LONGEST_ANSWER or not typed.isascii() or not typed.isprintable() or " " in typed:
        raise Refused("bad_answer", name)
    return typed


def _check_scopes(scopes: str, told: Mapping[str, Any]) -> None:
    """A person may untick what an application asks for; half of it is of no use here."""
    granted = told.get("scope")
    if not isinstance(granted, str) or not granted:
        return
    has = set(granted.replace(",", " ").split())
    missing = [scope for scope in scopes.split() if scope not in has]
    if missing and "*" not in has:
        raise Refused("scopes_missing", ", ".join(missing))


def _without(detail: str, said: Mapping[str, str]) -> str:
    """What a network says of an exchange, without what we said: it may repeat it."""
    for name in ("code", "refresh_token", "client_secret", "code_verifier"):
        if said.get(name):
            detail = detail.replace(said[name], "***")
    return detail


@contextmanager
def _nothing_lost() -> Iterator[None]:
    try:
        yield
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
