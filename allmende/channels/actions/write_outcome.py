"""What became of an attempt. Every outcome is written under the fence of the claim it belongs to."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Subquery

from allmende.channels.actions.adopt_message import ADOPTED, Awaited, awaiting_id, take_native_id
from allmende.channels.actions.clean_text import storable
from allmende.channels.models import Attempt, Dispatch, Message
from allmende.channels.states import HELD, SENT, SPEAKING, UNCLEAR, WAITING
from allmende.connectors.errors import Unclear
from allmende.connectors.neutral import Receipt
from allmende.team.queries import Asked, PreparedUpdate, ask_together, write_ahead

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
    _check_shape(receipt.ref.native_id)
    native_id = receipt.ref.native_id
    # Asked only then: settling waits for whoever collects, and what they collected meanwhile may bear this id or answer it.
    awaiting = awaiting_id(message=dispatch.message, native_id=native_id)
    is_settled, found = ask_together((_SETTLE, {"pk": dispatch.pk, "fence": dispatch.fence, "now": now}), awaiting)
    if not is_settled:
        is_settled, found = ask_together((_SETTLE_LATE, {"pk": dispatch.pk, "now": now}), awaiting)
    if not is_settled:
        end_attempt(dispatch, now, "too_late", native_id)
        return False
    known, line = Awaited.of(found), _end_of_line(dispatch, now, "sent", native_id)
    _check_holder(dispatch, native_id, known)
    take_native_id(message=dispatch.message, ref=receipt.ref, at=receipt.sent_at, now=now, known=known, beside=line)
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
    ask_together(_end_of_line(dispatch, now, outcome, detail))


def _end_of_line(dispatch: Dispatch, now: datetime, outcome: str, detail: str) -> Asked:
    told = {"outcome": outcome[:12], "detail": detail[:REASON_LENGTH]}
    return _END_LINE, {"dispatch_id": dispatch.pk, "now": now, **told}


def _check_shape(native_id: str) -> None:
    if not native_id or len(native_id) > LONGEST_ID or storable(native_id) != native_id:
        raise Unclear("garbled", "no usable id")


def _check_holder(dispatch: Dispatch, native_id: str, known: Awaited) -> None:
    if known.has_twin:
        others = Message.objects.filter(channel=dispatch.channel_id, native_id=native_id, dispatch__isnull=False)
        # a remote id belongs to one dispatch only
        if others.exclude(pk=dispatch.message_id).exclude(dispatch__reason_code=ADOPTED).exists():
            raise Unclear(ID_TAKEN, native_id)


def _settling(rows: "QuerySet[Dispatch]", now: datetime) -> "tuple[QuerySet[Dispatch], dict[str, Any]]":
    settled = {"state": SENT, "settled_at": now, "lease_until": None, "holder": "", "fence": F("fence") + 1}
    return rows, settled | {"reason_code": "", "reason": ""}


def _mine(pk: int, fence: int, now: datetime) -> "tuple[QuerySet[Dispatch], dict[str, Any]]":
    return _settling(Dispatch.objects.filter(pk=pk, state__in=(SPEAKING, UNCLEAR), fence=fence), now)


def _late(pk: int, now: datetime) -> "tuple[QuerySet[Dispatch], dict[str, Any]]":
    return _settling(Dispatch.objects.filter(pk=pk, state__in=(UNCLEAR, WAITING, HELD)), now)


def _ending(dispatch_id: int, now: datetime, outcome: str, detail: str) -> "tuple[QuerySet[Attempt], dict[str, Any]]":
    lines = Attempt.objects.filter(dispatch=dispatch_id, ended_at__isnull=True).order_by("-number")
    newest = Attempt.objects.filter(pk=Subquery(lines.values("pk")[:1]))
    return newest, {"ended_at": now, "outcome": outcome, "detail": detail}


_SETTLE, _SETTLE_LATE, _END_LINE = PreparedUpdate(_mine), PreparedUpdate(_late), PreparedUpdate(_ending)


def write_receipts(*, now: datetime) -> None:
    """What a receipt asks, written before the first one: it holds the database while it does."""
    write_ahead(_SETTLE, pk=0, fence=0, now=now)
    write_ahead(_SETTLE_LATE, pk=0, now=now)
    write_ahead(_END_LINE, dispatch_id=0, now=now, outcome="", detail="")
