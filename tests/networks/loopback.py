"""A network in memory behind a real loopback HTTP server: routes, faults on demand, a list of visits. Fakes build on it."""

import json
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.networks.patience import SILENCE


class Stopped(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, told: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.told, self.headers = status, told, headers or {}


@dataclass
class Asked:
    """One request, taken apart."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def first(self, name: str, otherwise: str = "") -> str:
        return self.query.get(name, [otherwise])[0]

    def said(self) -> dict[str, Any]:
        """The body as JSON or form."""
        if "json" in self.headers.get("content-type", ""):
            found = json.loads(self.body)
            return found if isinstance(found, dict) else {}
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}

    def parts(self) -> dict[str, Any]:
        """The parts of a multipart body by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        found = BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts()
        return {str(part.get_param("name", header="content-disposition")): part for part in found}


Route = tuple[str, str, Callable[..., Any]]


@dataclass
class Town:
    """What a fake brings: `routes` (method, shape of the path, what answers), a clock that can be moved, its faults,
    the headers of each of its answers."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    skipped: float = 0.0
    visits: list[str] = field(default_factory=list)
    faults: list[list[Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        raise NotImplementedError

    def now(self) -> float:
        """Seconds since 1970, moved by `skipped`."""
        return time.time() + self.skipped

    def plant(self, verb: str, kind: str, *, times: int = 1, wait: float = SILENCE) -> None:
        """Let `kind` happen at the next `times` requests of `verb` (say, upload, read, remove)."""
        self.faults.append([verb, kind, times, wait])

    def draw(self, verb: str) -> tuple[str, float]:
        """The fault for this request, or ""."""
        with self.lock:
            for fault in self.faults:
                if fault[0] == verb and fault[2] > 0:
                    fault[2] -= 1
                    return fault[1], fault[3]
        return "", 0.0

    def verb_of(self, asked: Asked) -> str:
        return "read" if asked.method == "GET" else "remove" if asked.method == "DELETE" else "say"

    def extra_headers(self) -> dict[str, str]:
        """What every answer bears besides, such as how much of a limit is left."""
        return {}

    def refusal(self, kind: str, wait: float) -> Stopped:
        """How this network says that it is too much, or that it does not know us."""
        raise NotImplementedError


class Face(ThreadingHTTPServer):
    """Serves one town on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, town: Town) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.town = town
        self.ending = threading.Event()
        self.port = int(self.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

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

    def log_message(self, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def do_PUT(self) -> None:
        self._visit()

    def do_PATCH(self) -> None:
        self._visit()

    def do_DELETE(self) -> None:
        self._visit()

    def _visit(self) -> None:
        town, address = self.server.town, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, unquote(address.path), parse_qs(address.query), headers, body)
        town.visits.append(f"{self.command} {self.path}")
        kind, wait = town.draw(town.verb_of(asked))
        try:
            if kind == "error_before":
                raise Stopped(500, {"errors": ["Internal server error"]})
            if kind in ("too_many", "logged_out"):
                raise town.refusal(kind, wait)
            if kind == "silence_before":
                self._hang(wait)
                return
            status, told = self._routed(town, asked)
        except Stopped as stopped:
            self._answer(stopped.status, stopped.told, stopped.headers)
            return
        if kind == "silence_after":
            self._hang(wait)
        elif kind == "error_after":
            self._answer(500, {"errors": ["Internal server error"]})
        elif kind == "half":
            written = json.dumps(told).encode()
            self._write(status, written, "application/json", {}, len(written) // 2)
            self.close_connection = True
        elif kind == "garbage":
            self._write(status, b"{]", "application/json", {})
        elif kind == "html":
            self._write(status, b"<!doctype html><title>Wartung</title>", "text/html", {})
        else:
            self._answer(status, told, town.headers)

    def _routed(self, town: Town, asked: Asked) -> tuple[int, Any]:
        for method, shape, answers in town.routes():
            found = re.fullmatch(shape, asked.path)
            if found and method == asked.method:
                with town.lock:
                    told = answers(asked, *found.groups())
                return told if isinstance(told, tuple) else (200, told)
        raise Stopped(404, {"errors": ["Not found"]})

    def _hang(self, seconds: float) -> None:
        self.server.ending.wait(seconds)
        self.close_connection = True

    def _answer(self, status: int, told: Any, headers: dict[str, str] | None = None) -> None:
        written = b"" if told is None else json.dumps(told).encode()
        self._write(status, written, "application/json; charset=utf-8", headers or {})

    def _write(
        self, status: int, body: bytes, media_type: str, headers: dict[str, str], cut: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {
            **self.server.town.extra_headers(),
            **headers,
            "Content-Type": media_type,
            "Content-Length": str(len(body)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])


def serve(town: Town) -> Face:
    """The town in a thread of this process, until `end`."""
    face = Face(town)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return face
