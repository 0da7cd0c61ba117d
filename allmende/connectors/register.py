"""Kind -> dotted path, imported on first use: a channel nobody has opened costs no import."""

from importlib import import_module

from allmende.connectors.contract import Connector

KINDS: dict[str, str] = {
    "archive": "allmende.connectors.archive.connector:Archive",
    "bluesky": "allmende.connectors.bluesky.connector:Bluesky",
    "facebook": "allmende.connectors.facebook.connector:Facebook",
    "instagram": "allmende.connectors.instagram.connector:Instagram",
    "mastodon": "allmende.connectors.mastodon.connector:Mastodon",
    "sandbox": "allmende.connectors.sandbox.connector:Sandbox",
    "threads": "allmende.connectors.threads.connector:Threads",
}


class UnknownKind(LookupError):
    """No connector of this kind is registered."""


def connector_class(kind: str) -> type[Connector]:
    """The class that speaks `kind`. Raises UnknownKind."""
    try:
        module, name = KINDS[kind].split(":")
    except KeyError:
        raise UnknownKind(kind) from None
    found: type[Connector] = getattr(import_module(module), name)
    return found
