"""A network rings by webhook: something is new. Proven first; what it carries is not read, the ear reads its channels itself."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.crypto import constant_time_compare

from allmende.channels.actions.hear_streams import note_news
from allmende.channels.models import Account
from allmende.channels.queries import CANNOT_OPEN, bell_key, bell_of, connector_of
from allmende.connectors.webhook.inbound import NotReceived

LONGEST_CHALLENGE = 200


def take_ring(*, account: Account, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Have the channels of the account read at the ear's next turn; the word a network wants to hear back, "" if none.
    Raises NotReceived: 401.

    An application has one address for all its accounts, so it rings for each of the workspace that it signs for.
    """
    if not _is_rung(account, headers, body):
        raise NotReceived(401, "signature_is_wrong")
    alike = Account.objects.filter(workspace=account.workspace, kind=account.kind, archived_at__isnull=True)
    note_news(accounts=[one.pk for one in alike if one == account or _is_rung(one, headers, body)], now=now)
    bell = bell_of(account)
    return bell.challenge_in(body) if bell else ""


def confirm_bell(*, account: Account, asked: Mapping[str, str]) -> str:
    """What a network wants to hear back that asks whether we meant to be told (Graph API, Webhooks, verification requests).
    Raises NotReceived: 401 if it does not know our key, 400 if it asks for something else."""
    challenge = asked.get("hub.challenge", "")
    if asked.get("hub.mode") != "subscribe" or not challenge.isalnum() or len(challenge) > LONGEST_CHALLENGE:
        raise NotReceived(400, "not_a_verification")
    if not constant_time_compare(asked.get("hub.verify_token", ""), bell_key(account)):
        raise NotReceived(401, "signature_is_wrong")
    return challenge


def _is_rung(account: Account, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        return connector_of(account).rings(headers, body, bell_key(account))
    except CANNOT_OPEN:
        return False
