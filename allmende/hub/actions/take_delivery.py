"""A service delivers by webhook what happened there: proven first, each delivery once."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from allmende.channels.actions import (
    NotReceived,
    confirm_bell,
    read_delivery,
    receive_items,
    record_arrivals,
    take_ring,
)
from allmende.channels.models import Account
from allmende.channels.queries import bell_of
from allmende.hub.access import find_listener
from allmende.hub.models import Delivery

# Older ones fail at the time they bear; so long we know an id again.
MEMORY = timedelta(hours=24)

__all__ = ["NotReceived", "confirm", "take_delivery"]


def confirm(*, account: Account, asked: Mapping[str, str]) -> str:
    """The word a network wants to hear back before it rings. Raises NotReceived: 400, 401, and 405 where none asks."""
    bell = bell_of(account)
    if bell is None or bell.is_shared:
        raise NotReceived(405, "nothing_to_confirm")
    return confirm_bell(account=account, asked=asked)


def take_delivery(*, account: Account, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Record what a signed delivery tells, once, or that a network rang; the word it wants to hear back, "" if none. `headers`
    and `body` as they came.

    Raises NotReceived: 410 if the account's channel listens no more, else as `connectors.webhook.inbound.received`.
    """
    if bell_of(account):
        return take_ring(account=account, headers=headers, body=body, now=now)
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
    return ""
