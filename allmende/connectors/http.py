"""The one door to the outside. Nothing else in the project opens a connection (reliability.md, rule 1).

A name is resolved once, every address it has must be public, and the connection goes to the address that was
checked, with server name and Host kept. Answers are limited in bytes, time and types; redirects are checked
again and never carry credentials.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import httpcore2
import httpx2

import allmende
from allmende.connectors.addresses import Resolver, checked_addresses, is_loopback, is_public, resolve
from allmende.connectors.answers import Answer, Teller, broken, error_of, unpacked
from allmende.connectors.errors import ConnectorError, Refused, TryLater

__all__ = ["JSON_TYPES", "Answer", "Client", "Limits", "resolve"]

JSON_TYPES = ("application/json", "application/activity+json", "application/ld+json")
USER_AGENT = f"Allmende/{allmende.__version__}"
MOVED = frozenset({301, 302, 303, 307, 308})
_KEPT_ON_REDIRECT = ("accept", "accept-encoding", "user-agent")
_BEFORE_A_BYTE_LEFT = (
    httpcore2.ConnectError,
    httpcore2.ConnectTimeout,
    httpcore2.PoolTimeout,
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
)
_NOT_HTTP = (httpcore2.LocalProtocolError, httpx2.LocalProtocolError, httpcore2.UnsupportedProtocol)
_CUT = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    httpx2.TransportError,
    httpx2.StreamError,
    OSError,
)

_deadline: ContextVar[float] = ContextVar("deadline")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one silence and for a whole answer, bytes after unpacking, redirects, requests at a time to
    one host. `quarantine` in the abilities must outlast `whole_seconds`."""

    silence_seconds: float = 10.0
    whole_seconds: float = 30.0
    bytes: int = 10_000_000
    redirects: int = 3
    per_host: int = 4


