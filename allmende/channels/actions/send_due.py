"""The mouth: settle what is open, stop what may not leave, then say what is due."""

import logging
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from allmende.channels.actions.claim_dispatch import claim_dispatch, due_dispatches
from allmende.channels.actions.hand_over import hash_of
from allmende.channels.actions.notify import notify_about_dispatch
from allmende.channels.actions.rest_account import count_failure, count_success, log_out
from allmende.channels.actions.settle_unclear import mark_unclear, settle_unclear
from allmende.channels.actions.sort_queue import sort_queue
from allmende.channels.actions.write_outcome import write_outcome, write_receipt
from allmende.channels.models import Account, Dispatch
from allmende.channels.queries import account_of, connector_of, draft_of
from allmende.channels.states import GIVEN_UP, REFUSED, SPEAKING_RIGHTS, WAITING
from allmende.connectors.contract import Connector
from allmende.connectors.errors import LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.team.access import require
from allmende.team.queries import is_open_to

log = logging.getLogger("allmende.channels")

LONGEST_RUN_SECONDS = 20.0
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)
PATIENCE = timedelta(hours=48)


@dataclass(slots=True)
class Mouth:
    """One run's way to the networks: the guarded client, one connector per account, and a clock that starts at `now`."""

    start: datetime
    client: Client = field(default_factory=Client)
    holder: str = field(default_factory=lambda: f"{os.getpid()}:{secrets.token_hex(3)}")
    _began: float = field(default_factory=time.monotonic)
    _connectors: dict[object, Connector] = field(default_factory=dict)

    def now(self) -> datetime:
        """The run's start plus what has passed since; a clock that is set meanwhile moves nothing."""
        return self.start + timedelta(seconds=time.monotonic() - self._began)

    def connector(self, account: Account) -> Connector:
        if account.pk not in self._connectors:
            self._connectors[account.pk] = connector_of(account, self.client)
        return self._connectors[account.pk]

    @property
    def is_tired(self) -> bool:
        return time.monotonic() - self._began > LONGEST_RUN_SECONDS


def send_due(*, now: datetime, client: Client | None = None) -> int:
    """Say everything that is due; how many were said. Old unknowns are settled before new work."""
    mouth = Mouth(now, client) if client else Mouth(now)
    try:
        sort_queue(now=now)
        settle_unclear(connector=mouth.connector, holder=mouth.holder, now=mouth.now)
        return _say_all(mouth)
    finally:
        if client is None:
            mouth.client.close()


def _say_all(mouth: Mouth) -> int:
    """Replies before posts, the oldest first; an account that fails is left alone for the rest of the run."""
    said, failing = 0, set()
    due = due_dispatches(mouth.now()).order_by("-kind", "next_at", "pk")
    for pk, account in due.values_list("pk", "channel__account")[:500]:
        if mouth.is_tired:
            break
        if account in failing:
            continue
        dispatch = claim_dispatch(pk=pk, holder=mouth.holder, now=mouth.now())
        if dispatch is None:
            continue
        if _say(dispatch, mouth):
            said += 1
        else:
            failing.add(account)
    return said


def _say(dispatch: Dispatch, mouth: Mouth) -> bool:
    """Send one claimed dispatch and write what came of it; whether the network can be asked for more."""
    account = account_of(dispatch.channel)
    if refusal := _objection(dispatch, mouth.now()):
        _refuse(dispatch, refusal, "", mouth.now())
        return True
    connector = mouth.connector(account)
    try:
        receipt = connector.send(draft_of(dispatch), dispatch.key)
    except TryLater as error:
        return _wait(dispatch, account, error, mouth.now())
    except Refused as error:
        _refuse(dispatch, error.reason_code, error.detail, mouth.now())
        return True
    except LoggedOut as error:
        log_out(account=account, error=error, now=mouth.now())
        write_outcome(
            dispatch=dispatch, state=WAITING, now=mouth.now(), reason_code=error.reason_code, reason=error.detail,
            outcome="logged_out", next_at=mouth.now() + timedelta(minutes=1),
        )  # fmt: skip
        return False
    except Unclear as error:
        return _leave_open(dispatch, account, connector, error, mouth.now)
    except Exception as error:
        log.exception("Dispatch %s: the connector broke while speaking", dispatch.pk)
        return _leave_open(dispatch, account, connector, Unclear("broke", type(error).__name__), mouth.now)
    write_receipt(dispatch=dispatch, receipt=receipt, now=mouth.now())
    count_success(account=account)
    return True


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts, if the network does not say: from half a minute to two hours."""
    return min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10), LONGEST_PAUSE)


def _objection(dispatch: Dispatch, now: datetime) -> str:
    """Why these words may not leave after all: changed since handed over, or the author lost the right."""
    if hash_of(dispatch.message.title, dispatch.message.text) != dispatch.text_hash:
        return "text_changed"
    author = dispatch.created_by
    if author is None:
        return ""
    try:
        require(author, SPEAKING_RIGHTS[dispatch.kind])
    except PermissionDenied:
        return "right_lost"
    return "" if is_open_to(author, now.date()) else "right_lost"


@transaction.atomic
def _wait(dispatch: Dispatch, account: Account, error: TryLater, now: datetime) -> bool:
    """Certainly not said: wait as long as the network wishes, and no shorter than our own patience grows."""
    due = max(error.due(now), now + pause_after(dispatch.attempts))
    is_hopeless = dispatch.send_before is None and now - dispatch.created_at > PATIENCE + (
        dispatch.send_after - dispatch.created_at
    )
    state = GIVEN_UP if is_hopeless else WAITING
    write_outcome(
        dispatch=dispatch, state=state, now=now, reason_code=error.reason_code, reason=error.detail,
        outcome="try_later", next_at=due,
    )  # fmt: skip
    if is_hopeless:
        dispatch.refresh_from_db()
        notify_about_dispatch(dispatch=dispatch, what="given_up", now=now)
    until = error.due(now) if error.reason_code == "too_many" else None
    count_failure(account=account, reason=str(error), now=now, until=until)
    return False


@transaction.atomic
def _refuse(dispatch: Dispatch, reason_code: str, reason: str, now: datetime) -> None:
    if write_outcome(dispatch=dispatch, state=REFUSED, now=now, reason_code=reason_code, reason=reason):
        dispatch.refresh_from_db()
        notify_about_dispatch(dispatch=dispatch, what="refused", now=now)


def _leave_open(
    dispatch: Dispatch, account: Account, connector: Connector, error: Unclear, now: Callable[[], datetime]
) -> bool:
    mark_unclear(dispatch=dispatch, abilities=connector.abilities, error=error, now=now())
    count_failure(account=account, reason=str(error), now=now())
    return False
