"""Before anything is said: leases that ended, slots that passed, holds that stand."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from allmende.channels.actions.claim_dispatch import is_stopped
from allmende.channels.actions.notify import notify_about_dispatch
from allmende.channels.models import Attempt, Dispatch
from allmende.channels.queries import abilities_of
from allmende.channels.states import HELD, MISSED, SPEAKING, UNCLEAR, WAITING


def sort_queue(*, now: datetime) -> None:
    """Three moves that need no network: speaking without a lease is unclear, too late is missed, stopped is held."""
    _end_leases(now)
    _miss(now)
    Dispatch.objects.filter(is_stopped(), state=WAITING, next_at__lte=now).update(state=HELD)


def _end_leases(now: datetime) -> None:
    """A worker died while speaking: nobody knows whether the network heard it."""
    lost = Dispatch.objects.filter(state=SPEAKING, lease_until__lt=now).select_related("channel__account")
    for dispatch in lost:
        spoke_at = dispatch.spoke_at or now
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


def _miss(now: datetime) -> None:
    """What could not leave in its slot never leaves late; its author is told."""
    late = Dispatch.objects.filter(Q(state__in=(WAITING, HELD)), send_before__lte=now)
    for dispatch in late.select_related("channel", "created_by", "workspace", "message"):
        with transaction.atomic():
            moved = Dispatch.objects.filter(pk=dispatch.pk, state__in=(WAITING, HELD), send_before__lte=now).update(
                state=MISSED, reason_code=dispatch.reason_code or _why(dispatch), settled_at=now
            )
            if moved:
                dispatch.refresh_from_db(fields=["state", "reason_code"])
                notify_about_dispatch(dispatch=dispatch, what="missed", now=now)


def _why(dispatch: Dispatch) -> str:
    return "held_too_long" if dispatch.state == HELD else "slot_passed"
