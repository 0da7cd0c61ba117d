"""Before anything is said: leases that ended, slots that passed, holds that stand."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from allmende.channels.actions.claim_dispatch import PREPARED_LEASE, is_stopped
from allmende.channels.actions.give_up import PATIENCE
from allmende.channels.actions.notify import notify_about_dispatch
from allmende.channels.actions.order_parts import miss_parts
from allmende.channels.models import Attempt, Dispatch
from allmende.channels.queries import abilities_of, silence_of
from allmende.channels.queries.places import is_clock_doubted
from allmende.channels.states import (
    GIVEN_UP,
    HELD,
    MISSED,
    SPEAKING,
    UNCLEAR,
    WAITING,
)

# What was to be said again, and then was not.
SAID_AGAIN = ("absent", "same_key", "held_up", "settled_by_person")


def sort_queue(*, now: datetime) -> None:
    """Moves that need no network: speaking without a lease is unclear, too late is missed, stopped is held, old is given up."""
    _end_leases(now)
    _end_waiting(now)
    stopped = is_stopped() & ~is_clock_doubted()
    Dispatch.objects.filter(stopped, state=WAITING, next_at__lte=now).update(state=HELD)


def _end_leases(now: datetime) -> None:
    """A worker died while speaking: nobody knows whether the network heard it."""
    lost = Dispatch.objects.filter(~is_clock_doubted(), state=SPEAKING, lease_until__lt=now)
    for dispatch in lost.select_related("channel__account"):
        # Whoever shows a film speaks late in a long lease.
        spoke_at = max(dispatch.spoke_at or now, (dispatch.lease_until or now) - PREPARED_LEASE)
        with transaction.atomic():
            moved = Dispatch.objects.filter(
                pk=dispatch.pk, state=SPEAKING, fence=dispatch.fence, lease_until__lt=now
            ).update(
                state=UNCLEAR,
                fence=F("fence") + 1,
                lease_until=None,
                holder="",
                reason_code="worker_lost",
                next_at=spoke_at + abilities_of(dispatch.channel).quarantine,
            )
            if moved:
                open_lines = Attempt.objects.filter(dispatch=dispatch, ended_at__isnull=True)
                open_lines.update(ended_at=now, outcome="worker_lost")


def _end_waiting(now: datetime) -> None:
    """What could not leave in its slot never leaves late; what has none, and nobody could try for two days, is given up.

    Whoever wrote it is told, and decides whether it still fits: an answer from last week must not leave by surprise.
    """
    late = Q(state__in=(WAITING, HELD), send_before__lte=now)
    old = Q(state=WAITING, send_before__isnull=True, next_at__lte=now - PATIENCE)
    ended = Dispatch.objects.filter(late | old, ~is_clock_doubted())
    for dispatch in ended.select_related("channel__account", "created_by", "workspace", "message"):
        end = MISSED if dispatch.send_before else GIVEN_UP
        with transaction.atomic():
            mine = Dispatch.objects.filter(late if dispatch.send_before else old, pk=dispatch.pk)
            if mine.update(state=end, reason_code=_why(dispatch), settled_at=now if end == MISSED else None):
                dispatch.refresh_from_db(fields=["state", "reason_code"])
                if end == MISSED:
                    miss_parts(dispatch=dispatch, now=now)
                notify_about_dispatch(dispatch=dispatch, what=end, now=now)


def _why(dispatch: Dispatch) -> str:
    if dispatch.reason_code and dispatch.reason_code not in SAID_AGAIN:
        return dispatch.reason_code
    if dispatch.send_before is None:
        return "waited_too_long"
    if dispatch.paused_at:
        return "paused_too_long"
    return "held_too_long" if dispatch.state == HELD else silence_of(dispatch.channel) or "slot_passed"
