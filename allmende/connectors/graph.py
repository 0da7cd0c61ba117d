"""What the networks of Meta have in common: one Graph API with three front doors (developers.facebook.com/docs/graph-api).

A token in the header, an `appsecret_proof` beside it, errors by number, the rate limit in percent, lists in pages with a
cursor, log-in by an application of the customer's own. What each network shows and takes stands with its connector.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from allmende.connectors.answers import LONG_WAIT, Answer, broken, error_of
from allmende.connectors.errors import LONGEST_WAIT, ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import JSON_TYPES, Client
from allmende.connectors.logins import Begun, opened
from allmende.connectors.secret import Secret

# The version spoken to Facebook and Instagram; Threads counts its own. Each lives for two years (graph-api/changelog).
VERSION, THREADS_VERSION = "v25.0", "v1.0"
# Percent of a rate limit at which reading stops, so that speaking never meets an empty account.
SCARCE = 80
# The API answers as script to whoever does not look like a program.
TYPES = (*JSON_TYPES, "text/javascript")
_USAGES = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
_PERCENT = ("call_count", "total_cputime", "total_time")
# graph-api/guides/error-handling and graph-api/overview/rate-limiting.
_LOGGED_OUT = frozenset({102, 190})
_EXPIRED = 463
_TOO_MANY = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
_TRANSIENT = frozenset({1, 2})
# Instagram's own (reference/error-codes) for what it says to try again: a fetch that took too long, a container that is lost or
# not ready, a fault at its end. They come with a 400, and some with a number below nought.
AGAIN = frozenset({2207001, 2207003, 2207008, 2207020, 2207027, 2207032, 2207053})
_FORBIDDEN = frozenset({3, 10, *range(200, 300)})
# Instagram's own (content-publishing, error codes): the day's posts are used up, suspected of being spam.
_QUOTA, _SPAM = 2207042, 2207051
_BLOCKED, _DUPLICATE, _INVALID, _NO_SUCH_ALIAS, _NO_SUCH_OBJECT = 368, 506, 100, 803, 33
# How Threads and Instagram say the same of what they publish.
_NO_SUCH_MEDIA = 24
# An account that is inactive, or held until its owner logs in at the network.
_RESTRICTED = 2207050
# In characters; whatever is longer is no id of this network.
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in as it is kept: the token, the application's secret for the proof ("" sends none), seconds since 1970 at
    which the token ends (0: it does not say), and with what else its webhooks may be signed, divided by blanks."""

    token: str = ""
    app_secret: str = ""
    ends: int = 0
    signs: str = ""

    def __repr__(self) -> str:
        return "***"

    @property
    def expires_at(self) -> datetime | None:
        """When the token ends, aware UTC."""
        return datetime.fromtimestamp(self.ends, UTC) if self.ends else None

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """Keys that a webhook of the application may be signed with."""
        return tuple(filter(None, (self.app_secret, *self.signs.split())))

    def sealed(self) -> Secret:
        """As it is kept."""
        return Secret(json.dumps(asdict(self)))


def session_of(secret: Secret | None) -> Session:
    """The session in a secret; a bare token is one too, none is an empty one."""
    return opened(Session, secret)


def session_from(granted: Mapping[str, Any], app_secret: str) -> Session:
    """The session in an answer with `access_token` and `expires_in` (seconds). KeyError, TypeError."""
    token, lasts = granted["access_token"], granted.get("expires_in")
    if not isinstance(token, str) or not token:
        raise TypeError("access_token")
    is_number = isinstance(lasts, int) and not isinstance(lasts, bool) and 0 < lasts < 10**9
    ends = int((datetime.now(UTC) + timedelta(seconds=lasts)).timestamp()) if is_number and lasts else 0
    return Session(token, app_secret, ends)


def proof_of(session: Session) -> str:
    """The `appsecret_proof` of a call: who holds the token only cannot make it (graph-api/guides/secure-requests)."""
    return hmac.new(session.app_secret.encode(), session.token.encode(), hashlib.sha256).hexdigest()


