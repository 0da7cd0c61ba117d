"""Look before speaking again: what nobody knows is asked for at the network, or decided by a person."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allmende.channels.actions.claim_dispatch import claim_look
from allmende.channels.actions.notify import notify_about_dispatch
from allmende.channels.actions.rest_account import log_out
from allmende.channels.actions.write_outcome import write_outcome, write_receipt
from allmende.channels.models import Account, Dispatch, Message
from allmende.channels.queries import NEEDS_PERSON, account_of, draft_of
from allmende.channels.states import UNCLEAR, WAITING
from allmende.connectors.abilities import Abilities
from allmende.connectors.contract import Connector
from allmende.connectors.errors import CannotLook, ConnectorError, LoggedOut, Refused, TryLater, Unclear

log = logging.getLogger("allmende.channels")

PATIENCE = timedelta(minutes=4)
ASK_AGAIN = timedelta(minutes=1)
# How long before a key expires it is not trusted any more: the network's clock is not ours.
KEY_MARGIN = timedelta(minutes=5)


class Claimed:
    """The network's ids that belong to other messages of ours in this channel; asked one by one, never loaded."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._others = Message.objects.filter(channel=dispatch.channel_id, dispatch__isnull=False).exclude(
            pk=dispatch.message_id
        )

    def __contains__(self, native_id: object) -> bool:
        return self._others.filter(native_id=native_id).exists()


def mark_unclear(*, dispatch: Dispatch, abilities: Abilities, error: Unclear, now: datetime) -> None:
    """The words left and no proper answer came: they rest for the network's quarantine, then we look.

    A network that can never be asked leaves the decision to a person, who is told at once.
    """
    spoke_at = dispatch.spoke_at or now
    write_outcome(
        dispatch=dispatch, state=UNCLEAR, now=now, reason_code=error.reason_code, reason=error.detail,
        next_at=max(now, spoke_at + abilities.quarantine),
    )  # fmt: skip


def settle_unclear(
    *, connector: Callable[[Account], Connector], holder: str, now: Callable[[], datetime], limit: int = 200
) -> int:
    """Look for every unclear dispatch whose quarantine is over; how many were settled."""
    due = Dispatch.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now()), state=UNCLEAR, next_at__lte=now()
    ).exclude(reason_code=NEEDS_PERSON)
    settled = 0
    for pk in due.order_by("first_spoke_at", "pk").values_list("pk", flat=True)[:limit]:
        dispatch = claim_look(pk=pk, holder=holder, now=now())
        if dispatch is not None:
            settled += _look(dispatch, connector, now)
    return settled


def _look(dispatch: Dispatch, connector_for: Callable[[Account], Connector], now: Callable[[], datetime]) -> bool:
    account = account_of(dispatch.channel)
    connector = connector_for(account)
    since = dispatch.first_spoke_at or dispatch.created_at
    try:
        receipt = connector.find(dispatch.key, draft_of(dispatch), since, claimed=Claimed(dispatch))
    except CannotLook:
        return _without_looking(dispatch, connector.abilities, now())
    except Refused as error:
        return _leave_to_person(dispatch, error, now())
    except LoggedOut as error:
        log_out(account=account, error=error, now=now())
        return _ask_later(dispatch, now() + ASK_AGAIN, error, now())
    except TryLater as error:
        return _ask_later(dispatch, error.due(now()), error, now())
    except ConnectorError as error:
        return _ask_later(dispatch, now() + ASK_AGAIN, error, now())
    except Exception as error:
        log.exception("Dispatch %s: the connector broke while looking", dispatch.pk)
        return _ask_later(dispatch, now() + ASK_AGAIN, TryLater(ASK_AGAIN, "broke", type(error).__name__), now())
    if receipt is not None:
        return write_receipt(dispatch=dispatch, receipt=receipt, now=now())
    return _speak_again(dispatch, now(), "absent")


def _speak_again(dispatch: Dispatch, now: datetime, reason_code: str) -> bool:
    return write_outcome(
        dispatch=dispatch, state=WAITING, now=now, reason_code=reason_code, outcome=reason_code, next_at=now
    )


def _without_looking(dispatch: Dispatch, abilities: Abilities, now: datetime) -> bool:
    """A key the network still remembers makes a repetition harmless; without one a person decides."""
    memory = abilities.idempotency.valid_for
    spoke_at = dispatch.first_spoke_at or dispatch.created_at
    if abilities.idempotency.kind == "key" and memory and now < spoke_at + memory - KEY_MARGIN:
        return _speak_again(dispatch, now, "same_key")
    return _leave_to_person(dispatch, CannotLook(), now)


@transaction.atomic
def _leave_to_person(dispatch: Dispatch, error: ConnectorError, now: datetime) -> bool:
    write_outcome(
        dispatch=dispatch,
        state=UNCLEAR,
        now=now,
        reason_code=NEEDS_PERSON,
        reason=error.detail,
        outcome=error.reason_code,
    )
    dispatch.refresh_from_db()
    notify_about_dispatch(dispatch=dispatch, what="unclear", now=now)
    return False


@transaction.atomic
def _ask_later(dispatch: Dispatch, at: datetime, error: ConnectorError, now: datetime) -> bool:
    write_outcome(
        dispatch=dispatch, state=UNCLEAR, now=now, reason_code=error.reason_code, reason=error.detail,
        outcome="not_asked", next_at=at,
    )  # fmt: skip
    dispatch.refresh_from_db()
    if dispatch.first_spoke_at and max(at, now) - dispatch.first_spoke_at > PATIENCE:
        notify_about_dispatch(dispatch=dispatch, what="unclear", now=now)
    return False
