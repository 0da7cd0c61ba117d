"""The log-in that Instagram and Threads share: a code becomes a token for an hour, that one for sixty days, and one that is a
day old can be had anew (instagram-api-with-instagram-login/business-login; threads/get-started/long-lived-tokens).

The secret of the network's own application is needed for the first exchange; it is kept for the webhooks that are signed with it.
Which one Meta signs with, its documents leave open between that one and the secret of the Meta app around it
(instagram-platform/webhooks): so the second can be given as well, and either proves a delivery.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from allmende.connectors import graph
from allmende.connectors.errors import LoggedOut, Refused
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Question
from allmende.connectors.secret import Secret

# A token is renewed while it still has a week: one that has ended cannot be.
RENEWED_BEFORE = timedelta(days=7)
# Older posts do not wait for an answer any more.
HISTORY = timedelta(days=90)
QUESTIONS = (
    Question("app_id", "1234567890123456"),
    Question("app_secret", is_secret=True),
    Question("meta_secret", is_secret=True, is_required=False),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One network's way in: `host` of its API, the page on which people agree, where the code is exchanged, the first
    letters of its grants, what is asked for."""

    host: str
    dialog: str
    exchange: str
    letters: str
    scopes: tuple[str, ...]

    def begin(self, answers: Mapping[str, str], return_url: str) -> Begun:
        """Where the person agrees. Refused with the question's name."""
        application = (answers.get("app_id", ""), answers.get("app_secret", ""))
        meta_secret = answers.get("meta_secret", "").strip()
        if meta_secret and not graph.is_secret(meta_secret):
            raise Refused("bad_answer", "meta_secret")
        kept = {"meta_secret": meta_secret}
        return graph.begun(self.dialog, application, ",".join(self.scopes), return_url, kept)

    def finish(self, kept: Secret, code: str, client: Client) -> graph.Session:
        """A session for sixty days. LoggedOut: the code is worth nothing; TryLater."""
        begun = json.loads(kept.reveal())
        form = {
            "client_id": begun["app_id"],
            "client_secret": begun["app_secret"],
            "grant_type": "authorization_code",
            "redirect_uri": begun["return_url"],
            "code": code.removesuffix("#_"),
        }
        with graph.code_refused():
            answer = client.speak("POST", self.exchange, form=form, types=graph.TYPES, told=graph.error_from)
            with answer.understood():
                told = answer.json()
                # Instagram's comes in a list of one.
                short = graph.session_from(told["data"][0] if "data" in told else told, "")
        params = {"client_secret": begun["app_secret"], "access_token": short.token}
        session = self._token("access_token", {"grant_type": f"{self.letters}_exchange_token", **params}, client)
        return replace(session, signs=f"{begun['app_secret']} {begun.get('meta_secret', '')}".strip())

    def renew(self, session: graph.Session, client: Client) -> Secret:
        """Sixty more days. LoggedOut: the token has ended or was taken back; TryLater."""
        if not session.ends:
            raise LoggedOut("not_renewable")
        asked = {"grant_type": f"{self.letters}_refresh_token", "access_token": session.token}
        return replace(self._token("refresh_access_token", asked, client), signs=session.signs).sealed()

    def _token(self, path: str, params: Mapping[str, str], client: Client) -> graph.Session:
        answer = client.read(f"{self.host}/{path}", params=params, types=graph.TYPES, told=graph.error_from)
        with answer.understood():
            return graph.session_from(answer.json(), "")


def renewed_at(secret: Secret | None) -> datetime | None:
    """When a session should be renewed, aware UTC: a week before it ends."""
    ends = graph.session_of(secret).expires_at
    return ends - RENEWED_BEFORE if ends else None
