"""Kind -> dotted path, imported on first use: a channel nobody has opened costs no import."""

from importlib import import_module

from allmende.connectors.contract import Connector

KINDS: dict[str, str] = {
    "archive": "allmende.connectors.archive.connector:Archive",
    "bluesky": "allmende.connectors.bluesky.connector:Bluesky",
    "discord": "allmende.connectors.discord.connector:Discord",
    "discourse": "allmende.connectors.discourse.connector:Discourse",
    "facebook": "allmende.connectors.facebook.connector:Facebook",
    "feed": "allmende.connectors.feed.connector:Feed",
    "github": "allmende.connectors.github.connector:GitHub",
    "instagram": "allmende.connectors.instagram.connector:Instagram",
    "linkedin": "allmende.connectors.linkedin.connector:LinkedIn",
    "mail": "allmende.connectors.mail.connector:Mail",
    "mastodon": "allmende.connectors.mastodon.connector:Mastodon",
    "matrix": "allmende.connectors.matrix.connector:Matrix",
    "nodebb": "allmende.connectors.nodebb.connector:NodeBB",
    "page": "allmende.connectors.page.connector:Page",
    "reddit": "allmende.connectors.reddit.connector:Reddit",
    "sandbox": "allmende.connectors.sandbox.connector:Sandbox",
    "slack": "allmende.connectors.slack.connector:Slack",
    "telegram": "allmende.connectors.telegram.connector:Telegram",
    "threads": "allmende.connectors.threads.connector:Threads",
    "webhook": "allmende.connectors.webhook.connector:Webhook",
    "wordpress": "allmende.connectors.wordpress.connector:WordPress",
    "x": "allmende.connectors.x.connector:X",
    "youtube": "allmende.connectors.youtube.connector:YouTube",
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
