"""Where the sandbox stands and who we are there."""

from collections.abc import Mapping
from typing import Any

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.sandbox.network import Network
from allmende.connectors.sandbox.store import Store
from allmende.connectors.secret import Secret

MODES = ("key", "chosen_id", "list", "blind")


def mode_of(settings: Mapping[str, Any]) -> str:
    """The network's character: key (default), chosen_id, list, blind. Raises Refused."""
    mode = str(settings.get("mode", "key"))
    if mode not in MODES:
        raise Refused("bad_setting", "mode")
    return mode


def face_port(settings: Mapping[str, Any]) -> int:
    """The loopback port the face wrote into the file; another connector may find another. Raises TryLater."""
    url = Network(Store(settings["file"])).fact("url")
    port = url.rpartition(":")[2]
    if not port.isdigit():
        raise TryLater(reason_code="not_reached", detail="The sandbox network is not running.")
    return int(port)


def headers_of(secret: Secret | None) -> dict[str, str]:
    """The header that proves who we are. Raises LoggedOut without a token."""
    if not secret:
        raise LoggedOut("no_token")
    return {"Authorization": f"Bearer {secret.reveal()}"}
