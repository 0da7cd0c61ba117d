"""reliability.md, rule 1 and drill D9: nothing that is not public is ever connected to."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from ipaddress import ip_address

import httpcore2
import httpx2
import pytest

from allmende.connectors.addresses import is_near, is_public
from allmende.connectors.errors import ConnectorError, Refused, TryLater, Unclear
from allmende.connectors.http import Client, Limits
from allmende.connectors.secret import Secret
from tests.networks.authority import Authority

PUBLIC = "93.184.216.34"

CLOSED_ADDRESSES = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.254 127.0.0.1 127.1.2.3
127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.8
192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:7f00:1 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:20::1
2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 fe80::1%lo
fec0::1 ff02::1 ff05::1:3 not-an-address
""".split()
OPEN_ADDRESSES = [PUBLIC, "9.9.9.9", "2606:4700::1111", "64:ff9b::9.9.9.9", "::ffff:9.9.9.9"]

CLOSED_URLS = """
http://example.org/ ftp://example.org/ file:///etc/passwd gopher://example.org/ data:text/plain,x //example.org
https://user@example.org/ https://user:pw@example.org/ https://example.org@127.0.0.1/ https:///nothing
https://127.0.0.1/ https://127.0.0.1:8000/ https://[::1]/ https://[::ffff:127.0.0.1]/ https://10.0.0.1/
https://169.254.169.254/latest/meta-data/ https://[fd00:ec2::254]/ https://100.64.0.1/ https://0.0.0.0/
https://[64:ff9b::7f00:1]/ https://[fe80::1%25eth0]/ https://192.168.1.1/ https://2130706433/ https://0177.0.0.1/
""".split()
# What the system's resolver itself turns into a loopback address.
CLOSED_NAMES = ["localhost", "127.1", "0x7f000001", "0x7f.0.0.1", "017700000001"]


