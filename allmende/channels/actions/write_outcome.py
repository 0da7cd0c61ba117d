"""What became of an attempt. Every outcome is written under the fence of the claim it belongs to."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from allmende.channels.actions.adopt_message import ADOPTED, take_native_id
from allmende.channels.actions.clean_text import storable
from allmende.channels.models import Attempt, Dispatch, Message
from allmende.channels.states import HELD, SENT, SPEAKING, UNCLEAR, WAITING
from allmende.connectors.errors import Unclear
from allmende.connectors.neutral import Receipt

REASON_LENGTH = 500
LONGEST_ID = 255
# The network gave us an id that it gave to another message of ours before.
ID_TAKEN = "id_taken"


@transaction.atomic
def write_receipt(*, dispatch: Dispatch, receipt: Receipt, now: datetime) -> bool:
    """The network has it: the dispatch is sent and its message bears the network's id.

    False if the claim was lost and somebody settled it otherwise. A receipt that comes after the claim was lost, while
    nobody knows yet or before it is said again, is still proof and is taken. Raises Unclear for an id nobody can keep.
    """
    _check_id(dispatch, receipt)
    mine = Dispatch.objects.filter(pk=dispatch.pk, state__in=(SPEAKING, UNCLEAR), fence=dispatch.fence)
    late = Dispatch.objects.filter(pk=dispatch.pk, state__in=(UNCLEAR, WAITING, HELD))
    if not (_settle(mine, now) or _settle(late, now)):
        end_attempt(dispatch, now, "too_late", receipt.ref.native_id)
        return False
    take_native_id(message=dispatch.message, ref=receipt.ref, at=receipt.sent_at, now=now)
    end_attempt(dispatch, now, "sent", receipt.ref.native_id)
    return True


@transaction.atomic
def write_outcome(
    *,
    dispatch: Dispatch,
    state: str,
    now: datetime,
    reason_code: str,
    reason: str = "",
    outcome: str = "",
    **fields: Any,
) -> bool:
    """Move a claimed dispatch to `state` with the reason; False if the claim was lost in between."""
    written = Dispatch.objects.filter(pk=dispatch.pk, state__in=(SPEAKING, UNCLEAR), fence=dispatch.fence).update(
        state=state,
        lease_until=None,
        holder="",
        reason_code=reason_code[:40],
        reason=reason[:REASON_LENGTH],
        **fields,
    )
    end_attempt(dispatch, now, (outcome or state) if written else "too_late", f"{reason_code} {reason}".strip())
    return bool(written)


def end_attempt(dispatch: Dispatch, now: datetime, outcome: str, detail: str) -> None:
    """Close the newest open line of the dispatch's log."""
    line = Attempt.objects.filter(dispatch=dispatch, ended_at__isnull=True).order_by("-number").first()
    if line:
        line.ended_at, line.outcome, line.detail = now, outcome[:12], detail[:REASON_LENGTH]
        line.save(update_fields=["ended_at", "outcome", "detail"])


def _check_id(dispatch: Dispatch, receipt: Receipt) -> None:
    native_id = receipt.ref.native_id
    if not native_id or len(native_id) > LONGEST_ID or storable(native_id) != native_id:
        raise Unclear("garbled", "no usable id")
    other = Message.objects.filter(channel=dispatch.channel_id, native_id=native_id, dispatch__isnull=False)
    proven = other.exclude(pk=dispatch.message_id).exclude(dispatch__reason_code=ADOPTED)
    if proven.exists():  # a remote id belongs to one dispatch only
        raise Unclear(ID_TAKEN, native_id)


def _settle(rows: Any, now: datetime) -> int:
    settled: int = rows.update(
        state=SENT, settled_at=now, lease_until=None, holder="", fence=F("fence") + 1, reason_code="", reason=""
    )
    return settled
