"""The gateway as it is documented, on a real web socket: greeting, sessions that can be resumed, heartbeats, faults on demand."""

import contextlib
import json
import threading
from itertools import count
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

TOKEN = "right-token-of-the-bot"


class Gate:
    """Opened when its address is first asked for. `faults`: what the next visitors meet; `asked`: what they said first."""

    def __init__(self) -> None:
        self.lock, self.numbers = threading.RLock(), count(1)
        self.sessions: dict[str, list[dict[str, Any]]] = {}
        self.lines: dict[str, ServerConnection] = {}
        self.asked: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.beat_milliseconds, self.remaining = 45_000, 1_000
        self._server: Server | None = None

    @property
    def port(self) -> int:
        with self.lock:
            if self._server is None:
                self._server = serve(self._meet, "127.0.0.1", 0, ping_interval=None)
                threading.Thread(target=self._server.serve_forever, daemon=True).start()
            return int(self._server.socket.getsockname()[1])

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def end(self) -> None:
        if self._server is not None:
            self._server.shutdown()

    def tell(self, kind: str, about: dict[str, Any]) -> None:
        """An event of every session; who is away hears it when the session is resumed."""
        with self.lock:
            for name, events in self.sessions.items():
                events.append({"op": 0, "t": kind, "s": len(events) + 1, "d": about})
                if name in self.lines:
                    self._say(self.lines[name], events[-1])

    def cut(self) -> None:
        """Hang up without a word, on everybody."""
        with self.lock:
            for line in self.lines.values():
                line.socket.close()
            self.lines.clear()

    def _meet(self, line: ServerConnection) -> None:
        fault, name = self.faults.pop(0) if self.faults else "", ""
        with contextlib.suppress(ConnectionClosed, OSError):
            if fault.isdigit():
                line.close(int(fault), "fault")
                return
            line.send(
                "{]"
                if fault == "garbage"
                else json.dumps({"op": 10, "d": {"heartbeat_interval": self.beat_milliseconds}})
            )
            name = self._begin(line, json.loads(line.recv()))
            if fault in ("reconnect", "invalid"):
                self._say(line, {"op": 7, "d": None} if fault == "reconnect" else {"op": 9, "d": False})
            for written in line:
                if json.loads(written)["op"] == 1 and fault != "deaf":
                    self._say(line, {"op": 11})
        with self.lock:
            if self.lines.get(name) is line:
                del self.lines[name]

    def _begin(self, line: ServerConnection, first: dict[str, Any]) -> str:
        about = first["d"]
        with self.lock:
            self.asked.append(first)
            if about["token"] != TOKEN:
                line.close(4004, "Authentication failed.")
            name = about.get("session_id", "")
            if first["op"] == 6 and name in self.sessions:
                self.lines[name] = line
                for event in self.sessions[name][about["seq"] :]:
                    self._say(line, event)
                self._say(line, {"op": 0, "t": "RESUMED", "s": len(self.sessions[name]), "d": {}})
                return str(name)
            name = f"session-{next(self.numbers)}"
            ready = {"session_id": name, "resume_gateway_url": self.url}
            self.sessions[name] = [{"op": 0, "t": "READY", "s": 1, "d": ready}]
            self.lines[name] = line
            self._say(line, self.sessions[name][0])
            return name

    def _say(self, line: ServerConnection, told: dict[str, Any]) -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            line.send(json.dumps(told))
