"""The HTTP face of the fake: the API below /api/, the log-in below /oauth/, and /judge with all the public has seen."""

import base64
import hashlib
import json
import re
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.networks.mastodon.network import Invalid, Missing, Network, Words
from tests.networks.mastodon.shapes import Shapes

WINDOW = 300
UNKNOWN_TOKEN = {"slashed": (400, "Invalid Bearer token")}


class Stopped(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


class Hung(Exception):
    """The connection ends here, after so many seconds of silence."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Face(ThreadingHTTPServer):
    """Serves one network on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, network: Network, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        self.network = network
        self.ending = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

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
    routes: ClassVar[list[tuple[str, str, str]]] = [
        ("GET", r"/api/v([12])/instance", "_instance"),
        ("POST", r"/api/v1/apps", "_register"),
        ("GET", r"/oauth/authorize", "_ask"),
        ("POST", r"/oauth/authorize", "_agree"),
        ("POST", r"/oauth/token", "_token"),
        ("GET", r"/api/v1/accounts/verify_credentials", "_me"),
        ("GET", r"/api/v1/accounts/(\w+)/statuses", "_own"),
        ("POST", r"/api/v1/accounts/(\w+)/follow", "_follow"),
        ("GET", r"/api/v1/timelines/home", "_home"),
        ("GET", r"/api/v1/notifications", "_notifications"),
        ("GET", r"/api/v1/streaming/user/notification", "_stream"),
        ("POST", r"/api/v1/statuses", "_say"),
        ("GET", r"/api/v1/statuses/([\w-]+)", "_status"),
        ("PUT", r"/api/v1/statuses/(\w+)", "_edit"),
        ("DELETE", r"/api/v1/statuses/([\w-]+)", "_delete"),
        ("GET", r"/api/v1/statuses/([\w-]+)/context", "_context"),
        ("POST", r"/api/v1/statuses/(\w+)/(favourite|reblog)", "_act"),
        ("POST", r"/api/v([12])/media", "_upload"),
        ("GET", r"/api/v1/media/(\w+)", "_medium"),
        ("GET", r"/judge", "_judge"),
    ]

    def log_message(self, *args: Any) -> None:
        """Silent: the judge is the record."""

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def do_PUT(self) -> None:
        self._visit()

    def do_DELETE(self) -> None:
        self._visit()

    def _visit(self) -> None:
        self.network = self.server.network
        self.network.ripen()
        self.shapes = Shapes(self.network, self.server.url)
        address = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.limits: dict[str, str] = {}
        try:
            self._limit(address.path)
            for method, shape, name in self.routes:
                found = re.fullmatch(shape, address.path)
                if found and method == self.command:
                    getattr(self, name)(*found.groups())
                    return
            raise Stopped(404, "Not Found")
        except Stopped as stopped:
            self._answer(stopped.status, {"error": stopped.error})
        except (Missing, IndexError):
            self._answer(404, {"error": "Record not found"})
        except Invalid as error:
            self._answer(422, {"error": f"Validation failed: {error}"})
        except Hung as hung:
            self.server.ending.wait(hung.seconds)
            self.close_connection = True

    def _limit(self, path: str) -> None:
        """So many requests in five minutes, if the network says so; 429 tells only when the counting begins anew."""
        limit = int(self.network.fact("limit", "0"))
        now = self.network.clock()
        with self.network.store.open() as db:
            db.execute("INSERT INTO visit VALUES (?, ?)", (now, f"{self.command} {path}"))
            (used,) = db.execute("SELECT count(*) FROM visit WHERE at > ?", (now - WINDOW,)).fetchone()
        if not limit or not path.startswith("/api/"):
            return
        left = str(max(limit - used, 0))
        self.limits = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": left,
            "X-RateLimit-Reset": self.network._stamp(),
        }
        if used > limit:
            self.network.set_fact("limited", int(self.network.fact("limited", "0")) + 1)
            raise Stopped(429, "Too many requests")

    @property
    def us(self) -> str:
        """The account whose token it is."""
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        rows = self.network.store.rows("SELECT * FROM token WHERE token = ?", token)
        if not rows:
            raise Stopped(*UNKNOWN_TOKEN.get(self.shapes.character, (401, "The access token is invalid")))
        if rows[0]["ends"] and rows[0]["ends"] <= self.network.clock():
            raise Stopped(401, "The access token expired")
        self.scopes = set(rows[0]["scopes"].split())
        return str(rows[0]["account_id"])

    def _allowed(self, scope: str) -> str:
        us = self.us
        if not {scope, scope.partition(":")[0]} & self.scopes:
            raise Stopped(403, "This action is outside the authorized scopes")
        return us

    def _instance(self, version: str) -> None:
        self._before("login")
        if version == "2" and self.shapes.character != "mastodon":
            raise Stopped(404, "Not Found")
        self._answer(200, self.shapes.instance(int(version)))

    def _register(self) -> None:
        said, client_id = self._said(), hashlib.sha256(self.body).hexdigest()[:16]
        values = (client_id, "secret-of-" + client_id, said["redirect_uris"], said["scopes"])
        with self.network.store.open() as db:
            db.execute("INSERT OR REPLACE INTO app VALUES (?, ?, ?, ?)", values)
        self._answer(200, {"id": "1", "name": said["client_name"], "client_id": client_id, "client_secret": values[1]})

    def _ask(self) -> None:
        """The page on which a person agrees: one button per account that lives here."""
        self._app(self.query["client_id"], self.query["redirect_uri"], self.query["scope"])
        rows = self.network.store.rows("SELECT * FROM account WHERE acct NOT LIKE '%@%'")
        fields = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in self.query.items())
        buttons = "".join(
            f'<button name="acct" value="{escape(row["acct"])}">{escape(row["acct"])}</button>' for row in rows
        )
        page = f'<!doctype html><title>Authorize</title><form method="post" action="/oauth/authorize">{fields}{buttons}</form>'
        self._write(200, page.encode(), "text/html; charset=utf-8")

    def _agree(self) -> None:
        said = self._said()
        app = self._app(said["client_id"], said["redirect_uri"], said["scope"])
        (account,) = self.network.store.rows("SELECT * FROM account WHERE acct = ?", said["acct"])
        code = base64.urlsafe_b64encode(hashlib.sha256(self.body).digest()).decode()[:30]
        challenge = said.get("code_challenge", "")
        if said.get("code_challenge_method") != "S256" or not challenge:
            raise Stopped(400, "invalid_request")
        values = (code, app["client_id"], account["id"], said["redirect_uri"], challenge, said["scope"])
        with self.network.store.open() as db:
            db.execute("INSERT INTO grant_ VALUES (?, ?, ?, ?, ?, ?)", values)
        target = f"{said['redirect_uri']}?{urlencode({'code': code, 'state': said['state']})}"
        self._write(302, b"", "text/plain", {"Location": target})

    def _app(self, client_id: str, redirect_uri: str, scope: str) -> Any:
        rows = self.network.store.rows("SELECT * FROM app WHERE client_id = ?", client_id)
        if (
            not rows
            or rows[0]["redirect_uri"] != redirect_uri
            or not set(scope.split()) <= set(rows[0]["scopes"].split())
        ):
            raise Stopped(400, "invalid_client")
        return rows[0]

    def _token(self) -> None:
        self._before("login")
        said = self._said()
        apps = self.network.store.rows("SELECT * FROM app WHERE client_id = ?", said.get("client_id"))
        if not apps or apps[0]["client_secret"] != said.get("client_secret"):
            raise Stopped(401, "invalid_client")
        lasts = float(self.network.fact("token_seconds", "0")) or None
        with self.network.store.open() as db:
            if said["grant_type"] == "refresh_token":
                row = db.execute(
                    "DELETE FROM token WHERE refresh = ? AND refresh != '' RETURNING *", (said["refresh_token"],)
                ).fetchone()
            else:
                row = db.execute("DELETE FROM grant_ WHERE code = ? RETURNING *", (said["code"],)).fetchone()
                verifier = (
                    base64.urlsafe_b64encode(hashlib.sha256(said["code_verifier"].encode()).digest())
                    .rstrip(b"=")
                    .decode()
                )
                if row and (row["challenge"] != verifier or row["redirect_uri"] != said["redirect_uri"]):
                    row = None
            if row is None or row["client_id"] != said["client_id"]:
                raise Stopped(400, "invalid_grant")
            told = self.network.grant_token(db, row["account_id"], row["client_id"], row["scopes"], lasts)
        self._answer(200, told)

    def _me(self) -> None:
        self._answer(200, self.shapes.account(self._allowed("read:accounts")))

    def _own(self, account_id: str) -> None:
        self._allowed("read:statuses")
        self._before("read")
        after, before = int(self.query.get("min_id", "0")), int(self.query.get("max_id") or 2**62)
        order = "ASC" if "min_id" in self.query else "DESC"
        question = f"""SELECT * FROM status WHERE account_id = ? AND deleted_at IS NULL
            AND CAST(id AS INTEGER) > ? AND CAST(id AS INTEGER) < ? ORDER BY CAST(id AS INTEGER) {order} LIMIT ?"""
        if self.shapes.character == "slashed":  # even to ourselves, only what anybody may see
            question = question.replace("deleted_at", "visibility IN ('public', 'unlisted') AND deleted_at", 1)
        page = self.shapes.statuses(question, account_id, after, before, self._page())
        self._answer(200, sorted(page, key=lambda one: int(one["id"]), reverse=True))

    def _home(self) -> None:
        """Our own and everything public, newest first."""
        us, before = self._allowed("read:statuses"), int(self.query.get("max_id") or 2**62)
        self._before("read")
        question = """SELECT * FROM status WHERE (account_id = ? OR visibility = 'public') AND deleted_at IS NULL
            AND CAST(id AS INTEGER) < ? ORDER BY CAST(id AS INTEGER) DESC LIMIT ?"""
        self._answer(200, self.shapes.statuses(question, us, before, self._page()))

    def _notifications(self) -> None:
        us = self._allowed("read:notifications")
        self._before("read")
        self._answer(200, self.shapes.notifications(us, int(self.query.get("min_id", "0")), self._page()))

    def _stream(self) -> None:
        """Server-sent events: one per notification, else signs of life."""
        us = self._allowed("read:notifications")
        self.close_connection = True
        count = "SELECT count(*) AS n FROM notification WHERE to_id = ?"
        seen = self.network.store.rows(count, us)[0]["n"]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.flush()
        while not self.server.ending.wait(0.05):
            found = self.network.store.rows(count, us)[0]["n"]
            self.wfile.write(b"event: notification\ndata: {}\n\n" if found > seen else b":thump\n")
            self.wfile.flush()
            seen = found

    def _status(self, native_id: str) -> None:
        self._allowed("read:statuses")
        self._answer(200, self.shapes.status(native_id))

    def _context(self, native_id: str) -> None:
        self._allowed("read:statuses")
        self._answer(200, self.shapes.context(native_id))

    def _say(self) -> None:
        us, said = self._allowed("write:statuses"), self._said()
        words = Words(
            str(said.get("status") or ""), str(said.get("in_reply_to_id") or ""), said.get("visibility") or "public",
            str(said.get("spoiler_text") or ""), tuple(said.get("media_ids") or ()),
        )  # fmt: skip
        kind, wait = self._before("send")
        if kind == "late":
            self.network.postpone(us, words, wait)
            raise Hung
        # Only Mastodon itself is known to keep keys.
        key = self.headers.get("Idempotency-Key", "") if self.shapes.character == "mastodon" else ""
        if self.shapes.character != "mastodon" and len(words.text) > self.network.maximum:
            raise Stopped(400, "Status is too long")
        native_id = self.network.say(us, words, key)
        self._after(kind, wait, self.shapes.status(native_id))

    def _edit(self, native_id: str) -> None:
        us, said = self._allowed("write:statuses"), self._said()
        self._before("edit")
        kept = tuple(said.get("media_ids") or ())
        self.network.edit(us, native_id, str(said.get("status") or ""), str(said.get("spoiler_text") or ""), kept)
        self._answer(200, self.shapes.status(native_id))

    def _delete(self, native_id: str) -> None:
        us = self._allowed("write:statuses")
        told = self.shapes.status(native_id)
        self.network.delete(us, native_id)
        self._answer(200, told)

    def _act(self, native_id: str, verb: str) -> None:
        self.network.act(self._allowed("write:favourites"), verb, native_id)
        self._answer(200, self.shapes.status(native_id))

    def _follow(self, native_id: str) -> None:
        self.network.act(self._allowed("write:follows"), "follow", native_id)
        self._answer(200, {"id": native_id, "following": True})

    def _upload(self, version: str) -> None:
        us = self._allowed("write:media")
        if version == "2" and self.shapes.character == "slashed":
            raise Stopped(404, "Not Found")
        kind, wait = self._before("upload")
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = {
            str(part.get_param("name", header="content-disposition")): part
            for part in BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts()
        }
        file, described = parts["file"], parts.get("description")
        description = described.get_payload(decode=True).decode() if described else ""
        native_id, is_ready = self.network.upload(
            us, file.get_content_type(), description, file.get_payload(decode=True)
        )
        (row,) = self.network.store.rows("SELECT * FROM medium WHERE id = ?", native_id)
        self._after(kind, wait, self.shapes.medium(row), 200 if is_ready else 202)

    def _medium(self, native_id: str) -> None:
        self._allowed("write:media")
        row = self.network.store.rows("SELECT * FROM medium WHERE id = ?", native_id)[0]
        told = self.shapes.medium(row)
        self._answer(200 if told["url"] else 206, told)

    def _judge(self) -> None:
        self._answer(200, self.network.public())

    def _before(self, verb: str) -> tuple[str, float]:
        kind, wait = self.network.draw(verb)
        if kind == "error_before":
            raise Stopped(500, "Internal server error")
        if kind == "logged_out":
            raise Stopped(401, "The access token was revoked")
        if kind == "too_many":
            self.limits = {"X-RateLimit-Reset": self._in(wait)}
            raise Stopped(429, "Too many requests")
        if kind == "silence_before":
            raise Hung(wait)
        return kind, wait

    def _after(self, kind: str, wait: float, told: Any, status: int = 200) -> None:
        if kind == "error_after":
            raise Stopped(500, "Internal server error")
        if kind == "silence_after":
            raise Hung(wait)
        if kind == "half":
            body = json.dumps(told).encode()
            self._write(status, body, "application/json", cut=len(body) // 2)
            raise Hung
        if kind == "html":
            self._write(status, b"<!doctype html><title>Wartung</title>", "text/html")
        else:
            self._answer(status, told)

    def _in(self, seconds: float) -> str:
        return (datetime.fromtimestamp(self.network.clock(), UTC) + timedelta(seconds=seconds)).isoformat()

    def _page(self) -> int:
        return min(int(self.query.get("limit", "20")), int(self.network.fact("page", "40")))

    def _said(self) -> dict[str, Any]:
        if "json" in (self.headers.get("Content-Type") or ""):
            said = json.loads(self.body)
            return said if isinstance(said, dict) else {}
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}

    def _answer(self, status: int, told: Any) -> None:
        self._write(status, json.dumps(told).encode(), "application/json; charset=utf-8", self.limits)

    def _write(
        self, status: int, body: bytes, media_type: str, extra: dict[str, str] | None = None, cut: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**(extra or {}), "Content-Type": media_type, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])


def serve(network: Network, port: int = 0) -> Face:
    """The network in a thread of this process, until `end`."""
    face = Face(network, port)
    serving: Callable[..., None] = face.serve_forever
    threading.Thread(target=serving, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return face
