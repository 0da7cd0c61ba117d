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
from functools import cache
from itertools import chain
from typing import Any, cast

import httpcore2
import httpx2

import allmende
from allmende.connectors.addresses import Resolver, checked_addresses, is_literal, is_loopback, is_public, resolve
from allmende.connectors.answers import Answer, Teller, broken, error_of, lines_of, unpacked
from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.sockets import Socket, shake_hands
from allmende.connectors.uploads import STOPPED, Body, Upload
from allmende.connectors.wire import CheckedBackend, GivenUp, Limits, Transport, ask_leave, deadline, may_go_on

__all__ = ["JSON_TYPES", "Answer", "Client", "Limits", "Socket", "resolve"]

JSON_TYPES = ("application/json", "application/activity+json", "application/ld+json")
EVENTS = "text/event-stream"
USUAL = Limits()
USER_AGENT = f"Allmende/{allmende.__version__}"
MOVED = frozenset({301, 302, 303, 307, 308})
_UNDER_SOCKETS = {"wss": "https", "ws": "http"}
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
        limits: Limits = USUAL,
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
        limits: Limits | None = None,
    ) -> Answer:
        """GET. Raises TryLater (also for every broken answer), LoggedOut, Refused, as `told` reads the statuses."""
        asked = dict(headers or {}) | {"Accept": ", ".join(types)}
        request = _request("GET", url, headers=asked, params=params)
        return self._ask(request, types, told, limits, is_spoken=False)

    def speak(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        content: Body | None = None,
        files: Mapping[str, tuple[str, Body, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        types: Sequence[str] = JSON_TYPES,
        told: Teller = error_of,
        limits: Limits | None = None,
    ) -> Answer:
        """POST, PUT, PATCH or DELETE. `files`: name -> (file name, content, media type), sent with `form` as
        multipart, an `Upload` as it is read. `limits`: other times than usual, for what takes long to upload. Raises TryLater or Refused only if
        certainly nothing was done, else Unclear (STOPPED where whoever sent a film had to end before the answer); LoggedOut.
        Nothing is said without `wire.ask_leave`."""
        ask_leave.get()((limits or self.limits).whole_seconds)
        asked = dict(headers or {}) | {"Accept": ", ".join(types)}
        request = _request(method, url, headers=asked, json=json, data=form, content=content, files=files)
        bodies = (content, *(body for _name, body, _type in (files or {}).values()))
        film = next((body for body in bodies if isinstance(body, Upload)), None)
        token = may_go_on.set(film.may_go_on) if film else None
        try:
            return self._ask(request, types, told, limits, is_spoken=True)
        finally:
            if token:
                may_go_on.reset(token)

    def follow(
        self,
        url: str,
        heard: Callable[[bytes], bool],
        *,
        headers: Mapping[str, str] | None = None,
        told: Teller = error_of,
    ) -> None:
        """GET a stream of events (text/event-stream) and hand each of its lines that is not empty to `heard`, before the first one "": it stands.

        Ends when `heard` says False, when the other end closes, or after `limits.whole_seconds`. Redirects are not
        followed. Raises as `read` does; TryLater also if nothing came for `limits.silence_seconds`.
        """
        request = _request("GET", url, headers=dict(headers or {}) | {"Accept": EVENTS, "Accept-Encoding": "identity"})
        end = time.monotonic() + self.limits.whole_seconds
        token = deadline.set(end)
        try:
            self._listen(request, heard, told)
        except TryLater:
            if time.monotonic() < end:
                raise
        finally:
            deadline.reset(token)

    @contextmanager
    def dial(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        protocols: Sequence[str] = (),
        told: Teller = error_of,
    ) -> Iterator[Socket]:
        """A web socket at a wss address (ws beside us), for `limits.whole_seconds` at most. Redirects are not followed, nothing
        is packed. Raises as `read` does: TryLater also where the other end speaks HTTP and no web socket."""
        scheme, _, rest = url.partition("://")
        request = _request("GET", f"{_UNDER_SOCKETS.get(scheme.lower(), 'wrong')}://{rest}", headers=headers or {})
        self._check_url(request.url)
        end = time.monotonic() + self.limits.whole_seconds
        token = deadline.set(time.monotonic() + min(2 * self.limits.silence_seconds, self.limits.whole_seconds))
        try:
            socket = self._shaken(request, url, headers or {}, protocols, told, end)
        finally:
            deadline.reset(token)
        try:
            yield socket
        finally:
            socket.close()

    def _shaken(
        self,
        request: httpx2.Request,
        url: str,
        headers: Mapping[str, str],
        protocols: Sequence[str],
        told: Teller,
        end: float,
    ) -> Socket:
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        with _errors(is_spoken=False):
            stream = self._backend().connect_tcp(request.url.host, port, self.limits.silence_seconds)
            try:
                if request.url.scheme == "https":
                    stream = stream.start_tls(self.trust(), request.url.host, self.limits.silence_seconds)
                said = {"User-Agent": USER_AGENT} | dict(headers)
                protocol = shake_hands(stream, url, said, protocols, self.limits.bytes, told)
            except BaseException:
                stream.close()
                raise
        return Socket(stream, protocol, self.limits.silence_seconds, end)

    def _listen(self, request: httpx2.Request, heard: Callable[[bytes], bool], told: Teller) -> None:
        self._check_url(request.url)
        request.extensions["timeout"] = httpx2.Timeout(self.limits.silence_seconds).as_dict()
        with _errors(is_spoken=False):
            response = self._door().handle_request(request)
            try:
                headers = {name.lower(): value for name, value in response.headers.items()}
                chunks = cast(Iterable[bytes], response.stream)
                if response.status_code != 200:
                    body = b"".join(unpacked(chunks, headers.get("content-encoding", ""), 10_000, is_spoken=False))
                    raise told(response.status_code, headers, body, is_spoken=False)
                if headers.get("content-type", "").partition(";")[0].strip().lower() != EVENTS:
                    raise broken("unexpected_type", headers.get("content-type", ""), is_spoken=False)
                written = (line for line in lines_of(chunks) if line)
                for line in chain([b""], written):
                    if not heard(line):
                        break
            finally:
                response.close()

    def _ask(
        self,
        request: httpx2.Request,
        types: Sequence[str],
        told: Teller,
        limits: Limits | None = None,
        *,
        is_spoken: bool,
    ) -> Answer:
        limits = limits or self.limits
        token = deadline.set(time.monotonic() + limits.whole_seconds)
        try:
            for _ in range(self.limits.redirects + 1):
                request.extensions["timeout"] = httpx2.Timeout(limits.silence_seconds).as_dict()
                answer = self._exchange(request, types, told, is_spoken=is_spoken)
                if isinstance(answer, Answer):
                    return answer
                request = answer
            raise Refused("too_many_redirects", str(request.url.host))
        finally:
            deadline.reset(token)

    def _exchange(
        self, request: httpx2.Request, types: Sequence[str], told: Teller, *, is_spoken: bool
    ) -> Answer | httpx2.Request:
        """One request and its answer, or the request to follow it with."""
        self._check_url(request.url)
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
                self._transport = Transport(self._backend(), self._seams["tls"] or _system_trust())
            return self._transport

    def _backend(self) -> CheckedBackend:
        plain = self._seams["network"] or httpcore2.SyncBackend()
        return CheckedBackend(plain, self._seams["resolver"], self._neighbours)

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
        if not host.acquire(timeout=min(self.limits.silence_seconds, max(deadline.get() - time.monotonic(), 0.0))):
            raise TryLater(reason_code="host_busy", detail=url.host)
        try:
            yield
        finally:
            host.release()


@cache
def _system_trust() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


def standard(url: str) -> str:
    """An address in the signs every network takes (URL Standard): its host in Punycode, others percent-encoded; one that cannot be
    read as it is."""
    try:
        return str(httpx2.URL(url))
    except (httpx2.InvalidURL, ValueError):
        return url


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
    except GivenUp as error:
        raise broken(STOPPED, is_spoken=is_spoken) from error
    except _CUT as error:
        raise broken("cut_off", type(error).__name__, is_spoken=is_spoken) from error
