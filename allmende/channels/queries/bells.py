"""Networks that can tell by webhook that something is new: which they are, and the key a person enters there."""

from django.utils.crypto import salted_hmac

from allmende.channels.models import Account
from allmende.connectors.bells import Bell
from allmende.connectors.register import connector_class

LENGTH = 40


def bell_of(account: Account) -> Bell | None:
    """How the account's network proves its webhooks; None: it has none we know, or the account is disconnected."""
    try:
        return None if account.archived_at else connector_class(account.kind).bell
    except LookupError:
        return None


def bell_key(account: Account) -> str:
    """The key both sides know. It hangs on the account and this installation's own key, so it need not be kept."""
    return salted_hmac("channels.bell", str(account.pk), algorithm="sha256").hexdigest()[:LENGTH]
