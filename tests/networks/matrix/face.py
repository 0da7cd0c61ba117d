"""The HTTP face of the fake: the client-server API below /_matrix."""

import json
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from tests.networks.matrix.network import Denied, LogIn, Network, Room

V3, V1 = r"/_matrix/client/v3", r"/_matrix/client/v1"


class Hung(Exception):
    """The connection ends here, after so many seconds of silence."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Face(ThreadingHTTPServer):
    """Serves one network on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, network: Network) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
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
        ("GET", r"/_matrix/client/versions", "_versions"),
        ("GET", rf"{V3}/login", "_flows"),
        ("POST", rf"{V3}/login", "_log_in"),
        ("POST", rf"{V3}/refresh", "_refresh"),
        ("POST", rf"{V3}/logout", "_log_out"),
        ("GET", rf"{V3}/account/whoami", "_whoami"),
        ("GET", rf"{V3}/profile/([^/]+)", "_profile"),
        ("GET", rf"{V3}/user/([^/]+)/account_data/m\.direct", "_direct"),
        ("GET", rf"{V3}/joined_rooms", "_joined"),
        ("POST", rf"{V3}/join/([^/]+)", "_join"),
        ("GET", rf"{V3}/sync", "_sync"),
        ("GET", rf"{V3}/rooms/([^/]+)/messages", "_messages"),
        ("GET", rf"{V3}/rooms/([^/]+)/event/([^/]+)", "_event"),
        ("GET", rf"{V3}/rooms/([^/]+)/state/([^/]+)", "_state"),
        ("PUT", rf"{V3}/rooms/([^/]+)/send/([^/]+)/([^/]+)", "_send"),
        ("PUT", rf"{V3}/rooms/([^/]+)/redact/([^/]+)/([^/]+)", "_redact"),
        ("GET", rf"{V1}/rooms/([^/]+)/relations/([^/]+)/([^/]+)", "_relations"),
        ("POST", r"/_matrix/media/v3/upload", "_upload"),
    ]

    def log_message(self, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self._visit()

    def do_POST(self) -> None:
        self._visit()

    def do_PUT(self) -> None:
        self._visit()

    def _visit(self) -> None:
        self.network = self.server.network
        self.network.ripen()
        address = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.network.visits.append(f"{self.command} {address.path}")
        try:
            for method, shape, name in self.routes:
                found = re.fullmatch(shape, address.path)
                if found and method == self.command:
                    getattr(self, name)(*map(unquote, found.groups()))
                    return
            raise Denied(404, "M_UNRECOGNIZED", error="Unrecognized request")
        except Denied as denied:
            self._answer(denied.status, {"errcode": denied.errcode, **denied.more})
        except Hung as hung:
            self.server.ending.wait(hung.seconds)
            self.close_connection = True

    @property
    def log_in(self) -> LogIn:
        return self.network.who((self.headers.get("Authorization") or "").removeprefix("Bearer "))

    def _versions(self) -> None:
        self._answer(200, {"versions": ["v1.1", "v1.11", "v1.12"]})

    def _flows(self) -> None:
        self._answer(200, {"flows": [{"type": one} for one in self.network.flows]})

    def _log_in(self) -> None:
        self._before("login")
        said = json.loads(self.body)
        name = said["identifier"]["user"]
        user = name if name.startswith("@") else f"@{name}:haus.test"
        known = self.network.people.get(user)
        if known is None or known[1] != said["password"]:
            raise Denied(403, "M_FORBIDDEN", error="Invalid username or password")
        self._answer(200, self.network.log_in(user))

    def _refresh(self) -> None:
        kind, wait = self._before("refresh")
        self._after(kind, wait, self.network.renew(json.loads(self.body)["refresh_token"]))

    def _log_out(self) -> None:
        _ = self.log_in
        del self.network.log_ins[(self.headers.get("Authorization") or "").removeprefix("Bearer ")]
        self._answer(200, {})

    def _whoami(self) -> None:
        self._before("read")
        self._answer(200, {"user_id": self.log_in.user, "device_id": self.log_in.device})

    def _profile(self, user: str) -> None:
        if user not in self.network.people:
            raise Denied(404, "M_NOT_FOUND", error="Profile not found")
        self._answer(200, {"displayname": self.network.people[user][0]})

    def _direct(self, user: str) -> None:
        if self.log_in.user != user:
            raise Denied(403, "M_FORBIDDEN")
        if user not in self.network.direct:
            raise Denied(404, "M_NOT_FOUND", error="Account data not found")
        self._answer(200, self.network.direct[user])

    def _joined(self) -> None:
        us = self.log_in.user
        self._before("read")
        rooms = [room.native_id for room in self.network.rooms.values() if us in room.members]
        self._answer(200, {"joined_rooms": rooms})

    def _join(self, name: str) -> None:
        us, room = self.log_in.user, self.network.named(name)
        if room.is_closed and us not in room.members:
            raise Denied(403, "M_FORBIDDEN", error="You are not invited to this room.")
        self.network.join(room.native_id, us)
        self._answer(200, {"room_id": room.native_id})

    def _sync(self) -> None:
        """What is new since a place in the stream, of the rooms asked for; at most `limit` events of each. Without anything
        new the question is held open for as long as it says."""
        self._before("read")
        end = time.monotonic() + int(self.query.get("timeout", "0")) / 1_000
        told = self._synced()
        while not told["rooms"] and time.monotonic() < end and not self.server.ending.wait(0.02):
            told = self._synced()
        self._answer(200, told)

    def _synced(self) -> dict[str, Any]:
        log_in, wanted = self.log_in, json.loads(self.query["filter"])["room"]
        network, since = self.network, _number(self.query.get("since", "s0"))
        parts = {}
        with network.lock:
            for room in network.rooms.values():
                if room.native_id not in wanted.get("rooms", [room.native_id]) or log_in.user not in room.members:
                    continue
                fresh = [
                    one
                    for one in room.events
                    if one["position"] > since
                    and one["type"] in wanted["timeline"]["types"]
                    and one["sender"] not in wanted["timeline"].get("not_senders", ())
                ]
                events = fresh[-wanted["timeline"]["limit"] :]
                if not events:
                    continue
                parts[room.native_id] = {
                    "timeline": {
                        "events": [network.shown(room, one, log_in.device) for one in events],
                        "limited": len(events) < len(fresh) or "since" not in self.query,
                        "prev_batch": f"t{events[0]['position'] - 1}",
                    },
                    "state": {"events": self._members(room, events, log_in)},
                }
            return {"next_batch": f"s{network.position}", "rooms": {"join": parts} if parts else {}}

    def _messages(self, room_id: str) -> None:
        log_in = self.log_in
        kind, wait = self._before("read")
        network, room = self.network, self.network.room_for(room_id, log_in.user)
        wanted, limit = json.loads(self.query.get("filter", "{}")), int(self.query.get("limit", "10"))
        start = _number(self.query.get("from", f"t{network.position}"))
        end = _number(self.query.get("to", "t0"))
        with network.lock:
            found = [
                one
                for one in reversed(room.events)
                if end < one["position"] <= start
                and one["type"] in wanted.get("types", [one["type"]])
                and one["sender"] in wanted.get("senders", [one["sender"]])
            ]
            page = found[:limit]
            told: dict[str, Any] = {
                "chunk": [network.shown(room, one, log_in.device) for one in page],
                "start": f"t{start}",
                "state": self._members(room, page, log_in),
            }
            if len(found) > limit:
                told["end"] = f"t{page[-1]['position'] - 1}"
        self._after(kind, wait, told)

    def _members(self, room: Room, events: list[dict[str, Any]], log_in: LogIn) -> list[dict[str, Any]]:
        senders = {one["sender"] for one in events}
        found = [one for (kind, user), one in room.state.items() if kind == "m.room.member" and user in senders]
        return [self.network.shown(room, one, log_in.device) for one in found]

    def _event(self, room_id: str, event_id: str) -> None:
        log_in = self.log_in
        room = self.network.room_for(room_id, log_in.user)
        self._answer(200, self.network.shown(room, self.network.event(room, event_id), log_in.device))

    def _state(self, room_id: str, kind: str) -> None:
        room = self.network.room_for(room_id, self.log_in.user)
        if (kind, "") not in room.state:
            raise Denied(404, "M_NOT_FOUND", error="State not found")
        event = room.state[kind, ""]
        self._answer(200, self.network.shown(room, event, "") if "format" in self.query else event["content"])

    def _send(self, room_id: str, kind: str, txn: str) -> None:
        log_in, content = self.log_in, json.loads(self.body)
        fault, wait = self._before("send")
        if fault == "late":
            due = self.network.clock() + wait
            act = lambda: self.network.put(room_id, log_in.user, kind, content, device=log_in.device, txn=txn)  # noqa: E731
            self.network.postponed.append((due, act))
            raise Hung
        event_id = self.network.say(room_id, log_in.user, content, txn, log_in.device, kind)
        self._after(fault, wait, {"event_id": event_id})

    def _redact(self, room_id: str, event_id: str, txn: str) -> None:
        log_in = self.log_in
        self._answer(200, {"event_id": self.network.redact(room_id, log_in.user, event_id, txn, log_in.device)})

    def _relations(self, room_id: str, event_id: str, kind: str) -> None:
        log_in = self.log_in
        room = self.network.room_for(room_id, log_in.user)
        found = self.network.related(room, event_id, kind)[::-1]
        start, limit = int(self.query.get("from", "0")), int(self.query.get("limit", "5"))
        told: dict[str, Any] = {"chunk": [self.network.shown(room, one, "") for one in found[start : start + limit]]}
        self._answer(200, told | ({"next_batch": str(start + limit)} if start + limit < len(found) else {}))

    def _upload(self) -> None:
        _ = self.log_in
        kind, wait = self._before("upload")
        uri = f"mxc://haus.test/{len(self.network.media)}"
        self.network.media.append((uri, self.headers.get("Content-Type") or "", self.body))
        self._after(kind, wait, {"content_uri": uri})

    def _before(self, verb: str) -> tuple[str, float]:
        kind, wait = self.network.draw(verb)
        if kind == "error_before":
            raise Denied(500, "M_UNKNOWN", error="Internal server error")
        if kind == "logged_out":
            raise Denied(401, "M_UNKNOWN_TOKEN", error="Token was revoked", soft_logout=False)
        if kind == "forbidden":
            raise Denied(403, "M_FORBIDDEN", error="You may not")
        if kind == "locked":
            raise Denied(401, "M_USER_LOCKED", error="Locked", soft_logout=True)
        if kind == "too_many":
            raise Denied(429, "M_LIMIT_EXCEEDED", error="Too Many Requests", retry_after_ms=int(wait * 1000))
        if kind == "silence_before":
            raise Hung(wait)
        return kind, wait

    def _after(self, kind: str, wait: float, told: Any) -> None:
        if kind == "error_after":
            raise Denied(500, "M_UNKNOWN", error="Internal server error")
        if kind == "silence_after":
            raise Hung(wait)
        if kind == "half":
            body = json.dumps(told).encode()
            self._write(200, body, "application/json", cut=len(body) // 2)
            raise Hung
        if kind == "html":
            self._write(200, b"<!doctype html><title>Wartung</title>", "text/html")
        elif kind == "garbage":
            self._write(200, b'["keine", "Auskunft"]', "application/json")
        else:
            self._answer(200, told)

    def _answer(self, status: int, told: Any) -> None:
        self._write(status, json.dumps(told).encode(), "application/json")

    def _write(self, status: int, body: bytes, media_type: str, cut: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])


def _number(token: str) -> int:
    return int(token[1:])


def serve(network: Network) -> Face:
    """The network in a thread of this process, until `end`."""
    face = Face(network)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return face