class Sockets(httpcore2.NetworkBackend):
    """Connects every address to one local listener, and remembers which addresses were asked for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):  # type: ignore[no-untyped-def]
        self.asked.append(host)
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout)


@contextlib.contextmanager
def listening(answer: bytes, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A listener that gives the same raw bytes to whoever connects; yields its port and what it heard."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                spoken = tls.wrap_socket(connection, server_side=True) if tls else connection
                heard.append(spoken.recv(65536))
                spoken.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1], heard
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def refusing(handler=None, **more) -> Client:  # type: ignore[no-untyped-def]
    def never(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"asked {request.url}")

    return Client(transport=httpx2.MockTransport(handler or never), **more)


def json_answer(body: bytes = b"{}", *more: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_there_are_at_least_sixty_closed_targets() -> None:
    assert len(CLOSED_ADDRESSES) + len(CLOSED_URLS) + len(CLOSED_NAMES) >= 60


@pytest.mark.parametrize("address", CLOSED_ADDRESSES)
def test_closed_address_is_never_connected_to(address: str) -> None:
    sockets = Sockets(1)
    client = Client(resolver=lambda host, port: [address], network=sockets)
    with pytest.raises(Refused) as caught:
        client.read("https://harmless.example/")
    assert caught.value.reason_code == "forbidden_address"
    assert sockets.asked == []


@pytest.mark.parametrize("address", OPEN_ADDRESSES)
def test_public_address_is_open(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", CLOSED_URLS)
def test_closed_url_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(Refused):
        Client(network=Sockets(1), resolver=lambda host, port: ["127.0.0.1"]).read(url)


@pytest.mark.parametrize("name", CLOSED_NAMES)
def test_names_the_system_resolves_to_this_machine_are_refused(name: str) -> None:
    sockets = Sockets(1)
    with pytest.raises((Refused, TryLater)):
        Client(network=sockets).read(f"https://{name}/")
    assert sockets.asked == []


def test_one_private_address_among_public_ones_closes_the_name() -> None:
    sockets = Sockets(1)
    client = Client(resolver=lambda host, port: [PUBLIC, "10.0.0.1"], network=sockets)
    with pytest.raises(Refused):
        client.read("https://mixed.example/")
    assert sockets.asked == []


def test_rebinding_name_is_resolved_once_and_the_checked_address_is_used() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    with listening(json_answer()) as (port, _):
        sockets = Sockets(port)
        with pytest.raises(TryLater):  # the listener speaks no TLS
            Client(resolver=rebinding, network=sockets).read("https://rebinding.example/")
    assert asked == ["rebinding.example"]
    assert sockets.asked == [PUBLIC]


def test_rebinding_between_two_requests_is_refused() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    sockets = Sockets(1)
    client = Client(resolver=lambda host, port: next(answers), network=sockets)
    with pytest.raises(TryLater):
        client.read("https://rebinding.example/")
    with pytest.raises(Refused):
        client.read("https://rebinding.example/")
    assert sockets.asked == [PUBLIC]


def test_server_name_and_host_are_kept_at_the_checked_address(authority: Authority) -> None:
    with listening(json_answer(b'{"ok": 1}'), authority.server("forum.example")) as (port, heard):
        client = Client(resolver=lambda host, p: [PUBLIC], network=Sockets(port), tls=authority.client())
        assert client.read("https://forum.example/x").json() == {"ok": 1}
    assert b"Host: forum.example\r\n" in heard[0]
    assert authority.asked_for == ["forum.example"]


def test_a_certificate_for_another_name_is_not_spoken_to(authority: Authority) -> None:
    with listening(json_answer(), authority.server("other.example")) as (port, heard):
        client = Client(resolver=lambda host, p: [PUBLIC], network=Sockets(port), tls=authority.client())
        with pytest.raises(TryLater) as caught:
            client.speak("POST", "https://forum.example/x", json={})
    assert caught.value.reason_code == "not_reached"
    assert heard == []


REDIRECTS = [url for url in CLOSED_URLS if not url.startswith("//")] + ["https://[", ""]


@pytest.mark.parametrize("target", REDIRECTS)
def test_redirect_to_a_closed_url_is_refused(target: str) -> None:
    seen = []

    def moved(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.url.host)
        return httpx2.Response(302, headers={"location": target})

    with pytest.raises(Refused):
        refusing(moved).read("https://start.example/")
    assert set(seen) == {"start.example"}


def test_redirects_end_after_three_and_never_carry_credentials() -> None:
    seen = []

    def moved(request: httpx2.Request) -> httpx2.Response:
        seen.append(dict(request.headers))
        return httpx2.Response(307, headers={"location": f"/{len(seen)}", "set-cookie": "a=b"})

    with pytest.raises(Refused) as caught:
        refusing(moved).read("https://start.example/", headers={"Authorization": "Bearer t", "Api-Key": "k"})
    assert caught.value.reason_code == "too_many_redirects"
    assert len(seen) == 4
    assert seen[0]["authorization"] == "Bearer t"
    for headers in seen[1:]:
        assert not {"authorization", "api-key", "cookie"} & headers.keys()


def test_redirect_chain_into_the_network_at_home_is_refused_at_its_last_step() -> None:
    steps = {"/": "https://b.example/2", "/2": "https://c.example/3", "/3": "https://169.254.169.254/meta"}

    def moved(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(301, headers={"location": steps[request.url.path]})

    with pytest.raises(Refused) as caught:
        refusing(moved).read("https://a.example/")
    assert caught.value.reason_code == "forbidden_address"


def test_a_spoken_request_is_never_redirected() -> None:
    client = refusing(lambda request: httpx2.Response(307, headers={"location": "https://b.example/"}))
    with pytest.raises(Refused) as caught:
        client.speak("POST", "https://a.example/", json={})
    assert caught.value.reason_code == "redirected"


def test_the_neighbour_is_exactly_one_loopback_port_and_nobody_is_redirected_to_it() -> None:
    with listening(json_answer()) as (port, heard):
        beside = Client().beside("127.0.0.1", port)
        assert beside.read(f"http://127.0.0.1:{port}/").json() == {}
        for url in (
            f"http://127.0.0.1:{port + 1}/",
            f"https://127.0.0.1:{port}/",
            f"http://localhost:{port}/",
        ):
            with pytest.raises(Refused):
                beside.read(url)
        with pytest.raises(Refused):
            Client().read(f"http://127.0.0.1:{port}/")
        to_neighbour = httpx2.MockTransport(
            lambda request: httpx2.Response(302, headers={"location": f"http://127.0.0.1:{port}/"})
        )
        with pytest.raises(Refused):
            Client(transport=to_neighbour).beside("127.0.0.1", port).read("https://a.example/")
        assert len(heard) == 1
        with pytest.raises(ValueError, match="loopback"):
            Client().beside("10.0.0.1", port)


def beside(port: int, **limits: float) -> Client:
    return Client(limits=Limits(**limits)).beside("127.0.0.1", port)  # type: ignore[arg-type]


def test_a_body_larger_than_the_limit_is_not_taken_in() -> None:
    with listening(json_answer(b" " * 100_000)) as (port, _), pytest.raises(TryLater) as caught:
        beside(port, bytes=50_000).read(f"http://127.0.0.1:{port}/")
    assert caught.value.reason_code == "too_large"


def test_a_packed_bomb_is_noticed_before_it_is_large() -> None:
    import gzip
    import tracemalloc

    bomb = gzip.compress(b"\0" * 50_000_000)
    with listening(json_answer(bomb, "Content-Encoding: gzip")) as (port, _):
        client = beside(port, bytes=100_000)
        tracemalloc.start()
        with pytest.raises(TryLater) as caught:
            client.read(f"http://127.0.0.1:{port}/")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert caught.value.reason_code == "too_large"
    assert peak < 5_000_000


def test_packed_answers_are_unpacked_and_cut_ones_are_noticed() -> None:
    import gzip

    packed = gzip.compress(b'{"a": 1}')
    with listening(json_answer(packed, "Content-Encoding: gzip")) as (port, _):
        assert beside(port).read(f"http://127.0.0.1:{port}/").json() == {"a": 1}
    with listening(json_answer(packed[:-9], "Content-Encoding: gzip")) as (port, _):
        with pytest.raises(TryLater):
            beside(port).read(f"http://127.0.0.1:{port}/")
    with listening(json_answer(packed, "Content-Encoding: br")) as (port, _):
        with pytest.raises(Unclear) as caught:
            beside(port).speak("POST", f"http://127.0.0.1:{port}/")
    assert caught.value.reason_code == "unexpected_encoding"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\nX: ", json_answer(b"[")[:-1] + b" "])
def test_a_slow_drip_cannot_outlast_the_whole(answer: bytes) -> None:
    ended = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = server.accept()
        with contextlib.suppress(OSError), connection:
            connection.recv(65536)
            connection.sendall(answer.replace(b"Content-Length: 1", b"Content-Length: 9000"))
            while not ended.wait(0.01):
                connection.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    port = server.getsockname()[1]
    try:
        with pytest.raises(Unclear):
            beside(port, whole_seconds=0.15).speak("POST", f"http://127.0.0.1:{port}/")
    finally:
        ended.set()
        thread.join(5)
        server.close()


def test_one_host_is_asked_only_so_many_times_at_once() -> None:
    inside, most, lock, gate = 0, 0, threading.Lock(), threading.Barrier(2)

    def slow(request: httpx2.Request) -> httpx2.Response:
        nonlocal inside, most
        with lock:
            inside, most = inside + 1, max(most, inside + 1)
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait(2)
        with lock:
            inside -= 1
        return httpx2.Response(200, json={})

    client = refusing(slow, limits=Limits(per_host=2))
    threads = [threading.Thread(target=client.read, args=("https://a.example/",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == 2


def test_a_host_that_is_busy_too_long_is_asked_later() -> None:
    client = refusing(limits=Limits(per_host=0, silence_seconds=0.01))
    with pytest.raises(TryLater) as caught:
        client.speak("POST", "https://a.example/")
    assert caught.value.reason_code == "host_busy"


def test_environment_and_cookies_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    cookies = []

    def baking(request: httpx2.Request) -> httpx2.Response:
        cookies.append(request.headers.get("cookie"))
        return httpx2.Response(200, json={}, headers={"set-cookie": "session=1"})

    client = refusing(baking)
    client.read("https://a.example/")
    client.read("https://a.example/")
    assert cookies == [None, None]


def test_a_header_that_would_split_the_request_is_refused() -> None:
    with listening(json_answer()) as (port, heard), pytest.raises(ConnectorError) as caught:
        beside(port).speak("POST", f"http://127.0.0.1:{port}/", headers={"X": "a\r\nY: b"})
    assert isinstance(caught.value, Refused)
    assert heard in ([], [b""])


def test_a_secret_shows_itself_nowhere() -> None:
    import pickle

    secret = Secret("s3cr3t")
    assert {repr(secret), str(secret), f"{secret}", f"{secret!r}"} == {"***"}
    assert secret.reveal() == "s3cr3t"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.fixture(scope="module")
def authority_of_run(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def authority(authority_of_run: Authority) -> Authority:
    authority_of_run.asked_for.clear()
    return authority_of_run


def test_the_table_of_closed_addresses_is_made_of_addresses() -> None:
    assert all(ip_address(address) for address in CLOSED_ADDRESSES if address != "not-an-address")


def test_a_named_neighbour_may_be_private_and_nothing_else_private_ever_is() -> None:
    def resolver(host: str, port: int) -> tuple[str, ...]:
        return {"pds.intern": ("127.0.0.1",), "metadata.intern": ("169.254.169.254",)}[host]

    with listening(json_answer()) as (port, heard):
        named = frozenset({("pds.intern", port), ("metadata.intern", port), ("127.0.0.1", port)})
        client = Client(neighbours=named, resolver=resolver)
        assert client.read(f"http://pds.intern:{port}/").json() == {}
        assert client.read(f"http://127.0.0.1:{port}/").json() == {}
        for url in (f"http://metadata.intern:{port}/", f"http://pds.intern:{port + 1}/", "http://10.0.0.1/"):
            with pytest.raises(Refused):
                client.read(url)
        with pytest.raises(Refused):
            Client(resolver=resolver).read(f"http://pds.intern:{port}/")
        assert len(heard) == 2


@pytest.mark.parametrize(
    ("address", "near"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("192.168.1.5", True), ("fd12::1", True), ("::1", True), ("8.8.8.8", True)]
    + [(bad, False) for bad in ("169.254.169.254", "100.64.0.1", "0.0.0.0", "fe80::1", "224.0.0.1", "168.63.129.16", "x")],
)  # fmt: skip
def test_which_addresses_a_named_neighbour_may_have(address: str, near: bool) -> None:
    assert is_near(address) is near
