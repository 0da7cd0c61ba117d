"""Socket Mode as it is documented, on a real web socket: a ticket for each line, envelopes that must be acknowledged."""

import contextlib
import json
import threading
from itertools import count
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

APP_TOKEN = "xapp-1-right-token"


class Gate:
    """Opened when its address is first asked for. `left`: envelopes nobody acknowledged; `faults`: what the next visitors meet
    first: a message of Slack's, or nonsense."""

    def __init__(self) -> None:
        self.lock, self.numbers = threading.RLock(), count(1)
        self.tickets: set[str] = set()
        self.lines: list[ServerConnection] = []
        self.left: dict[str, dict[str, Any]] = {}
        self.opened = 0
        self.faults: list[str] = []
        self._server: Server | None = None

    @property
    def port(self) -> int:
        with self.lock:
            if self._server is None:
                more: dict[str, Any] = {"ping_interval": None, "process_request": self._let_in}
                self._server = serve(self._meet, "127.0.0.1", 0, **more)
                threading.Thread(target=self._server.serve_forever, daemon=True).start()
            return int(self._server.socket.getsockname()[1])

    def ticket(self) -> str:
        """An address that holds for one line."""
        ticket = f"t{next(self.numbers)}"
        self.tickets.add(ticket)
        return f"ws://127.0.0.1:{self.port}/link/?ticket={ticket}&app_id=A1"

    def end(self) -> None:
        if self._server is not None:
            self._server.shutdown()

    def tell(self, event: dict[str, Any], kind: str = "events_api") -> None:
        with self.lock:
            envelope = f"e{next(self.numbers)}"
            told = {
                "type": kind,
                "envelope_id": envelope,
                "accepts_response_payload": False,
                "payload": {"event": event},
            }
            if self.lines:
                self.left[envelope] = told
                with contextlib.suppress(ConnectionClosed):
                    self.lines[-1].send(json.dumps(told))

    def _let_in(self, line: ServerConnection, request: Request) -> Response | None:
        ticket = request.path.partition("ticket=")[2].partition("&")[0]
        if ticket not in self.tickets:
            return line.respond(404, "no such ticket")
        self.tickets.remove(ticket)
        return None

    def _meet(self, line: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            with self.lock:
                self.lines.append(line)
                self.opened += 1
                line.send(json.dumps({"type": "hello", "num_connections": len(self.lines)}))
                if self.faults:
                    line.send(self.faults.pop(0))
            for written in line:
                self.left.pop(json.loads(written)["envelope_id"], None)
        with self.lock:
            self.lines.remove(line)
