"""The wire below the door: sockets to checked addresses only, each answer under one deadline, reading and speaking apart."""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, cast

import httpcore2
import httpx2

from allmende.connectors.addresses import Resolver, checked_addresses
from allmende.connectors.errors import TryLater
from allmende.connectors.uploads import STOPPED

# When the answer that is being read must have ended, as `time.monotonic` counts.
deadline: ContextVar[float] = ContextVar("deadline")
# Asked before anything is said, with the seconds its answer may take. Raises TryLater where whoever speaks has no time left for that,
# or may not any more.
ask_leave: ContextVar[Callable[[float], None]] = ContextVar("ask_leave", default=lambda _seconds: None)
# Set while a film is sent and its answer awaited: whether whoever sends has time to go on.
may_go_on: ContextVar[Callable[[], bool]] = ContextVar("may_go_on")
# How soon somebody who waits for a network that is silent learns that there is no time any more.
ASK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one silence and for a whole answer, bytes after unpacking, redirects, requests at a time to
    one host. `quarantine` in the abilities must outlast `whole_seconds`."""

    silence_seconds: float = 10.0
    whole_seconds: float = 30.0
    bytes: int = 10_000_000
    redirects: int = 3
    per_host: int = 4

    def until(self, end: float) -> "Limits":
        """The same for what must be over by `end` (`time.monotonic`); a second at least."""
        left = max(end - time.monotonic(), 1.0)
        silence, whole = min(self.silence_seconds, left), min(self.whole_seconds, left)
        return replace(self, silence_seconds=silence, whole_seconds=whole)


class GivenUp(httpcore2.NetworkError):
    """Whoever waited for the answer has to end; what became of the words, nobody knows."""


class _BoundedStream(httpcore2.NetworkStream):
    """A connection on which a slow drip cannot outlast the request's deadline."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        has_time = may_go_on.get(None)
        if has_time is None:
            return self._stream.read(max_bytes, _left(timeout, httpcore2.ReadTimeout))
        end = time.monotonic() + (_left(timeout, httpcore2.ReadTimeout) or float("inf"))
        while True:
            left = end - time.monotonic()
            try:
                return self._stream.read(max_bytes, max(min(left, ASK_SECONDS), 0.001))
            except httpcore2.ReadTimeout:
                if left <= ASK_SECONDS:
                    raise
            if not has_time():
                raise GivenUp

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        has_time, socket = may_go_on.get(None), self._stream.get_extra_info("socket")
        if has_time is None or socket is None:
            self._stream.write(buffer, _left(timeout, httpcore2.WriteTimeout))
            return
        while buffer:
            left = _left(timeout, httpcore2.WriteTimeout) or float("inf")
            buffer = buffer[_sent(socket, buffer, time.monotonic() + left, has_time) :]

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        wait = _left(timeout, httpcore2.ConnectTimeout)
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, wait))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class CheckedBackend(httpcore2.NetworkBackend):
    """Connects only to addresses it has checked itself, so nothing can change between check and use."""

    def __init__(
        self,
        plain: httpcore2.NetworkBackend,
        resolver: Resolver,
        neighbours: frozenset[tuple[str, int]],
    ) -> None:
        self._plain = plain
        self._resolver = resolver
        self._neighbours = neighbours

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in self._checked(host, port):
            wait = _left(timeout, httpcore2.ConnectTimeout)
            try:
                stream = self._plain.connect_tcp(address, port, wait, local_address, socket_options or ())
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
                continue
            return _BoundedStream(stream)
        raise failure

    def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            return checked_addresses(host, port, self._neighbours, self._resolver)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error


class Transport(httpx2.BaseTransport):
    """Reads over connections kept for a while; speaks over fresh ones, since one that the other end closed just now
    would leave open whether the words arrived."""

    def __init__(self, backend: httpcore2.NetworkBackend, tls: ssl.SSLContext) -> None:
        self._kept, self._fresh = (
            httpcore2.ConnectionPool(
                ssl_context=tls,
                max_connections=64,
                max_keepalive_connections=kept,
                keepalive_expiry=5.0,
                network_backend=backend,
            )
            for kept in (16, 0)
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        pool = self._kept if request.method == "GET" else self._fresh
        answer = pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=cast(httpx2.SyncByteStream, request.stream),
                extensions=request.extensions,
            )
        )
        stream = _Body(cast(Iterable[bytes], answer.stream), answer.close)
        return httpx2.Response(answer.status, headers=answer.headers, stream=stream)

    def close(self) -> None:
        self._kept.close()
        self._fresh.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, chunks: Iterable[bytes], close: Callable[[], None]) -> None:
        self._chunks = chunks
        self._close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    def close(self) -> None:
        self._close()


def _sent(socket: Any, buffer: bytes, end: float, has_time: Callable[[], bool]) -> int:
    """How much of it left by `end` (`time.monotonic`). TryLater (STOPPED) if there is no time any more: the film is not whole
    there, so nothing was done."""
    while True:
        left = end - time.monotonic()
        socket.settimeout(max(min(left, ASK_SECONDS), 0.001))
        try:
            return int(socket.send(buffer))
        except TimeoutError as error:
            if left <= ASK_SECONDS:
                raise httpcore2.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error
        if not has_time():
            raise TryLater(reason_code=STOPPED)


def _left(timeout: float | None, expired: type[Exception]) -> float | None:
    """Seconds an operation may take: its own limit or what the whole request has left."""
    end = deadline.get(None)
    if end is None:
        return timeout
    left = end - time.monotonic()
    if left <= 0:
        raise expired("The whole answer took too long.")
    return left if timeout is None else min(timeout, left)
