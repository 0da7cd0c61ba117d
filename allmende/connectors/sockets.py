"""Web sockets (RFC 6455) on the door's wires: text in and out, pings both ways, everything bounded. `Client.dial` opens them."""

import time
from collections import deque
from collections.abc import Mapping, Sequence

import httpcore2
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from allmende.connectors.answers import Teller, broken
from allmende.connectors.errors import ConnectorError, Refused, TryLater

LARGEST_MESSAGE = 2**20
# Its bytes are bounded; empty pieces would not be.
MOST_PARTS = 1_000
_CHUNK = 65_536


class Socket:
    """One web socket that stands. Messages longer than the limit, broken frames and bytes that are no text end it.

    `silence_seconds`: half of it without a whole frame and the other end is asked for a sign of life, all of it and the
    line is dead; single bytes are none. `is_over`: it has stood for its whole time.
    """

    def __init__(
        self, stream: httpcore2.NetworkStream, protocol: ClientProtocol, silence_seconds: float, end: float
    ) -> None:
        self._stream, self._protocol = stream, protocol
        self._silence, self._end = silence_seconds, end
        self._alive_at, self._is_asked = time.monotonic(), False
        self._waiting: deque[str] = deque()
        self._parts: list[bytes] | None = None

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    @property
    def close_code(self) -> int:
        """With which number the other end hung up; 0 if it did not say."""
        told = self._protocol.close_rcvd
        return told.code if told else 0

    def say(self, text: str) -> None:
        """Send a text message. TryLater if the line is dead."""
        if self._protocol.state is not State.OPEN:
            raise self._ended()
        self._protocol.send_text(text.encode())
        self._flush()

    def hear(self, within: float) -> str | None:
        """The next text message; "" for a sign of life without words, None if nothing came for so many seconds.

        TryLater when the line is cut, silent, spoken wrongly or hung up; `close_code` may say why.
        """
        until = time.monotonic() + within
        self._flush()  # a frame that came with the handshake may wait for its answer
        while True:
            self._take()
            if self._waiting:
                return self._waiting.popleft()
            if self._protocol.state is not State.OPEN:
                raise self._ended()
            now = time.monotonic()
            if now >= min(until, self._end):
                return None
            self._watch(now)
            asks_at = self._alive_at + self._silence / (1 if self._is_asked else 2)
            self._read(max(0.0, min(until, self._end, asks_at) - now))

    def close(self) -> None:
        """Hang up: say so if that is possible at once, and wait for nothing."""
        try:
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(1000)
                self._flush()
        except ConnectorError:
            pass
        finally:
            self._stream.close()

    def _watch(self, now: float) -> None:
        """Ask for a sign of life, once; who gives none is gone."""
        silent_for = now - self._alive_at
        if silent_for >= self._silence:
            raise TryLater(reason_code="cut_off", detail="No sign of life.")
        if silent_for >= self._silence / 2 and not self._is_asked:
            self._is_asked = True
            self._protocol.send_ping(b"allmende")
            self._flush()

    def _read(self, seconds: float) -> None:
        try:
            data = self._stream.read(_CHUNK, max(seconds, 0.001))
        except httpcore2.ReadTimeout:
            return
        except httpcore2.NetworkError as error:
            raise TryLater(reason_code="cut_off", detail=type(error).__name__) from error
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._flush()

    def _flush(self) -> None:
        """Send what the protocol has to say: our words, answers to pings, its complaints."""
        for data in self._protocol.data_to_send():
            try:
                if data:
                    self._stream.write(data, self._silence)
            except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
                raise TryLater(reason_code="cut_off", detail=type(error).__name__) from error

    def _take(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._alive_at, self._is_asked = time.monotonic(), False
                self._take_frame(event)

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.CONT) and (frame.opcode is Opcode.TEXT or self._parts is not None):
            self._parts = [] if self._parts is None else self._parts
            self._parts.append(bytes(frame.data))
            if len(self._parts) > MOST_PARTS:
                raise TryLater(reason_code="garbled", detail="too many parts")
            if not frame.fin:
                return
            whole, self._parts = b"".join(self._parts), None
            try:
                self._waiting.append(whole.decode())
            except UnicodeDecodeError as error:
                raise TryLater(reason_code="garbled", detail="not text") from error
        else:
            self._waiting.append("")

    def _ended(self) -> TryLater:
        """Why it does not stand any more: hung up with a number, spoken wrongly, or cut."""
        wrong = self._protocol.parser_exc
        if self._protocol.close_rcvd:
            return TryLater(reason_code="hung_up", detail=str(self._protocol.close_rcvd)[:200])
        if wrong is not None and not isinstance(wrong, EOFError):
            return TryLater(reason_code="garbled", detail=type(wrong).__name__)
        return TryLater(reason_code="cut_off", detail="The line ended.")


def shake_hands(
    stream: httpcore2.NetworkStream,
    url: str,
    headers: Mapping[str, str],
    protocols: Sequence[str],
    limit: int,
    told: Teller,
) -> ClientProtocol:
    """Make a web socket of a connection. Raises what `told` says of a refusal; TryLater where nobody speaks the protocol."""
    try:
        protocol = ClientProtocol(
            parse_uri(url),
            subprotocols=[Subprotocol(one) for one in protocols] or None,
            max_size=min(limit, LARGEST_MESSAGE),
        )
        request = protocol.connect()
        for name, value in headers.items():
            request.headers[name] = value
        protocol.send_request(request)
    except (WebSocketException, ValueError) as error:
        raise Refused("invalid_request", type(error).__name__) from error
    for data in protocol.data_to_send():
        stream.write(data)
    while protocol.state is State.CONNECTING and protocol.handshake_exc is None:
        data = stream.read(_CHUNK)
        if not data:
            protocol.receive_eof()
            break
        protocol.receive_data(data)
    failure = protocol.handshake_exc
    if isinstance(failure, InvalidStatus):
        raise _refusal(failure.response, told)
    if failure is not None or protocol.state is State.CONNECTING:
        raise broken("unexpected_type", type(failure).__name__, is_spoken=False)
    return protocol


def _refusal(response: Response, told: Teller) -> ConnectorError:
    headers = {name.lower(): value for name, value in response.headers.raw_items()}
    return told(response.status_code, headers, bytes(response.body or b"")[:10_000], is_spoken=False)
