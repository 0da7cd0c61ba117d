"""A real web socket server on loopback, and a listener that only speaks raw bytes after the handshake."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.utils import accept_key

HEADERS = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "


@contextlib.contextmanager
def talking(talk: Callable[[ServerConnection], None], **more: Any) -> Iterator[int]:
    """The port of a server that talks so to whoever comes; a visitor who hangs up is no error."""

    def handle(visitor: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            talk(visitor)

    with serve(handle, "127.0.0.1", 0, ping_interval=None, **more) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.socket.getsockname()[1])
        server.shutdown()


@contextlib.contextmanager
def raw(after: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a listener that shakes hands as it should, and does what it likes after it."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve_all() -> None:
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), visitor:
                spoken = tls.wrap_socket(visitor, server_side=True) if tls else visitor
                asked = b""
                while b"\r\n\r\n" not in asked:
                    asked += spoken.recv(65_536)
                key = asked.lower().split(b"sec-websocket-key: ")[1].split(b"\r\n")[0]
                at = asked.lower().index(key)
                answer = accept_key(asked[at : at + len(key)].decode()).encode()
                spoken.sendall(HEADERS + answer + b"\r\n\r\n")
                after(spoken)

    thread = threading.Thread(target=serve_all)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)
