"""The fake's XRPC on loopback: the methods the connector speaks, answered as a PDS answers, and faults on demand."""

import json
import re
import sqlite3
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from allmende.connectors.sandbox.faults import Fault, Faults
from tests.networks.bluesky.films import LARGEST_FILM, Films
from tests.networks.bluesky.network import POST, KeyTaken, Network, Person, WrongSwap
from tests.networks.bluesky.views import Views

TID = re.compile("[234567abcdefghij][234567a-z]{12}")
LARGEST_BLOB, LARGEST_THUMB = 2_000_000, 1_000_000
ACCEPTING = ("error_after", "silence_after", "half", "garbage", "html")


class Stopped(Exception):
    """An answer that is no success: status, the network's name for it, headers."""

    def __init__(self, status: int, name: str, message: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(name)
        self.status, self.content, self.headers = status, {"error": name, "message": message or name}, headers or {}


class Hung(Exception):
    """The connection ends here, after so many seconds of silence."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Face(ThreadingHTTPServer):
    """Serves one network on 127.0.0.1. `asked`: how often each method was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, network: Network, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        self.network = network
        self.views = Views(network)
        self.faults = Faults(network.store)
        self.ending = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: dict[str, int] = {}
        self.left = 3000
        self.takes_cards = True
        self.films = Films(self.url)

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
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Face
    open_to_all: ClassVar = (
        "com.atproto.server.createSession", "com.atproto.server.refreshSession",
        "app.bsky.video.getUploadLimits", "app.bsky.video.uploadVideo", "app.bsky.video.getJobStatus",
    )  # fmt: skip
    verbs: ClassVar = {
        "com.atproto.repo.createRecord": "send",
        "com.atproto.repo.getRecord": "find",
        "app.bsky.feed.getAuthorFeed": "collect",
        "app.bsky.feed.getPostThread": "collect",
        "app.bsky.notification.listNotifications": "collect",
    }

    def log_message(self, *args: Any) -> None:
        """Silent: the public log is the record."""

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def _visit(self) -> None:
        self.network = self.server.network
        self.network.ripen()
        address = urlsplit(self.path)
        self.query = parse_qs(address.query)
        method = address.path.removeprefix("/xrpc/")
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked[method] = self.server.asked.get(method, 0) + 1
        try:
            answer: Callable[[], Any] | None = getattr(self, f"_{method.rpartition('.')[2]}", None)
            if answer is None or "." not in method:
                raise Stopped(501, "MethodNotImplemented")
            if method not in self.open_to_all:
                self.me = self._logged_in("access")
            verb = self.verbs.get(method, "any")
            self.fault = self.server.faults.draw(verb)  # type: ignore[arg-type]
            self._before()
            self._after(answer())
        except Stopped as stopped:
            self._write(stopped.status, json.dumps(stopped.content).encode(), "application/json", stopped.headers)
        except Hung as hung:
            self.server.ending.wait(hung.seconds)
            self.close_connection = True

    def _logged_in(self, kind: str) -> Person:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        row = self.network.token(token) if token else None
        if not token:
            raise Stopped(401, "AuthMissing", "Authentication Required")
        if row is None or row["kind"] != kind:
            raise Stopped(400, "InvalidToken", "Token could not be verified")
        if datetime.fromisoformat(row["expires_at"]) <= self.network.clock():
            raise Stopped(400, "ExpiredToken", "Token has expired")
        person = self.network.person(row["did"])
        assert person
        return person

    def _createSession(self) -> Any:
        said = self._said()
        person = self.network.person(said["identifier"])
        if person is None or not self.network.has_password(person, said["password"]):
            raise Stopped(401, "AuthenticationRequired", "Invalid identifier or password")
        home = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "http://localhost:1"}
        return self.network.session(person) | {"didDoc": {"id": person.did, "service": [home]}}

    def _refreshSession(self) -> Any:
        person = self._logged_in("refresh")
        self.network.rotate(self.headers["Authorization"].removeprefix("Bearer "))
        return self.network.session(person)

    def _getSession(self) -> Any:
        return {"did": self.me.did, "handle": self.me.handle, "active": True}

    def _getProfile(self) -> Any:
        return self.server.views.profile(self._actor("actor"))

    def _resolveHandle(self) -> Any:
        person = self.network.person(self._one("handle"))
        if person is None:
            raise Stopped(400, "InvalidRequest", "Unable to resolve handle")
        return {"did": person.did}

    def _createRecord(self) -> Any:
        said = self._said()
        self._check_repo(said)
        did, collection, rkey, value = said["repo"], said["collection"], said.get("rkey", ""), said["record"]
        if collection == POST:
            self._check_post(value, rkey)
        if self.fault and self.fault.kind == "late":
            self.network.postpone(did, collection, rkey, value, self.fault.wait)
            raise Hung
        try:
            return _strong(self.network.create(did, collection, value, rkey)) | {"validationStatus": "valid"}
        except KeyTaken:
            raise Stopped(500, "InternalServerError", "Internal Server Error") from None

    def _putRecord(self) -> Any:
        said = self._said()
        self._check_repo(said)
        try:
            swap = said.get("swapRecord", ...)
            return _strong(self.network.put(said["repo"], said["collection"], said["rkey"], said["record"], swap))
        except WrongSwap:
            raise Stopped(400, "InvalidSwap", "Record was at another CID") from None

    def _getRecord(self) -> Any:
        uri = f"at://{self._one('repo')}/{self._one('collection')}/{self._one('rkey')}"
        row = self.network.record(uri)
        if row is None:
            raise Stopped(400, "RecordNotFound", f"Could not locate record: {uri}")
        return _strong(row) | {"value": json.loads(row["value"])}

    def _deleteRecord(self) -> Any:
        said = self._said()
        self._check_repo(said)
        self.network.delete(f"at://{said['repo']}/{said['collection']}/{said['rkey']}")
        return {}

    def _uploadBlob(self) -> Any:
        if len(self.body) > LARGEST_BLOB:
            raise Stopped(413, "BlobTooLarge")
        return {"blob": self.network.keep_blob(self.me.did, self.body, self.headers["Content-Type"])}

    def _getServiceAuth(self) -> Any:
        return {"token": self.server.films.proof(self.me, self._one("aud"), self._one("lxm"))}

    def _proven(self, audience: str, method: str) -> Person:
        person = self.server.films.proven(self.headers.get("Authorization", ""), audience, method)
        if person is None:
            raise Stopped(401, "AuthRequired", "Proof for something else")
        return person

    def _getUploadLimits(self) -> Any:
        self._proven(self.server.films.name, "app.bsky.video.getUploadLimits")
        return self.server.films.limits()

    def _uploadVideo(self) -> Any:
        person = self._proven(self.server.films.name, "com.atproto.repo.uploadBlob")
        if person.did != self._one("did") or len(self.body) > LARGEST_FILM or self.body[4:8] != b"ftyp":
            raise Stopped(400, "InvalidRequest", "film")
        blob = self.network.keep_blob(person.did, self.body, self.headers["Content-Type"])
        told, is_known = self.server.films.take(person.did, blob)
        if is_known:
            stopped = Stopped(409, "already_exists", "Video already processed")
            stopped.content |= told
            raise stopped
        return told

    def _getJobStatus(self) -> Any:
        return {"jobStatus": self.server.films.look(self._one("jobId"))}

    def _getPosts(self) -> Any:
        uris = self.query.get("uris", [])
        if not 0 < len(uris) <= 25:
            raise Stopped(400, "InvalidRequest", "uris")
        return {"posts": self.server.views.posts(uris)}

    def _getPostThread(self) -> Any:
        node = self.server.views.thread(self._one("uri"), min(int(self._one("depth", "6")), 1000))
        if node is None:
            raise Stopped(400, "NotFound", "Post not found")
        return {"thread": node}

    def _getAuthorFeed(self) -> Any:
        return self.server.views.feed(self._actor("actor"), self._one("cursor", ""), self._limit())

    def _listNotifications(self) -> Any:
        return self.server.views.notifications(self.me, self._one("cursor", ""), self._limit())

    def _check_repo(self, said: dict[str, Any]) -> None:
        if said["repo"] != self.me.did:
            raise Stopped(401, "AuthRequired")

    def _check_post(self, value: dict[str, Any], rkey: str) -> None:
        from wcwidth import iter_graphemes

        text = value["text"]
        if not TID.fullmatch(rkey) and rkey:
            raise Stopped(400, "InvalidRequest", "Invalid record key")
        if sum(1 for _ in iter_graphemes(text)) > 300 or len(text.encode()) > 3000:
            raise Stopped(400, "InvalidRequest", "Invalid app.bsky.feed.post record: Record/text too long")
        datetime.fromisoformat(value["createdAt"])
        for end in value.get("reply", {}).values():
            if self.network.record(end["uri"]) is None or not end["cid"]:
                raise Stopped(400, "InvalidRequest", "reply")
        for facet in value.get("facets", []):
            part = text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]]
            part.decode()
        film = value.get("embed", {}).get("video")
        if film and not self.network.has_blob(self.me.did, film["ref"]["$link"]):
            raise Stopped(400, "BlobNotFound")
        self._check_card(value.get("embed", {}).get("external"))
        for image in value.get("embed", {}).get("images", []):
            if not self.network.has_blob(self.me.did, image["image"]["ref"]["$link"]) or not isinstance(
                image["alt"], str
            ):
                raise Stopped(400, "BlobNotFound")

    def _check_card(self, card: dict[str, Any] | None) -> None:
        if card is None:
            return
        is_whole = all(isinstance(card.get(name), str) for name in ("uri", "title", "description"))
        if not (self.server.takes_cards and is_whole and card["uri"].isascii()):
            raise Stopped(400, "InvalidRequest", "Invalid app.bsky.feed.post record: Record/embed/external")
        thumb = card.get("thumb")
        if thumb and not self.network.has_blob(self.me.did, thumb["ref"]["$link"]):
            raise Stopped(400, "BlobNotFound")
        if thumb and (thumb["size"] > LARGEST_THUMB or not thumb["mimeType"].startswith("image/")):
            raise Stopped(400, "BlobTooLarge")

    def _actor(self, name: str) -> Person:
        person = self.network.person(self._one(name))
        if person is None:
            raise Stopped(400, "InvalidRequest", "Profile not found")
        return person

    def _limit(self) -> int:
        limit = int(self._one("limit", "50"))
        if not 0 < limit <= 100:
            raise Stopped(400, "InvalidRequest", "limit")
        return limit

    def _said(self) -> dict[str, Any]:
        try:
            said = json.loads(self.body)
        except ValueError:
            raise Stopped(400, "InvalidRequest", "not JSON") from None
        return said if isinstance(said, dict) else {}

    def _one(self, name: str, otherwise: str | None = None) -> str:
        values = self.query.get(name)
        if not values:
            if otherwise is None:
                raise Stopped(400, "InvalidRequest", name)
            return otherwise
        return values[0]

    def _before(self) -> None:
        fault, now = self.fault, self.network.clock()
        if fault is None:
            return
        if fault.kind == "error_before":
            raise Stopped(500, "InternalServerError")
        if fault.kind == "logged_out":
            raise Stopped(401, "AuthenticationRequired")
        if fault.kind == "silence_before":
            raise Hung(fault.wait)
        if fault.kind == "too_many_seconds":
            reset = str(int(now.timestamp() + fault.wait))
            raise Stopped(429, "RateLimitExceeded", headers={"RateLimit-Remaining": "0", "RateLimit-Reset": reset})
        if fault.kind == "too_many_date":
            wish = format_datetime((now + timedelta(seconds=fault.wait)).astimezone(UTC), usegmt=True)
            raise Stopped(429, "RateLimitExceeded", headers={"Retry-After": wish})

    def _after(self, content: Any) -> None:
        fault: Fault | None = self.fault if self.fault and self.fault.kind in ACCEPTING else None
        kind, body = fault.kind if fault else "", json.dumps(content).encode()
        if kind == "error_after":
            raise Stopped(500, "InternalServerError")
        if kind == "silence_after" and fault:
            raise Hung(fault.wait)
        if kind == "half":
            self._write(200, body, "application/json", {}, share=0.5)
            raise Hung
        if kind == "garbage":
            self._write(200, b'{"uri": \xff\x00 [[[', "application/json", {})
        elif kind == "html":
            self._write(200, b"<!doctype html><title>Wartung</title><script>alert(1)</script>", "text/html", {})
        else:
            self._write(200, body, "application/json; charset=utf-8", {})

    def _write(self, status: int, body: bytes, media_type: str, extra: dict[str, str], share: float = 1.0) -> None:
        self.send_response(status)
        limits = {
            "RateLimit-Limit": "3000",
            "RateLimit-Remaining": str(self.server.left),
            "RateLimit-Policy": "3000;w=300",
        }
        for name, value in (limits | extra | {"Content-Type": media_type, "Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: int(len(body) * share)])


def _strong(row: sqlite3.Row) -> dict[str, Any]:
    return {"uri": row["uri"], "cid": row["cid"]}
