"""Networks that can tell by webhook that something is new: which they are, and the key a person enters there."""

from django.utils.crypto import salted_hmac

from allmende.channels.models import Account
from allmende.channels.queries.accounts import CANNOT_OPEN, connector_of
from allmende.connectors.abilities import Way
from allmende.connectors.bells import Bell
from allmende.connectors.register import connector_class

LENGTH = 40


def bell_of(account: Account) -> Bell | None:
    """How the account's network proves its webhooks; None: it has none we know, or the account is disconnected."""
    try:
        return None if account.archived_at else connector_class(account.kind).bell
    except LookupError:
        return None


def can_stream(account: Account) -> bool:
    """Whether the account's network has a line that we can hold, on which it tells at once."""
    return bool(ways_of(account) - {"webhook"})


def ways_of(account: Account) -> frozenset[Way]:
    """In which ways the account's network tells at once that something is new; none where it cannot be opened."""
    try:
        return connector_of(account).abilities.tells_by
    except CANNOT_OPEN:
        return frozenset()


def bell_key(account: Account) -> str:
    """The key both sides know. It hangs on the account and this installation's own key, so it need not be kept."""
    return salted_hmac("channels.bell", str(account.pk), algorithm="sha256").hexdigest()[:LENGTH]
