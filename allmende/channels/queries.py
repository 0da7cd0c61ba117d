"""Answers about channels, messages and the outgoing queue."""

from allmende.channels.models import Account, Channel
from allmende.connectors.contract import Abilities, Connector, Counting
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Finding
from allmende.connectors.register import connector_class
from allmende.connectors.secret import Secret


def connector_of(account: Account, client: Client | None = None) -> Connector:
    """The connector that speaks for this account. Raises `connectors.register.UnknownKind`."""
    secret = Secret(account.secret) if account.secret else None
    return connector_class(account.kind)(account.settings, secret, client or Client())


def abilities_of(channel: Channel) -> Abilities:
    """What the network behind a channel can do; an archive without an account can do nothing."""
    return connector_of(channel.account).abilities if channel.account else Abilities()


def findings_for(channel: Channel, *, title: str, text: str) -> tuple[Finding, ...]:
    """What the network would refuse or cut, found without asking it."""
    if channel.account is None:
        return (Finding("cannot_send", "refuse", "channel"),)
    return connector_of(channel.account).check(Draft(text=text, title=title))


def text_limit(channel: Channel) -> Counting:
    """How the network measures a text: rule, maximum, links, titles."""
    return abilities_of(channel).counting
