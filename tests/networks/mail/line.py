"""What both faces of the mail server share: a listening socket, a thread for each caller, lines, faults."""

import contextlib
import socketserver
import threading
import time

from tests.networks.mail.store import Store
from tests.networks.patience import SILENCE


class Cut(Exception):
    """The line goes dead."""


class Caller(socketserver.StreamRequestHandler):
    """One connection; `talk` is the protocol's."""

    disable_nagle_algorithm = True
    wbufsize = -1

    @property
    def store(self) -> Store:
        return self.server.store  # type: ignore[attr-defined]

    def handle(self) -> None:
        with contextlib.suppress(Cut, OSError):
            if self.store.tls and self.store.is_tls_first:
                self.encrypt("")
            self.talk()

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()

    def talk(self) -> None:
        raise NotImplementedError

    def say(self, *lines: str | bytes) -> None:
        for line in lines:
            self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        self.wfile.flush()

    def encrypt(self, sudden: str) -> None:
        """Go on encrypted. `sudden`: what somebody on the way put behind our clear answer."""
        if sudden:
            self.say(sudden)
        assert self.store.tls
        self.request = self.connection = self.store.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def hear(self) -> bytes:
        line = self.rfile.readline(1_000_000)
        if not line:
            raise Cut
        return line.rstrip(b"\r\n")

    def met(self, fault: str) -> bool:
        """Let a fault happen; whether it was one that answers."""
        if fault in ("cut", "cut after"):
            raise Cut
        if fault == "silence":
            time.sleep(SILENCE)
            raise Cut
        if fault == "drip":
            for _ in range(60):
                self.wfile.write(b"*")
                self.wfile.flush()
                time.sleep(0.1)
            raise Cut
        if fault:
            self.say(fault)
        return bool(fault)


class Face(socketserver.ThreadingTCPServer):
    """A protocol served on a free loopback port until `end`."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, store: Store, caller: type[Caller]) -> None:
        self.store = store
        super().__init__(("127.0.0.1", 0), caller)
        self.port: int = self.server_address[1]
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(5)
