"""What is brought to us instead of being collected: a visitor's comment on our own page, a signed delivery of a webhook."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from allmende.channels.actions.record_batch import record_batch
from allmende.channels.models import Account, Channel, Cursor, Message
from allmende.channels.queries import public_url
from allmende.connectors.neutral import Batch, Item
from allmende.connectors.page import read as page
from allmende.connectors.secret import Secret
from allmende.connectors.webhook.inbound import NotReceived, Received, received

__all__ = ["NotReceived", "read_delivery", "receive_comment", "receive_items", "receive_withdrawal"]


@transaction.atomic
def receive_comment(
    *, channel: Channel, post: Message, answers: Message, name: str, text: str, now: datetime
) -> Message:
    """Keep what a visitor wrote under a post of our own page; `answers`: the post itself or a comment below it.

    Nobody is recognised: every comment is by somebody new. Whether it is shown is for `hub` to say.
    """
    native_id = f"c-{secrets.token_hex(10)}"
    told = {
        "id": native_id,
        "visitor": f"v-{secrets.token_hex(10)}",
        "name": name,
        "text": text,
        "at": now.isoformat(),
        "post": post.native_id,
        "reply_to": answers.native_id,
        "page": public_url(channel),
    }
    receive_items(channel=channel, items=[page.comment(told)], now=now)
    return Message.objects.get(channel=channel, native_id=native_id)


@transaction.atomic
def receive_withdrawal(*, message: Message, now: datetime) -> None:
    """A visitor takes back what they wrote on our own page. Twice is once."""
    told: Mapping[str, str] = {
        "id": message.native_id or "",
        "visitor": message.identity.native_id if message.identity else "",
        "name": message.identity.name if message.identity else "",
        "text": "",
        "at": message.occurred_at.isoformat(),
        "deleted_at": now.isoformat(),
        "post": message.thread_native_id,
        "reply_to": message.reply_to_native_id,
        "page": public_url(message.channel),
    }
    receive_items(channel=message.channel, items=[page.comment(told)], now=now)


def read_delivery(*, account: Account, headers: Mapping[str, str], body: bytes, now: datetime) -> Received:
    """What a delivery to a webhook account tells, after proof that whoever sent it knows the secret. Raises NotReceived.

    Nothing of the body is read before its signature fits.
    """
    try:
        known = str(json.loads(account.secret)["secret"])
    except (KeyError, TypeError, ValueError):  # disconnected: the secret is gone
        raise NotReceived(410, "not_connected") from None
    return received(headers, body, Secret(known), now)


def receive_items(*, channel: Channel, items: Sequence[Item], now: datetime) -> int:
    """Record what came by itself; the cursor stays where it is. How many messages and gestures were new."""
    cursor = Cursor.objects.filter(channel=channel).values_list("value", flat=True).first() or ""
    recorded = record_batch(channel=channel, batch=Batch(items, cursor), now=now)
    return recorded.new + recorded.gestures
