"""Look before speaking again: what nobody knows is asked for at the network, or decided by a person."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from allmende.channels.actions.claim_dispatch import PREPARED_LEASE, claim_look
from allmende.channels.actions.give_up import is_hopeless
from allmende.channels.actions.notify import notify_about_dispatch
from allmende.channels.actions.renew_secret import meet_log_out
from allmende.channels.actions.write_outcome import ID_TAKEN, write_outcome, write_receipt
from allmende.channels.models import Account, Attempt, Dispatch, Message
from allmende.channels.queries import NEEDS_PERSON, account_of, draft_of, spoken_with
from allmende.channels.queries.places import came_from_copy, is_clock_doubted
from allmende.channels.states import GIVEN_UP, HELD, UNCLEAR, WAITING
from allmende.connectors.abilities import Abilities
from allmende.connectors.contract import FILM_PREPARATION, Connector
from allmende.connectors.errors import CannotLook, ConnectorError, LoggedOut, Refused, TryLater, Unclear

log = logging.getLogger("allmende.channels")

PATIENCE = timedelta(minutes=4)
ASK_AGAIN = timedelta(minutes=1)
# Looking for old words leaves time to say new ones.
LONGEST_LOOK = timedelta(seconds=10)
# A network that was asked for so long, knows our log-in and did not say it, hardly will: then a person decides.
LONGEST_DOUBT = timedelta(hours=24)
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
    spoke_at = max(dispatch.spoke_at or now, now - PREPARED_LEASE)  # with a film, long after the claim
    write_outcome(
        dispatch=dispatch, state=UNCLEAR, now=now, reason_code=error.reason_code, reason=error.detail,
        next_at=max(now, spoke_at + abilities.quarantine),
    )  # fmt: skip


def doubtful_accounts(now: datetime) -> "list[UUID | None]":
    """Whose words must be looked for, the oldest first."""
    oldest = _doubtful(now).values("channel__account").annotate(oldest=Min("first_spoke_at"), first=Min("pk"))
    return list(oldest.order_by("oldest", "first").values_list("channel__account", flat=True))


def settle_unclear(
    *,
    account: UUID | None,
    connector: Callable[[Account], Connector],
    holder: str,
    now: Callable[[], datetime],
    until: datetime,
    limit: int = 200,
) -> int:
    """Look for every unclear dispatch of the account whose quarantine is over; how many were looked for.

    A network that does not answer is not asked for the next one; its others wait, and are told of, all the same.
    """
    looked, is_answered = 0, True
    due = _doubtful(now()).filter(channel__account=account).order_by("first_spoke_at", "pk")
    for pk in due.values_list("pk", flat=True)[:limit]:
        if now() > until:
            break
        if not is_answered:
            _put_off(pk, now())
            continue
        dispatch = claim_look(pk=pk, holder=holder, now=now())
        if dispatch is None:
            continue
        looked += 1
        try:
            is_answered = _look(dispatch, connector, now)
        except Exception:  # its lease ends, and then it is looked for again
            log.exception("Dispatch %s: what was found could not be written down", dispatch.pk)
            is_answered = False
    return looked


def is_key_forgotten(dispatch: Dispatch, abilities: Abilities, now: datetime) -> bool:
    """Whether an earlier attempt may have arrived and the network would not know our key any more: then look first."""
    # A film is uploaded first, and the words leave only then.
    is_film = any(one.media.is_film for one in spoken_with(dispatch.message))
    speaks_by = now + FILM_PREPARATION if is_film else now
    if abilities.idempotency.kind != "key" or _is_key_known(dispatch, abilities, speaks_by):
        return False
    tries = Attempt.objects.filter(dispatch=dispatch).order_by("number").values_list("verb", "outcome")
    doubt = False
    for verb, outcome in tries:
        if verb == "send" and outcome in ("unclear", "worker_lost"):
            doubt = True
        elif verb == "find" and outcome == "absent":
            doubt = False
    return doubt


def _doubtful(now: datetime) -> "QuerySet[Dispatch]":
    """Unclear, out of quarantine, in nobody's hand, and a program may find out."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    due = Dispatch.objects.filter(free, ~is_clock_doubted(), state=UNCLEAR, next_at__lte=now)
    return due.exclude(reason_code=NEEDS_PERSON)


