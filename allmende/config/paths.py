"""Where things lie on disk: one data folder holds everything a workspace leaves behind."""

import os
import secrets
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
    file = data_folder() / "keys" / name
    file.parent.mkdir(exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text()
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(48))
    return file.read_text()