class _BoundedStream(httpcore2.NetworkStream):
    """A connection on which a slow drip cannot outlast the request's deadline."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        wait = _remaining(timeout, httpcore2.ConnectTimeout)
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, wait))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore2.NetworkBackend):
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
            wait = _remaining(timeout, httpcore2.ConnectTimeout)
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


class _Transport(httpx2.BaseTransport):
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


class Client:
    """Asks networks; shared by threads. `read` changes nothing there, `speak` may.

    `neighbours`: hosts with ports, as they are written in addresses, that need not be public and may be spoken to over
    plain HTTP; whoever runs the installation named each of them. Nothing redirects there from elsewhere.

    Seams: `transport` (httpx2.MockTransport) is asked instead of the network, under the same rules for
    addresses as they are written, redirects and bodies; `resolver` names, `network` opens sockets, `tls`
    trusts.
    """

    def __init__(
        self,
        *,
        limits: Limits = Limits(),
        transport: httpx2.BaseTransport | None = None,
        resolver: Resolver = resolve,
        network: httpcore2.NetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
        neighbours: frozenset[tuple[str, int]] = frozenset(),
    ) -> None:
        self.limits = limits
        self._seams: dict[str, Any] = {
            "transport": transport,
            "resolver": resolver,
            "network": network,
            "tls": tls,
        }
        self._neighbours = neighbours
        self._lock = threading.Lock()
        self._transport = transport
        self._hosts: dict[tuple[str, int], threading.BoundedSemaphore] = {}
        self._beside: dict[tuple[str, int], Client] = {}

    def beside(self, host: str, port: int) -> "Client":
        """A client that may also speak plain HTTP to exactly this loopback address: the sandbox's face."""
        if not is_loopback(host):
            raise ValueError("Only a literal loopback address can stand beside the public internet.")
        with self._lock:
            if (host, port) not in self._beside:
                self._beside[host, port] = Client(
                    limits=self.limits, neighbours=frozenset({(host, port)}), **self._seams
                )
            return self._beside[host, port]

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Where a door for another protocol may connect to, checked as our own connections are. Refused, TryLater."""
        try:
            return checked_addresses(host, port, self._neighbours, self._seams["resolver"])
        except (OSError, UnicodeError) as error:
            raise TryLater(reason_code="not_reached", detail=str(error)) from error

    def may_be_plain(self, host: str, port: int) -> bool:
        """Whether words need no encryption on their way there: a neighbour on this very machine."""
        return (host, port) in self._neighbours and is_loopback(host)

    def trust(self) -> ssl.SSLContext:
        """Whom such a door trusts; a context of its own, as it is not to say that it speaks HTTP."""
        trusted: ssl.SSLContext = self._seams["tls"] or httpx2.create_ssl_context(trust_env=False)
        return trusted

    def close(self) -> None:
        """Give the connections back."""
        for client in self._beside.values():
            client.close()
        if self._transport is not None:
            self._transport.close()

    def read(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        types: Sequence[str] = JSON_TYPES,
        told: Teller = error_of,
    ) -> Answer:
        """GET. Raises TryLater (also for every broken answer), LoggedOut, Refused, as `told` reads the statuses."""
        asked = dict(headers or {}) | {"Accept": ", ".join(types)}
        request = _request("GET", url, headers=asked, params=params)
        return self._ask(request, types, told, is_spoken=False)

    def speak(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        types: Sequence[str] = JSON_TYPES,
        told: Teller = error_of,
    ) -> Answer:
        """POST, PUT, PATCH or DELETE. `files`: name -> (file name, content, media type), sent with `form` as
        multipart. Raises TryLater or Refused only if certainly nothing was done, else Unclear; LoggedOut."""
        asked = dict(headers or {}) | {"Accept": ", ".join(types)}
        request = _request(method, url, headers=asked, json=json, data=form, content=content, files=files)
        return self._ask(request, types, told, is_spoken=True)

    def _ask(self, request: httpx2.Request, types: Sequence[str], told: Teller, *, is_spoken: bool) -> Answer:
        token = _deadline.set(time.monotonic() + self.limits.whole_seconds)
        try:
            for _ in range(self.limits.redirects + 1):
                answer = self._exchange(request, types, told, is_spoken=is_spoken)
                if isinstance(answer, Answer):
                    return answer
                request = answer
            raise Refused("too_many_redirects", str(request.url.host))
        finally:
            _deadline.reset(token)

    def _exchange(
        self, request: httpx2.Request, types: Sequence[str], told: Teller, *, is_spoken: bool
    ) -> Answer | httpx2.Request:
        """One request and its answer, or the request to follow it with."""
        self._check_url(request.url)
        request.extensions["timeout"] = httpx2.Timeout(self.limits.silence_seconds).as_dict()
        with self._turn(request.url), _errors(is_spoken=is_spoken):
            response = self._door().handle_request(request)
            try:
                if not is_spoken and response.status_code in MOVED:
                    return self._redirected(request, response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                chunks = cast(Iterable[bytes], response.stream)
                packing = headers.get("content-encoding", "")
                body = b"".join(unpacked(chunks, packing, self.limits.bytes, is_spoken=is_spoken))
            finally:
                response.close()
        if not 200 <= response.status_code < 300:
            raise told(response.status_code, headers, body, is_spoken=is_spoken)
        if body and headers.get("content-type", "").partition(";")[0].strip().lower() not in types:
            raise broken("unexpected_type", headers.get("content-type", ""), is_spoken=is_spoken)
        return Answer(response.status_code, headers, body, str(request.url), is_spoken)

    def _door(self) -> httpx2.BaseTransport:
        with self._lock:
            if self._transport is None:
                plain = self._seams["network"] or httpcore2.SyncBackend()
                backend = _CheckedBackend(plain, self._seams["resolver"], self._neighbours)
                self._transport = _Transport(backend, self._seams["tls"] or _system_trust())
            return self._transport

    def _check_url(self, url: httpx2.URL) -> None:
        if url.userinfo:
            raise Refused("credentials_in_address", url.host)
        if not url.host or "%" in url.host:
            raise Refused("no_host")
        if (url.host, url.port) in self._neighbours and url.scheme == "http":
            return
        if url.scheme != "https":
            raise Refused("not_https", url.host)
        if is_literal(url.host) and not is_public(url.host):
            raise Refused("forbidden_address", url.host)

    def _redirected(self, request: httpx2.Request, response: httpx2.Response) -> httpx2.Request:
        try:
            target = request.url.join(response.headers.get("location", ""))
        except (httpx2.InvalidURL, ValueError) as error:
            raise Refused("redirected", "no readable address") from error
        if (target.host, target.port) in self._neighbours and target.netloc != request.url.netloc:
            raise Refused("forbidden_address", target.host)
        kept = {name: request.headers[name] for name in _KEPT_ON_REDIRECT if name in request.headers}
        return _request("GET", str(target), headers=kept)

    @contextmanager
    def _turn(self, url: httpx2.URL) -> Iterator[None]:
        with self._lock:
            host = self._hosts.setdefault((url.host, url.port or 443), threading.BoundedSemaphore(self.limits.per_host))
        if not host.acquire(timeout=self.limits.silence_seconds):
            raise TryLater(reason_code="host_busy", detail=url.host)
        try:
            yield
        finally:
            host.release()


@cache
def _system_trust() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


def is_literal(host: str) -> bool:
    """Whether a host is an address rather than a name."""
    return ":" in host or host.replace(".", "").isdigit()


def _request(method: str, url: str, *, headers: Mapping[str, str], **content: Any) -> httpx2.Request:
    given = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"} | dict(headers)
    try:
        return httpx2.Request(method, url, headers=given, **content)
    except (httpx2.InvalidURL, TypeError, ValueError) as error:
        raise Refused("invalid_request", type(error).__name__) from error


@contextmanager
def _errors(*, is_spoken: bool) -> Iterator[None]:
    try:
        yield
    except ConnectorError:
        raise
    except _BEFORE_A_BYTE_LEFT as error:
        raise TryLater(reason_code="not_reached", detail=str(error)) from error
    except _NOT_HTTP as error:
        raise Refused("invalid_request", type(error).__name__) from error
    except _CUT as error:
        raise broken("cut_off", type(error).__name__, is_spoken=is_spoken) from error


def _remaining(timeout: float | None, expired: type[Exception]) -> float | None:
    """Seconds an operation may take: its own limit or what the whole request has left."""
    deadline = _deadline.get(None)
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise expired("The whole answer took too long.")
    return left if timeout is None else min(timeout, left)