def _put_off(pk: int, now: datetime) -> None:
    """Its network did not answer for another one just now."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    if Dispatch.objects.filter(free, pk=pk, state=UNCLEAR).update(next_at=now + ASK_AGAIN):
        dispatch = Dispatch.objects.select_related("message", "channel", "created_by", "workspace").get(pk=pk)
        _tell_if_overdue(dispatch, now + ASK_AGAIN, now)


def _look(dispatch: Dispatch, connector_for: Callable[[Account], Connector], now: Callable[[], datetime]) -> bool:
    """Ask for one and write what came of it; whether the network answered."""
    account = account_of(dispatch.channel)
    since = dispatch.first_spoke_at or dispatch.created_at
    try:
        connector = connector_for(account)
        receipt = connector.find(dispatch.key, draft_of(dispatch), since, claimed=Claimed(dispatch))
        if receipt is not None:
            write_receipt(dispatch=dispatch, receipt=receipt, now=now())
            return True
    except CannotLook:
        return _without_looking(dispatch, connector.abilities, now())
    except Refused as error:
        return leave_to_person(dispatch, error, now())
    except LoggedOut as error:
        again_at = meet_log_out(account=account, error=error, now=now(), client=connector.client)
        return _ask_later(dispatch, again_at, error, now())
    except Unclear as error:
        if error.reason_code == ID_TAKEN:
            return leave_to_person(dispatch, error, now())
        return _ask_later(dispatch, now() + ASK_AGAIN, error, now())
    except TryLater as error:
        return _ask_later(dispatch, error.due(now()), error, now())
    except ConnectorError as error:
        return _ask_later(dispatch, now() + ASK_AGAIN, error, now())
    except Exception as error:
        log.exception("Dispatch %s: the connector broke while looking", dispatch.pk)
        return _ask_later(dispatch, now() + ASK_AGAIN, TryLater(ASK_AGAIN, "broke", type(error).__name__), now())
    return _speak_again(dispatch, now(), "absent")


@transaction.atomic
def _speak_again(dispatch: Dispatch, now: datetime, reason_code: str) -> bool:
    """Back into the queue, unless a network that never takes it has been tried long enough.

    What a copied database took for unsaid, and was due, stays back until a person has read it: it may be out of date.
    """
    if is_copy := came_from_copy(dispatch):
        state = HELD if dispatch.send_after <= now else WAITING
    else:
        state = GIVEN_UP if reason_code == "absent" and is_hopeless(dispatch, now) else WAITING
    next_at = max(now, dispatch.send_after) if is_copy else now
    is_written = write_outcome(
        dispatch=dispatch, state=state, now=now, reason_code=reason_code, outcome=reason_code, next_at=next_at
    )
    if is_written and state == GIVEN_UP:
        dispatch.refresh_from_db()
        notify_about_dispatch(dispatch=dispatch, what="given_up", now=now)
    return True


def _without_looking(dispatch: Dispatch, abilities: Abilities, now: datetime) -> bool:
    """A key the network still remembers makes a repetition harmless; without one a person decides."""
    is_key_safe = abilities.idempotency.kind == "key" and _is_key_known(dispatch, abilities, now)
    if is_key_safe and not came_from_copy(dispatch):
        return _speak_again(dispatch, now, "same_key")
    return leave_to_person(dispatch, CannotLook(), now)


def _is_key_known(dispatch: Dispatch, abilities: Abilities, now: datetime) -> bool:
    memory = abilities.idempotency.valid_for
    spoke_at = dispatch.first_spoke_at or dispatch.created_at
    return memory is not None and now < spoke_at + memory - KEY_MARGIN


@transaction.atomic
def leave_to_person(dispatch: Dispatch, error: ConnectorError, now: datetime) -> bool:
    """No program can find out: somebody who may settle it is told at once. The network did answer: always True."""
    is_written = write_outcome(
        dispatch=dispatch,
        state=UNCLEAR,
        now=now,
        reason_code=NEEDS_PERSON,
        reason=error.detail,
        outcome=error.reason_code,
    )
    if is_written:
        dispatch.refresh_from_db()
        notify_about_dispatch(dispatch=dispatch, what="unclear", now=now)
    return True


@transaction.atomic
def _ask_later(dispatch: Dispatch, at: datetime, error: ConnectorError, now: datetime) -> bool:
    if not isinstance(error, LoggedOut) and _is_asked_in_vain(dispatch, now):
        leave_to_person(dispatch, error, now)
        return False
    write_outcome(
        dispatch=dispatch, state=UNCLEAR, now=now, reason_code=error.reason_code, reason=error.detail,
        outcome="not_asked", next_at=at,
    )  # fmt: skip
    dispatch.refresh_from_db()
    _tell_if_overdue(dispatch, at, now)
    return False


def _is_asked_in_vain(dispatch: Dispatch, now: datetime) -> bool:
    """Whether its account was asked without an answer so long ago, since the words were last said; neither the time in which they could
    not leave counts nor that in which nobody looked, and what was put off beside it was asked with it."""
    since = Q(started_at__gt=dispatch.spoke_at) if dispatch.spoke_at else Q(dispatch=dispatch)
    asked = Attempt.objects.filter(since, account=dispatch.channel.account_id, verb="find", outcome="not_asked")
    return asked.filter(started_at__lte=now - LONGEST_DOUBT).exists()


def _tell_if_overdue(dispatch: Dispatch, at: datetime, now: datetime) -> None:
    is_overdue = dispatch.first_spoke_at and max(at, now) - dispatch.first_spoke_at > PATIENCE
    if is_overdue and dispatch.state == UNCLEAR:
        notify_about_dispatch(dispatch=dispatch, what="unclear", now=now)
