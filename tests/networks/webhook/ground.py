"""A receiver over real loopback HTTP: it knows an id again, and does nothing that is not signed."""

import base64
import contextlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook as Oracle
from standardwebhooks.webhooks import WebhookVerificationError

from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from allmende.connectors.webhook.connector import Webhook
from tests.networks.patience import PATIENT, SILENCE

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()


@dataclass
class Ground:
    """`done`: what the receiver did, by id, the only judge of lost and doubled. `faults`: answers to come instead, one each:
    a status with headers, "cut after" (done, no answer), "cut", "silence"."""

    limits: Limits = PATIENT
    done: dict[str, dict[str, Any]] = field(default_factory=dict)
    deliveries: list[str] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)
    answer: bytes = b'{"ok": true}'
    answer_type: str = "application/json"

    def __post_init__(self) -> None:
        ground = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                with contextlib.suppress(OSError):
                    ground.receive(self)

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/hooks/geheim-7"

    @property
    def client(self) -> Client:
        return Client(limits=self.limits).beside("127.0.0.1", self.server.server_address[1])

    def connector(self, secret: str = SECRET) -> Webhook:
        kept = Secret(json.dumps({"url": self.url, "secret": secret}))
        return Webhook({"host": "127.0.0.1"}, kept, self.client)

    def receive(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        fault = self.faults.pop(0) if self.faults else None
        if fault == "cut":
            return
        if fault == "silence":
            time.sleep(SILENCE)
            return
        if isinstance(fault, tuple):
            self.say(request, *fault)
            return
        try:
            told = Oracle(SECRET).verify(body, {name.lower(): value for name, value in request.headers.items()})
        except WebhookVerificationError:
            self.say(request, 401)
            return
        webhook_id = request.headers["webhook-id"]
        self.deliveries.append(webhook_id)
        if told["type"] == "message.said" and webhook_id not in self.done:
            if told["data"].get("reply_to", webhook_id) not in (*self.done, webhook_id):
                self.say(request, 422)
                return
            self.done[webhook_id] = told["data"]
        if fault != "cut after":
            self.say(request, 200, {"Content-Type": self.answer_type}, self.answer)

    def say(self, request: BaseHTTPRequestHandler, status: int, headers: Any = None, body: bytes = b"") -> None:
        request.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()
