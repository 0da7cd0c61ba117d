"""Start a Synapse on loopback with two accounts, federating with nobody, and end it by its process number."""

import hashlib
import hmac
import json
import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from tools.matrix_server.install import install
from tools.postgres import CannotStart

NAME = "haus.test"
ACCOUNTS = (("haus", "Unser Haus"), ("mia", "Mia Muster"))
LONGEST_START_SECONDS = 90.0
LONGEST_END_SECONDS = 10.0
_FREELY = {"per_second": 10_000, "burst_count": 10_000}


@dataclass(frozen=True)
class Person:
    """An account at the server."""

    user: str
    name: str
    password: str


@dataclass(frozen=True)
class Server:
    """A running server: its address, and the people who are there."""

    server: str
    people: Sequence[Person]


@contextmanager
def running() -> Iterator[Server]:
    """A fresh server; everything said there is gone when the block ends. Raises CannotInstall, CannotStart."""
    python = install()
    with tempfile.TemporaryDirectory(prefix="allmende-matrix-", ignore_cleanup_errors=True) as name:
        scratch, secret = Path(name), secrets.token_hex(16)
        port = _free_port()
        (scratch / "homeserver.yaml").write_text(json.dumps(settings_of(scratch, port, secret)))
        (scratch / "log.yaml").write_text(json.dumps(_log_settings(scratch)))
        synapse = [str(python), "-m", "synapse.app.homeserver", "-c", str(scratch / "homeserver.yaml")]
        made = subprocess.run([*synapse, "--generate-keys"], cwd=scratch, capture_output=True, text=True)
        if made.returncode:
            raise CannotStart(f"The Matrix server made no key. It said:\n{made.stderr[-2000:]}")
        with open(scratch / "output", "w") as output:
            process = subprocess.Popen(
                synapse, cwd=scratch, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        try:
            yield _ready(process, scratch, port, secret)
        finally:
            process.terminate()
            try:
                process.wait(LONGEST_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def proven() -> Iterator[Mapping[str, str]]:
    """The server for a test step: the environment that tells the tests where it is."""
    with running() as server:
        yield {"ALLMENDE_MATRIX": json.dumps(asdict(server))}


def settings_of(scratch: Path, port: int, secret: str) -> dict[str, object]:
    """A homeserver.yaml, which may be JSON: on loopback, alone in the world, in no hurry with anybody."""
    limits = {f"rc_{name}": _FREELY for name in ("message", "registration", "admin_redaction", "room_creation")}
    return {
        "server_name": NAME,
        "pid_file": str(scratch / "synapse.pid"),
        "listeners": [
            {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
        ],
        "database": {"name": "sqlite3", "args": {"database": str(scratch / "synapse.sqlite3")}},
        "log_config": str(scratch / "log.yaml"),
        "media_store_path": str(scratch / "media"),
        "signing_key_path": str(scratch / "signing.key"),
        "registration_shared_secret": secret,
        "macaroon_secret_key": secrets.token_hex(16),
        "form_secret": secrets.token_hex(16),
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "report_stats": False,
        "presence": {"enabled": False},
        "refreshable_access_token_lifetime": "1h",
        "rc_login": {"address": _FREELY, "account": _FREELY, "failed_attempts": _FREELY},
        "rc_joins": {"local": _FREELY, "remote": _FREELY},
        "rc_invites": {"per_room": _FREELY, "per_user": _FREELY, "per_issuer": _FREELY},
        **limits,
    }


def _log_settings(scratch: Path) -> dict[str, object]:
    return {
        "version": 1,
        "handlers": {"file": {"class": "logging.FileHandler", "filename": str(scratch / "log")}},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }


def _ready(process: subprocess.Popen[bytes], scratch: Path, port: int, secret: str) -> Server:
    """The server once it answers and knows its people."""
    client, end = Client(neighbours=frozenset({("127.0.0.1", port)})), time.monotonic() + LONGEST_START_SECONDS
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                client.read(f"{address}/_matrix/client/versions")
                break
            except ConnectorError:
                if process.poll() is not None or time.monotonic() > end:
                    said = "".join(
                        path.read_text()[-1000:] for path in scratch.glob("*") if path.name in ("output", "log")
                    )
                    raise CannotStart(f"The Matrix server did not start. It said:\n{said}") from None
                time.sleep(0.2)
        return Server(address, [_enrolled(client, address, secret, user, name) for user, name in ACCOUNTS])
    finally:
        client.close()


def _enrolled(client: Client, address: str, secret: str, user: str, name: str) -> Person:
    """A new account, as an administrator makes one with the shared secret."""
    url, password = f"{address}/_synapse/admin/v1/register", f"{user}-password"
    nonce = client.read(url).json()["nonce"]
    sealed = hmac.new(secret.encode(), f"{nonce}\0{user}\0{password}\0notadmin".encode(), hashlib.sha1)
    said = {
        "nonce": nonce, "username": user, "displayname": name, "password": password, "admin": False,
        "mac": sealed.hexdigest(),
    }  # fmt: skip
    client.speak("POST", url, json=said)
    return Person(user, name, password)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
