"""Where things lie: one data folder holds everything a workspace leaves behind; and which machines are our neighbours."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path


def data_folder() -> Path:
    """The data folder: `ALLMENDE_DATA`, else the user's data folder. Created on first use, for the owner alone."""
    named = os.environ.get("ALLMENDE_DATA")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    folder = Path(named).expanduser().resolve() if named else Path(base) / "allmende"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def kept_secret(name: str) -> str:
    """A random secret kept in a file beside the database, never in it, so that a copied database opens nothing."""
    return secret_file(name).read_text()


def secret_file(name: str) -> Path:
    """The file of a secret in the data folder, for the owner alone; made with a random one on first use."""
    file = data_folder() / "keys" / name
    file.parent.mkdir(exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(48))
    return file


def neighbours_of(written: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Hosts with their ports from "host:port", IPv6 as "[::1]:3000". Raises ValueError with a sentence."""
    return frozenset(_neighbour_of(one.strip()) for one in written if one.strip())


def _neighbour_of(written: str) -> tuple[str, int]:
    host, _colon, port = written.rpartition(":")
    host = host.removeprefix("[").removesuffix("]").lower()
    if not host or "/" in host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"ALLMENDE_NEIGHBOURS names hosts with their ports, such as 127.0.0.1:3000; not {written!r}.")
    return host, int(port)
