"""The site over real HTTP: / names the feed, /feed is it."""

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.networks.feed.network import TYPES, Network
from tests.networks.patience import SILENCE


class Face(ThreadingHTTPServer):
    """Serves one site on 127.0.0.1."""

    daemon_threads = True

    def __init__(self, network: Network) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.network = network
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *visit: Any) -> None:
        """A visitor who hangs up is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*visit)

    def end(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: Face

    def log_message(self, *args: Any) -> None:
        """Silent: the network is the record."""

    def do_GET(self) -> None:
        network = self.server.network
        with network.lock:
            if self.path in ("/", "/neues.html"):
                kind = TYPES[network.shape]
                page = f'<!doctype html><link rel="alternate" type="{kind}" href="/comments/feed"><LINK href=\'feed?a=1&amp;b=2\' type={kind} rel="home alternate">'
                self._write(200, page.encode(), "text/html; charset=utf-8")
            elif self.path == "/umgezogen":
                self._write(301, b"", "text/html", Location="/feed")
            elif self.path.startswith("/feed"):
                self._feed(network)
            else:
                self._write(404, b"", "text/html")

    def _feed(self, network: Network) -> None:
        fault = network.faults.pop(0) if network.faults else ""
        if fault == "error":
            self._write(503, b"<h1>Wartung</h1>", "text/html")
        elif fault == "page":
            self._write(200, b"<!doctype html><title>Wartung</title>", "text/html")
        elif fault == "too_many":
            self._write(429, b"", "text/plain", **{"Retry-After": "90"})
        elif fault == "gone":
            self._write(410, b"", "text/plain")
        elif fault == "silence":
            time.sleep(SILENCE)
            self.close_connection = True
        elif fault == "half":
            body = network.document()
            self._write(200, body, TYPES[network.shape], cut=len(body) // 2)
            self.close_connection = True
        elif network.etag and self.headers.get("If-None-Match") == network.etag:
            network.visits.append((self.path, 304))
            self._write(304, b"", "", ETag=network.etag)
        else:
            network.visits.append((self.path, 200))
            more = {"ETag": network.etag, "Last-Modified": "Thu, 01 Jan 2026 12:00:00 GMT"} if network.etag else {}
            self._write(200, network.document(), network.media_type or f"{TYPES[network.shape]}; charset=utf-8", **more)

    def _write(self, status: int, body: bytes, media_type: str, cut: int | None = None, **more: str) -> None:
        self.send_response(status)
        told = {**more, "Content-Length": str(len(body))} | ({"Content-Type": media_type} if media_type else {})
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])


def serve(network: Network) -> Face:
    """The site in a thread of this process, until `end`."""
    face = Face(network)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return face