class Door:
    """Asks the Graph API at `place` (host with version) in one account's name. `is_scarce`: little is left of a limit."""

    def __init__(self, place: str, session: Session, client: Client) -> None:
        self._place = place
        self._session = session
        self._client = client
        self.is_scarce = False

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET. Raises as `Client.read` does."""
        asked = dict(params or {}) | self._proof()
        answer = self._client.read(self._url(path), params=asked, headers=self._token(), types=TYPES, told=error_from)
        self.is_scarce = self.is_scarce or usage(answer.headers) >= SCARCE
        return answer

    def speak(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Answer:
        """POST or DELETE. Raises as `Client.speak` does."""
        proof = self._proof()
        url, said = self._url(path), dict(form or {}) | proof
        if method == "DELETE":
            url, said = f"{url}?{urlencode(proof)}" if proof else url, {}
        return self._client.speak(
            method, url, form=said or None, files=files, headers=self._token(), types=TYPES, told=error_from
        )

    def _url(self, path: str) -> str:
        return f"{self._place}/{path}"

    def _token(self) -> dict[str, str]:
        if not self._session.token:
            raise LoggedOut("no_token")
        return {"Authorization": f"Bearer {self._session.token}"}

    def _proof(self) -> dict[str, str]:
        return {"appsecret_proof": proof_of(self._session)} if self._session.app_secret else {}


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, is_spoken: bool) -> ConnectorError:
    """The error in an answer that is not 2xx, by the API's own numbers; whatever has none, by its status."""
    told = _error_in(body)
    code, subcode = _number(told.get("code")), _number(told.get("error_subcode"))
    said = (
        f"{status} ({code or '-'}/{subcode or '-'}) {told.get('error_user_msg') or told.get('message') or ''}".strip()
    )
    if code in _LOGGED_OUT or "appsecret_proof" in str(told.get("message")):
        return LoggedOut("expired" if subcode == _EXPIRED else "logged_out", said)
    if subcode in (_SPAM, _RESTRICTED):
        return Refused("blocked", said)
    if code in _TOO_MANY or subcode == _QUOTA or status == 429:
        return TryLater(waiting_time(headers), "too_many", said)
    if code in _TRANSIENT or subcode in AGAIN or told.get("is_transient") is True:
        return broken("network_fault", said, is_spoken=is_spoken)
    if code == _BLOCKED:
        return Refused("blocked", said)
    if code == _DUPLICATE:
        # Perhaps it is ours that stands there already: only a look can tell.
        return broken("duplicate", said, is_spoken=is_spoken)
    if code in (_NO_SUCH_ALIAS, _NO_SUCH_MEDIA) or (code == _INVALID and subcode == _NO_SUCH_OBJECT):
        return Refused("not_found", said)
    if code in _FORBIDDEN:
        return Refused("forbidden", said)
    if code and 400 <= status < 500 and status not in (401, 404, 408, 409, 410, 425):
        return Refused("rejected", said)
    return error_of(status, headers, body, is_spoken=is_spoken)


def waiting_time(headers: Mapping[str, str]) -> timedelta:
    """How long the network wants to be left alone: `estimated_time_to_regain_access`, in minutes; else five."""
    minutes = [_number(one.get("estimated_time_to_regain_access")) for one in _measured(headers)]
    return min(timedelta(minutes=max(minutes, default=0)), LONGEST_WAIT) or LONG_WAIT


def usage(headers: Mapping[str, str]) -> int:
    """Percent of the fullest rate limit (X-App-Usage, X-Page-Usage, X-Business-Use-Case-Usage), 0 if none is told."""
    return max((_number(one.get(name)) for one in _measured(headers) for name in _PERCENT), default=0)


def unless_gone(ask: Any) -> Answer | None:
    """The answer, or None if the network says that there is no such thing."""
    try:
        answer: Answer = ask()
    except Refused as refused:
        if refused.reason_code != "not_found":
            raise
        return None
    return answer


def rows_of(answer: Answer) -> tuple[list[dict[str, Any]], str]:
    """The rows of a page that bear an id, and the cursor of the next one ("" after the last). TypeError and its kin."""
    told = answer.json()
    rows = told["data"]
    if not isinstance(rows, list):
        raise TypeError("data")
    named = [dict(row) for row in rows if isinstance(row, Mapping) and _is_named(row)]
    if rows and not named:
        raise TypeError("data")
    return named, _following(part_of(told, "paging"))


def _following(paging: Mapping[str, Any]) -> str:
    """The cursor of the next page. TypeError where there is one and no way to it: a list that breaks off proves nothing."""
    following = text_of(paging, "next")
    if not following:
        return ""
    after = text_of(part_of(paging, "cursors"), "after") or dict(parse_qsl(urlsplit(following).query)).get("after", "")
    if not after:
        raise TypeError("paging")
    return after


