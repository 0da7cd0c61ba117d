"""The sandbox's HTTP face on loopback: an API as networks have it, a public page, and faults as networks have them.

Under `/key/api`, `/chosen_id/api`, `/list/api` and `/blind/api` the same network shows four characters: one that
remembers keys for an hour, one whose record ids we choose, one with neither but with a list of our own posts, and
one that cannot be asked at all.
"""

import json
import re
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from allmende.connectors.sandbox import page, pictures
from allmende.connectors.sandbox.faults import Fault, Faults, shaped
from allmende.connectors.sandbox.network import (
    LONGEST_TEXT,
    Account,
    IdTaken,
    Network,
    NotAllowed,
    NotThere,
    Words,
)

MODES = ("key", "chosen_id", "list", "blind")
LARGEST_BODY = pictures.LARGEST_FILM
LONGEST_PAGE = 200
_ACCEPTING = ("error_after", "silence_after", "half", "garbage", "html")

STREAM_LOOK_SECONDS = 0.2
# So many looks without anything new, then a sign of life.
STREAM_BREATH = 25

_CHOSEN = re.compile("[A-Za-z0-9-]{1,100}")

Clock = Callable[[], datetime]


class Stopped(Exception):
    """An answer that is no success: status, code, headers."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.headers = headers
        self.status = status
        self.code = code


class Hung(Exception):
    """The connection ends here, after so many seconds of silence."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Face(ThreadingHTTPServer):
    """Serves one network on 127.0.0.1 and writes its URL into the network's file."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, network: Network, port: int = 0, clock: Clock = lambda: datetime.now(UTC)) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        self.network = network
        self.faults = Faults(network.store)
        self.clock = clock
        self.ending = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        network.set_fact("url", self.url)

    def handle_error(self, *visit: Any) -> None:
        """A visitor who hangs up is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*visit)

    def end(self) -> None:
        """Stop serving, let nobody hang."""
        self.ending.set()
        self.shutdown()
        self.server_close()


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Face
    routes: ClassVar[dict[tuple[str, str], str]] = {
        ("GET", "me"): "_me",
        ("GET", "changes"): "_changes",
        ("GET", "stream"): "_stream",
        ("GET", "own"): "_own",
        ("GET", "post"): "_post",
        ("GET", "counters"): "_counters",
        ("POST", "posts"): "_say",
        ("POST", "media"): "_keep",
        ("DELETE", "post"): "_remove",
        ("POST", "moderation"): "_moderate",
    }

    def log_message(self, *args: Any) -> None:
        """Silent: the public log is the record."""

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def do_DELETE(self) -> None:
        self._visit()

    def _visit(self) -> None:
        self.now = self.server.clock()
        self.server.faults.ripen(self.server.network, now=self.now)
        address = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        steps = address.path.strip("/").split("/")
        self.mode = steps[0]
        try:
            self._check_host()
            self.body = self._read_body()
            if len(steps) > 2 and self.mode in MODES and steps[1] == "api":
                self._answer_api(steps[2:])
            else:
                self._answer_page(steps)
        except Stopped as stopped:
            self._answer(stopped.status, {"error": stopped.code}, stopped.headers)
        except NotThere:
            self._answer(404, {"error": "not_there"})
        except NotAllowed as error:
            self._answer(403, {"error": str(error)})
        except Hung as hung:
            self.server.ending.wait(hung.seconds)
            self.close_connection = True

    def _check_host(self) -> None:
        # A page on the open internet must not reach us through a visitor's browser.
        origin = self.headers.get("Origin", self.server.url)
        if self.headers.get("Host") != urlsplit(self.server.url).netloc or origin != self.server.url:
            raise Stopped(403, "wrong_host")

    def _read_body(self) -> bytes:
        written = self.headers.get("Content-Length") or "0"
        length = int(written) if written.isdigit() and len(written) < 16 else LARGEST_BODY + 1
        if length > LARGEST_BODY:
            self.close_connection = True
            raise Stopped(413, "too_large")
        return self.rfile.read(length)

    def _answer_api(self, steps: list[str]) -> None:
        name, native_id = steps[0], ""
        if name == "posts" and len(steps) > 1:
            native_id = steps[1]
            name = steps[2] if len(steps) > 2 else "post"
        verb = self.routes.get((self.command, name))
        if verb is None:
            raise Stopped(404, "no_such_verb")
        self.account = self._logged_in()
        getattr(self, verb)(native_id)

    def _logged_in(self) -> Account:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        account = self.server.network.account(token) if token else None
        if account is None:
            raise Stopped(401, "logged_out")
        return account

    def _me(self, native_id: str) -> None:
        account = self.account
        self._answer(200, {"id": str(account.id), "handle": account.handle, "name": account.name})

    def _changes(self, native_id: str) -> None:
        fault = self._before_reading("collect")
        after = self._number("after")
        limit = min(self._number("limit", LONGEST_PAGE), LONGEST_PAGE)
        changes = self.server.network.changes(after, limit)
        following = changes[-1]["seq"] if changes else after
        content = {
            "me": str(self.account.id),
            "url": self.server.url,
            "changes": shaped(fault, changes),
            "next": following,
            "more": len(changes) == limit,
        }
        self._answer_reading(fault, content)

    def _stream(self, native_id: str) -> None:
        """Server-sent events: one for whatever is new, a comment as sign of life now and then, until either side ends it."""
        self.close_connection = True
        seen, breath = self.server.network.newest_change(), 0
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        while not self.server.ending.wait(STREAM_LOOK_SECONDS):
            newest, breath = self.server.network.newest_change(), breath + 1
            if newest != seen:
                self.wfile.write(b"event: news\ndata:\n\n")
            elif breath % STREAM_BREATH == 0:
                self.wfile.write(b":\n\n")
            self.wfile.flush()
            seen = newest

    def _own(self, native_id: str) -> None:
        if self.mode in ("blind", "chosen_id"):
            raise Stopped(403, "no_list")
        fault = self._before_reading("find")
        posts = self.server.network.own_posts(self.account, self._number("before"))
        self._answer_reading(fault, {"posts": posts})

    def _post(self, native_id: str) -> None:
        if self.mode == "blind":
            raise Stopped(403, "no_list")
        fault = self._before_reading("find")
        self._answer_reading(fault, self.server.network.post(native_id))

    def _counters(self, native_id: str) -> None:
        self._answer(200, self.server.network.counters(native_id))

    def _say(self, native_id: str) -> None:
        words = self._words()
        fault = self.server.faults.draw("send")
        self._before(fault)
        if fault and fault.kind == "late":
            self.server.faults.postpone(self.account, words, now=self.now, wait=fault.wait)
            raise Hung
        try:
            post = self.server.network.say(self.account, words, now=self.now)
        except IdTaken:
            raise Stopped(500, "internal") from None
        self._after(fault, 201, post)

    def _keep(self, native_id: str) -> None:
        media_type = self.headers.get("Content-Type", "")
        if not pictures.is_taken(media_type, len(self.body)):
            raise Stopped(422, "bad_media")
        fault = self.server.faults.draw("media")
        self._before(fault)
        self._after(fault, 201, {"id": self.server.network.keep_picture(media_type, self.body)})

    def _shown(self, said: dict[str, Any]) -> list[tuple[str, str]]:
        media = said.get("media") or []
        if not isinstance(media, list) or len(media) > pictures.MOST or not all(isinstance(one, dict) for one in media):
            raise Stopped(422, "bad_media")
        return [(_string(one, "id"), _string(one, "alt")[: pictures.LONGEST_ALT]) for one in media]

    def _words(self) -> Words:
        said = self._json()
        text, title, parent, chosen = (_string(said, name) for name in ("text", "title", "reply_to", "id"))
        shown = self._shown(said)
        if not text.strip() and not shown:
            raise Stopped(422, "text_empty")
        if len(text) > LONGEST_TEXT:
            raise Stopped(422, "text_too_long")
        if self.mode == "chosen_id" and not _CHOSEN.fullmatch(chosen):
            raise Stopped(422, "bad_id")
        return Words(
            text=text,
            title=title,
            parent=parent,
            visibility=_string(said, "visibility") or "public",
            chosen_id=chosen if self.mode == "chosen_id" else "",
            key=self.headers.get("Idempotency-Key", "") if self.mode == "key" else "",
            media=shown,
        )

    def _remove(self, native_id: str) -> None:
        self.server.network.remove(self.account, native_id, now=self.now)
        self._answer(204, None)

    def _moderate(self, native_id: str) -> None:
        self._before(self.server.faults.draw("moderate"))
        self.server.network.moderate(self.account, native_id, str(self._json().get("measure")), now=self.now)
        self._answer(204, None)

    def _before_reading(self, verb: str) -> Fault | None:
        fault = self.server.faults.draw(verb)  # type: ignore[arg-type]
        self._before(fault)
        return fault

    def _before(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.kind == "error_before":
            raise Stopped(500, "internal")
        if fault.kind == "logged_out":
            raise Stopped(401, "logged_out")
        if fault.kind == "silence_before":
            raise Hung(fault.wait)
        if fault.kind == "too_many_seconds":
            raise Stopped(429, "slow", {"Retry-After": str(int(fault.wait))})
        if fault.kind == "too_many_date":
            wish = format_datetime(self.now + timedelta(seconds=fault.wait), usegmt=True)
            raise Stopped(429, "slow", {"Retry-After": wish})

    def _answer_reading(self, fault: Fault | None, content: dict[str, Any]) -> None:
        self._after(fault if fault and fault.kind in _ACCEPTING else None, 200, content)

    def _after(self, fault: Fault | None, status: int, content: dict[str, Any]) -> None:
        kind = fault.kind if fault else ""
        if kind == "error_after":
            raise Stopped(500, "internal")
        if kind == "silence_after" and fault:
            raise Hung(fault.wait)
        if kind == "half":
            self._write(status, json.dumps(content).encode(), "application/json", share=0.5)
            raise Hung
        if kind == "garbage":
            self._write(status, b'{"id": \xff\x00 [[[', "application/json")
        elif kind == "html":
            script = b"<!doctype html><title>Wartung</title><script>alert(1)</script>"
            self._write(status, script, "text/html; charset=utf-8")
        else:
            self._answer(status, content)

    def _answer_page(self, steps: list[str]) -> None:
        if self.command == "GET" and steps == [""]:
            content = page.timeline(self.server.network.timeline(), self.query.get("error", ""))
            self._write(200, content.encode(), "text/html; charset=utf-8", extra=page.HEADERS)
        elif self.command == "GET" and steps[0] == "media" and len(steps) == 2:
            media_type, picture = self.server.network.picture(steps[1])
            self._write(200, picture, media_type, extra=page.HEADERS)
        elif self.command == "POST" and steps[0] in ("say", "gesture"):
            form = {name: values[-1] for name, values in parse_qs(self.body.decode("utf-8", "replace")).items()}
            target = page.acted(self.server.network, steps[0], form, now=self.now)
            self._write(303, b"", "text/plain", extra={"Location": target})
        else:
            raise Stopped(404, "not_there")

    def _json(self) -> dict[str, Any]:
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Stopped(400, "not_json") from None
        if not isinstance(said, dict):
            raise Stopped(400, "not_json")
        return said

    def _number(self, name: str, otherwise: int = 0) -> int:
        written = self.query.get(name, "")
        return int(written) if written.isdigit() and len(written) < 16 else otherwise

    def _answer(self, status: int, content: Any, extra: dict[str, str] | None = None) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self._write(status, body, "application/json", extra=extra or {})

    def _write(
        self, status: int, body: bytes, media_type: str, *, extra: dict[str, str] | None = None, share: float = 1.0
    ) -> None:
        self.send_response(status)
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: int(len(body) * share)])


def _string(said: dict[str, Any], name: str) -> str:
    value = said.get(name) or ""
    if not isinstance(value, str):
        raise Stopped(422, "bad_value")
    return value
