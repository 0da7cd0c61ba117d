"""What the fakes of Meta's networks have in common: the Graph API over HTTP on loopback, with tokens, proofs, errors by
number, pages with cursors, the log-in, and faults on demand. What is said there lives with each network."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.networks.patience import SILENCE

APP_ID, APP_SECRET = "1234567890123456", "5ecre7ofthehouse"
MISSING = (100, 33, "Unsupported request. Object with ID does not exist, cannot be loaded due to missing permissions.")


class Said(Exception):
    """An error of the API: HTTP status, code, subcode, message, headers."""

    def __init__(self, status: int, code: int, subcode: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}
        error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}
        self.error = error | ({"error_subcode": subcode} if subcode else {})


class Hung(Exception):
    """The connection ends here, after so many seconds of silence."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class Token:
    """Whose it is, what it may, until when (seconds since 1970; 0: for ever)."""

    owner: str
    scopes: frozenset[str]
    ends: float = 0


@dataclass
class State:
    """A network in memory; every request holds `lock`. `usage`: percent, as the headers tell it."""

    clock: Callable[[], float] = time.time
    lock: threading.RLock = field(default_factory=threading.RLock)
    tokens: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[tuple[str, str, int, float]] = field(default_factory=list)
    late: list[tuple[float, Callable[[], Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    usage: int = 0
    regain: int = 0
    page: int = 100
    needs_proof: bool = True
    last: int = 0

    def stamp(self, at: float | None = None) -> str:
        moment = datetime.fromtimestamp(int(self.clock() if at is None else at), UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")

    def next_id(self) -> int:
        self.last += 1
        return 10**14 + self.last

    def grant(self, owner: str, scopes: Sequence[str], lasts: float = 0) -> str:
        """A token, as an exchange gives it."""
        token = "EAA" + secrets.token_hex(20)
        self.tokens[token] = Token(owner, frozenset(scopes), self.clock() + lasts if lasts else 0)
        return token

    def plant(self, verb: str, kind: str, *, times: int = 10**6, wait: float = SILENCE) -> None:
        """Let `kind` happen at the next `times` requests of `verb` (send, upload, read, answers, login)."""
        self.faults.append((verb, kind, times, wait))

    def clear(self) -> None:
        self.faults.clear()

    def draw(self, verb: str) -> tuple[str, float]:
        for place, (of, kind, times, wait) in enumerate(self.faults):
            if of == verb and times > 0:
                self.faults[place] = (of, kind, times - 1, wait)
                return kind, wait
        return "", 0.0

    def ripen(self) -> None:
        """Let appear what was accepted late and is due."""
        due = [one for one in self.late if one[0] <= self.clock()]
        self.late = [one for one in self.late if one[0] > self.clock()]
        for _, act in due:
            act()


class Face(ThreadingHTTPServer):
    """Serves one network on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, state: Any, visit: type["Visit"]) -> None:
        super().__init__(("127.0.0.1", 0), visit)
        self.state = state
        self.ending = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def handle_error(self, *visit: Any) -> None:
        """A visitor who hangs up is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*visit)

    def end(self) -> None:
        self.ending.set()
        self.shutdown()
        self.server_close()


class Visit(BaseHTTPRequestHandler):
    """One request. A network brings `routes`: method, shape of the path without version, name of the method."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Face
    state: Any
    routes: ClassVar[list[tuple[str, str, str]]] = []

    def log_message(self, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def do_DELETE(self) -> None:
        self._visit()

    def _visit(self) -> None:
        self.state = self.server.state
        address = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.said, self.files = self._spoken()
        path = re.sub(r"^/v\d+\.\d+", "", address.path)
        try:
            with self.state.lock:
                self.state.ripen()
                self.state.asked.append(f"{self.command} {path}")
                told = self._routed(path)
            self.answer(200, told)
        except Said as said:
            self.answer(said.status, {"error": said.error}, said.headers)
        except Hung as hung:
            self.server.ending.wait(hung.seconds)
            self.close_connection = True

    def _routed(self, path: str) -> Any:
        for method, shape, name in self.routes:
            found = re.fullmatch(shape, path)
            if found and method == self.command:
                return getattr(self, name)(*found.groups())
        raise Said(400, *MISSING)

    def _spoken(self) -> tuple[dict[str, str], dict[str, Any]]:
        kind = self.headers.get("Content-Type") or ""
        if not kind.startswith("multipart/"):
            form = parse_qs(self.body.decode(), keep_blank_values=True)
            return {name: values[-1] for name, values in form.items()}, {}
        parsed = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body)
        parts = {str(one.get_param("name", header="content-disposition")): one for one in parsed.iter_parts()}
        files = {name: one for name, one in parts.items() if one.get_filename()}
        return {n: p.get_payload(decode=True).decode() for n, p in parts.items() if n not in files}, files

    def us(self, *scopes: str) -> str:
        """Whose token it is; with a proof by the application's secret, as the application demands it."""
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        known = self.state.tokens.get(token)
        if known is None:
            raise Said(400, 190, 0, "Invalid OAuth access token - Cannot parse access token")
        if known.ends and known.ends <= self.state.clock():
            raise Said(400, 190, 463, "Error validating access token: Session has expired")
        given = (self.query | self.said).get("appsecret_proof", "")
        if (
            self.state.needs_proof
            and given != hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        ):
            raise Said(400, 100, 0, "Invalid appsecret_proof provided in the API argument")
        missing = set(scopes) - known.scopes
        if missing:
            raise Said(403, 200, 0, f"(#200) Requires {', '.join(sorted(missing))} permission")
        return known.owner

    def before(self, verb: str) -> tuple[str, float]:
        """The fault of this request, as far as it happens before anything is done."""
        kind, wait = self.state.draw(verb)
        if kind == "error_before":
            raise Said(500, 2, 0, "An unexpected error has occurred. Please retry your request later.")
        if kind == "bad_gateway":
            self._write(502, b"<!doctype html>", "text/html")
            raise Hung
        if kind == "silence_before":
            raise Hung(wait)
        if kind == "too_many":
            usage = {"call_count": 100, "total_cputime": 25, "total_time": 25, "type": "pages"}
            told = {"1": [usage | {"estimated_time_to_regain_access": self.state.regain}]}
            raise Said(403, 32, 0, "(#32) Page request limit reached", X_Business_Use_Case_Usage=json.dumps(told))
        if kind.startswith("code_"):
            code, _, subcode = kind.removeprefix("code_").partition("/")
            raise Said(400, int(code), int(subcode or 0), "(#0) As it was planted")
        return kind, wait

    def after(self, kind: str, wait: float, told: Any) -> Any:
        """The fault of this request, as far as it happens when all is done."""
        if kind == "error_after":
            raise Said(500, 1, 0, "An unknown error occurred")
        if kind == "silence_after":
            raise Hung(wait)
        if kind == "half":
            body = json.dumps(told).encode()
            self._write(200, body, "application/json", cut=len(body) // 2)
            raise Hung
        if kind == "html":
            self._write(200, b"<!doctype html><title>Wartung</title>", "text/html")
            raise Hung
        return {"unerwartet": True} if kind == "garbage" else told

    def listed(self, rows: list[Any], shape: Callable[[Any], Any]) -> dict[str, Any]:
        """A page of rows with cursors: keysets, so that what comes or goes meanwhile moves nothing."""
        limit = min(int(self.query.get("limit", "25")), self.state.page)
        keys = [row["id"] for row in rows]
        after = base64.urlsafe_b64decode(self.query["after"]).decode() if "after" in self.query else ""
        start = keys.index(after) + 1 if after in keys else 0
        page = rows[start : start + limit]
        told: dict[str, Any] = {"data": [shape(row) for row in page]}
        if page:
            ends = self.cursor_of(page[0]["id"]), self.cursor_of(page[-1]["id"])
            told["paging"] = {"cursors": {"before": ends[0], "after": ends[1]}}
            if start + limit < len(rows):
                told["paging"]["next"] = f"{self.server.url}{self.path}&access_token=never-to-be-used"
        return told

    def cursor_of(self, native_id: str) -> str:
        return base64.urlsafe_b64encode(native_id.encode()).decode()

    def agreed(self, scopes: str, **more: str) -> None:
        """A person agreed: back to the application with a code."""
        asked = self.query
        if asked["client_id"] != APP_ID or asked["response_type"] != "code":
            raise Said(400, 101, 0, "Error validating application.")
        code = secrets.token_urlsafe(12)
        self.state.codes[code] = {"redirect_uri": asked["redirect_uri"], "scope": scopes, **more}
        target = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        self._write(302, b"", "text/plain", {"Location": target})
        raise Hung

    def exchanged(self, given: dict[str, str]) -> dict[str, str]:
        """What a code was given for; it counts once."""
        if given.get("client_id") != APP_ID or given.get("client_secret") != APP_SECRET:
            raise Said(400, 1, 0, "Error validating client secret.")
        kept = self.state.codes.pop(given.get("code", ""), None)
        if kept is None or kept["redirect_uri"] != given.get("redirect_uri"):
            raise Said(400, 100, 36009, "This authorization code has been used.")
        return dict(kept)

    def answer(self, status: int, told: Any, extra: dict[str, str] | None = None) -> None:
        usage = {"X-App-Usage": json.dumps({"call_count": self.state.usage, "total_time": 1, "total_cputime": 1})}
        self._write(status, json.dumps(told).encode(), "application/json; charset=UTF-8", usage | (extra or {}))

    def _write(
        self, status: int, body: bytes, media_type: str, extra: dict[str, str] | None = None, cut: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**(extra or {}), "Content-Type": media_type, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])
        self.wfile.flush()
