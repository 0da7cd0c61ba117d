"""The door for mail (docs/decisions/0020): sockets to addresses that `Client.addresses` has checked, encrypted, bounded.

The name is resolved once, each of its addresses must be public or a named neighbour's, and the connection goes to the address
that was checked. Without encryption only to a neighbour on this machine (RFC 8314 for the others).
"""

import socket
import ssl
import time
from dataclasses import dataclass

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.http import Client, Limits

# Ports at which encryption begins with the first byte; at others it is agreed on (STARTTLS).
TLS_FROM_THE_START = frozenset({465, 993})
CHUNK = 65_536


class TooMuch(OSError):
    """More came than one turn may bring."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server and its port."""

    host: str
    port: int


class Wire:
    """One connection. What is read and written in a turn (`begin`) is bounded: in silence, in time, in bytes.

    It takes a socket's and its file's part for `imaplib` and `smtplib`; every fault is an OSError.
    """

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock = sock
        self._limits = limits
        # Short commands go one by one; none waits for the answer to the one before.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = bytearray()
        self.begin()

    def begin(self, seconds: float | None = None) -> None:
        """A new turn: time and bytes count anew. With `seconds` it may be silent for all of its time."""
        self._end = time.monotonic() + (seconds or self._limits.whole_seconds)
        self._silence = seconds or self._limits.silence_seconds
        self._left = self._limits.bytes

    def sendall(self, said: bytes) -> None:
        """All of it, or an OSError."""
        for start in range(0, len(said), CHUNK):
            self._sock.settimeout(self._patience())
            self._sock.sendall(said[start : start + CHUNK])

    def readline(self, limit: int = CHUNK) -> bytes:
        """Up to and with the next line's end, at most `limit` bytes; b"" at the end."""
        scanned = 0
        while (end := self._kept.find(b"\n", scanned, limit)) < 0:
            scanned = len(self._kept)
            if scanned >= limit or not self._more():
                return self._taken(min(limit, len(self._kept)))
        return self._taken(end + 1)

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, fewer only at the end."""
        if size > self._left + len(self._kept):
            raise TooMuch(f"{size} bytes")
        while len(self._kept) < size and self._more():
            pass
        return self._taken(min(size, len(self._kept)))

    def makefile(self, mode: str) -> "Wire":
        """Itself: it reads like a file."""
        return self

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """From here on encrypted. What came before in clear text counts for nothing: anybody could have put it there."""
        self._kept.clear()
        self._sock.settimeout(self._patience())
        self._sock = context.wrap_socket(self._sock, server_hostname=host)

    def close(self) -> None:
        """Hang up."""
        self._sock.close()

    def _more(self) -> bool:
        self._sock.settimeout(self._patience())
        chunk = self._sock.recv(CHUNK)
        self._left -= len(chunk)
        if self._left < 0:
            raise TooMuch(f"more than {self._limits.bytes} bytes")
        self._kept += chunk
        return bool(chunk)

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._kept[:size])
        del self._kept[:size]
        return taken

    def _patience(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("The whole answer took too long.")
        return min(left, self._silence)


def connect(client: Client, place: Place) -> Wire:
    """A connection to the first address that answers, encrypted where that is the port's way. Refused, TryLater."""
    failure: OSError = OSError(f"{place.host} has no address")
    for address in client.addresses(place.host, place.port):
        try:
            wire = Wire(
                socket.create_connection((address, place.port), timeout=client.limits.silence_seconds), client.limits
            )
        except OSError as error:
            failure = error
            continue
        if place.port in TLS_FROM_THE_START and not client.may_be_plain(place.host, place.port):
            secure(client, place, wire)
        return wire
    raise TryLater(reason_code="not_reached", detail=str(failure))


def secure(client: Client, place: Place, wire: Wire) -> None:
    """Encrypt the connection, with a certificate for the name that was asked for. Refused, TryLater."""
    try:
        wire.encrypt(client.trust(), place.host)
    except ssl.SSLCertVerificationError as error:
        wire.close()
        raise Refused("bad_certificate", error.verify_message) from error
    except OSError as error:
        wire.close()
        raise TryLater(reason_code="not_reached", detail=str(error)) from error