def id_of(written: Mapping[str, Any]) -> str:
    """The id of an object. TypeError, KeyError."""
    value = written["id"]
    if isinstance(value, bool) or not isinstance(value, str | int) or not 0 < len(str(value)) <= LONGEST_ID:
        raise TypeError("id")
    return str(value)


def text_of(written: Mapping[str, Any], name: str) -> str:
    """A field that is a text; "" if it is missing or something else."""
    value = written.get(name)
    return value if isinstance(value, str) else ""


def part_of(written: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A field that is an object; an empty one if it is missing or something else."""
    value = written.get(name)
    return value if isinstance(value, Mapping) else {}


def moment(written: str) -> datetime:
    """A written time ("2026-11-28T15:04:05+0000"), aware UTC."""
    at = datetime.fromisoformat(written)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def path_of(native_id: str, edge: str = "") -> str:
    """Where an object stands, or one of its edges."""
    return f"{quote(native_id, safe='')}/{edge}" if edge else quote(native_id, safe="")


@contextmanager
def legible() -> Iterator[None]:
    """Rows that are compared beyond the answer they came in: nonsense in them is the network's, and may be gone later."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise broken("garbled", type(error).__name__, is_spoken=False) from error


@contextmanager
def nothing_lost() -> Iterator[None]:
    """What nobody sees yet can be done anew: a log-in, an upload, a container."""
    try:
        yield
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error


def begun(dialog: str, application: tuple[str, str], scopes: str, return_url: str, kept: Mapping[str, str]) -> Begun:
    """Where the person agrees. `application`: id and secret as they were typed. Refused with the question's name.

    With a state and, since the API documents PKCE for OpenID Connect alone, without that: the code is worth nothing
    without the application's secret.
    """
    app_id, app_secret = (one.strip() for one in application)
    if not (app_id.isascii() and app_id.isdigit() and len(app_id) <= 30):
        raise Refused("bad_answer", "app_id")
    if not is_secret(app_secret):
        raise Refused("bad_answer", "app_secret")
    state = secrets.token_urlsafe(24)
    asked = {
        "client_id": app_id,
        "redirect_uri": return_url,
        "state": state,
        "scope": scopes,
        "response_type": "code",
    }
    begin = {"app_id": app_id, "app_secret": app_secret, "return_url": return_url, **kept}
    return Begun(f"{dialog}?{urlencode(asked)}", state, Secret(json.dumps(begin)))


def is_secret(typed: str) -> bool:
    """Whether it can be the secret of an application."""
    return typed.isascii() and typed.isalnum() and len(typed) <= 100


def have_told(door: Door, native_id: str, fields: str) -> None:
    """Have a page or account tell the application what happens there: Meta rings for none that is not installed in it, whatever
    the application subscribed to. Where it does not, we ask all the same."""
    with suppress(ConnectorError):
        door.speak("POST", path_of(native_id, "subscribed_apps"), {"subscribed_fields": fields})


@contextmanager
def code_refused() -> Iterator[None]:
    """An exchange that is refused: this way in is worth nothing any more."""
    try:
        with nothing_lost():
            yield
    except Refused as error:
        raise LoggedOut("code_refused", error.detail) from error


def host_of(place: str) -> str:
    """The host of an address, as it is shown."""
    return urlsplit(place).netloc


def _error_in(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
        error = told.get("error") if isinstance(told, Mapping) else None
    except (RecursionError, ValueError):
        return {}
    if isinstance(error, Mapping):
        return error
    # The log-in hosts of Instagram say it without an envelope.
    message = told.get("error_message") if isinstance(told, Mapping) else None
    return {"message": message, "code": told.get("code")} if isinstance(message, str) else {}


def _measured(headers: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """The measures of each limit: one object, or lists of them by account."""
    for name in _USAGES:
        try:
            told = json.loads(headers.get(name) or "{}")
        except (RecursionError, ValueError):
            continue
        if isinstance(told, Mapping):
            yield told
            for listed in told.values():
                yield from (one for one in listed if isinstance(one, Mapping)) if isinstance(listed, list) else ()


def _number(value: Any) -> int:
    """A count, 0 for everything else."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**9 else 0


def _is_named(row: Mapping[str, Any]) -> bool:
    try:
        return bool(id_of(row))
    except (KeyError, TypeError):
        return False
