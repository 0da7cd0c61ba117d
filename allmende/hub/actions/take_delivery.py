"""A service delivers by webhook what happened there: proven first, each delivery once."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from allmende.channels.actions import NotReceived, read_delivery, receive_items, record_arrivals
from allmende.channels.models import Account
from allmende.hub.access import find_listener
from allmende.hub.models import Delivery

# Older ones fail at the time they bear; so long we know an id again.
MEMORY = timedelta(hours=24)

__all__ = ["NotReceived", "take_delivery"]


def take_delivery(*, account: Account, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Record what a signed delivery tells; False if it came before. `headers` and `body` as they came.

    Raises NotReceived: 410 if the account's channel listens no more, else as `connectors.webhook.inbound.received`.
    """
    received = read_delivery(account=account, headers=headers, body=body, now=now)
    channel = find_listener(account)
    if channel is None:
        raise NotReceived(410, "channel_is_closed")
    with transaction.atomic():
        Delivery.objects.filter(account=account, received_at__lt=now - MEMORY).delete()
        _, is_new = Delivery.objects.get_or_create(
            account=account, webhook_id=received.webhook_id, defaults={"received_at": now}
        )
        if is_new:
            receive_items(channel=channel, items=received.items, now=now)
            if record_arrivals(workspace=account.workspace, arrivals=received.arrivals, now=now).unknown:
                raise NotReceived(400, "unknown_link")
    return is_new
