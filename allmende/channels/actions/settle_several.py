"""Settle many dispatches at once: each in a transaction of its own, each that stays named with the reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.channels.actions.settle_by_person import CannotSettle, settle_by_person, try_again
from allmende.channels.actions.withdraw_dispatch import CannotMove, CannotWithdraw, withdraw_dispatch
from allmende.channels.models import Dispatch
from allmende.channels.queries import MOST_AT_ONCE, NEEDS_PERSON
from allmende.channels.states import ABSENT, AGAIN, ARRIVED_THERE, DROP, POST, SETTLE_KINDS, UNCLEAR, WAITING
from allmende.team.access import require
from allmende.team.models import Person

STATEMENTS = (ARRIVED_THERE, ABSENT)


@dataclass(frozen=True, slots=True)
class SettleWish:
    """What shall happen to the picked ones: a kind of `states.SETTLE_KINDS`; for a drop the reason.

    `is_looked`: the person says that they looked at the network for each of them.
    """

    kind: str
    reason: str = ""
    is_looked: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of it: those that were settled, those that stayed with the reason, and how many were not there any more."""

    done: Sequence[Dispatch]
    left: Sequence[tuple[Dispatch, str]]
    gone: int


def settle_several(*, person: Person, picked: Mapping[UUID, int | None], wish: SettleWish, now: datetime) -> Settled:
    """Do it to each of `picked` (public id and the fence the person saw) that allows it; the others stay and are named.

    Nothing unclear is said again unless the person states that they looked for all of them, in one channel.
    Raises CannotSettle, with nothing changed, when something is missing.
    """
    require(person, "channels.dispatch.settle")
    _check(person, picked, wish)
    return settle_each(person=person, picked=picked, act=lambda dispatch: _act(person, dispatch, picked, wish, now))


def settle_each(
    *,
    person: Person,
    picked: Mapping[UUID, int | None],
    act: Callable[[Dispatch], object],
    refusals: tuple[type[Exception], ...] = (),
) -> Settled:
    """`act` on each of `picked`, one transaction each; `refusals` leave it as it was. Raises CannotSettle for too many."""
    check_number(picked)
    known: tuple[type[Exception], ...] = (CannotSettle, CannotWithdraw, CannotMove, *refusals)
    rows = Dispatch.objects.filter(workspace=person.workspace, public_id__in=list(picked))
    rows = rows.select_related("message", "channel__account", "created_by", "workspace")
    pks = list(rows.order_by("send_after", "part", "pk").values_list("pk", flat=True))
    done: list[Dispatch] = []
    left: list[tuple[Dispatch, str]] = []
    for pk in pks:
        dispatch = rows.get(pk=pk)
        try:
            with transaction.atomic():
                _check_seen(dispatch, picked[dispatch.public_id])
                act(dispatch)
            done.append(dispatch)
        except PermissionDenied:
            left.append((dispatch, _("Nothing changed. You may not decide about this one; ask whoever wrote it.")))
        except known as error:
            left.append((dispatch, str(error)))
    return Settled(done, left, len(picked) - len(pks))


def check_number(picked: Mapping[UUID, int | None]) -> None:
    """Raises CannotSettle when nothing is picked, or more than goes at once."""
    if not picked:
        raise CannotSettle(_("Nothing changed. Pick in the queue first what you decide about."))
    if len(picked) > MOST_AT_ONCE:
        raise CannotSettle(
            ngettext(
                "Nothing changed. %(number)d is picked, at most %(most)d go at once. Pick fewer, then the others.",
                "Nothing changed. %(number)d are picked, at most %(most)d go at once. Pick fewer, then the others.",
                len(picked),
            )
            % {"number": len(picked), "most": MOST_AT_ONCE}
        )


def _check(person: Person, picked: Mapping[UUID, int | None], wish: SettleWish) -> None:
    check_number(picked)
    if wish.kind not in SETTLE_KINDS:
        raise CannotSettle(_("Nothing changed. Say what shall happen to the picked ones."))
    if wish.kind == DROP and not wish.reason.strip():
        raise CannotSettle(_("Nothing changed. Say why they are dropped; the audit book keeps the reason."))
    if wish.kind not in STATEMENTS:
        return
    if not wish.is_looked:
        raise CannotSettle(
            _(
                "Nothing changed. Say first that you looked at the network for each of the picked ones. Whoever guesses lets "
                "members read it twice, or never."
            )
        )
    rows = Dispatch.objects.filter(workspace=person.workspace, public_id__in=list(picked))
    if wish.kind == ABSENT and rows.values("channel").distinct().count() > 1:
        raise CannotSettle(
            _("Nothing changed. The picked ones belong to several channels. Look at one channel after the other.")
        )


def _check_seen(dispatch: Dispatch, seen: int | None) -> None:
    if seen is not None and dispatch.fence != seen:
        raise CannotSettle(_("Nothing changed. Something happened to it since you looked; please look again."))


def _act(
    person: Person, dispatch: Dispatch, picked: Mapping[UUID, int | None], wish: SettleWish, now: datetime
) -> object:
    fresh = Dispatch.objects.select_for_update().get(pk=dispatch.pk)
    _check_seen(fresh, picked[dispatch.public_id])
    if wish.kind == DROP:
        reason = wish.reason.strip()
        return withdraw_dispatch(person=person, dispatch=dispatch, now=now, reason_code="dropped", reason=reason)
    if wish.kind == AGAIN:
        return _try_again(person, dispatch, fresh, picked, now)
    if fresh.state == UNCLEAR and fresh.reason_code != NEEDS_PERSON:
        raise CannotSettle(_("Nothing changed. We are still finding out ourselves; please wait a few minutes."))
    was_sent = wish.kind == ARRIVED_THERE
    return settle_by_person(person=person, dispatch=dispatch, was_sent=was_sent, now=now)


def _try_again(
    person: Person, dispatch: Dispatch, fresh: Dispatch, picked: Mapping[UUID, int | None], now: datetime
) -> Dispatch:
    """A part waits again with the one before it, which may have been picked too. What stands in the calendar is not tried
    here: later than planned it falls into another care window, and editorial's `plan_again` asks who is there then (I-19)."""
    if fresh.kind == POST and fresh.subject_kind == "item":
        raise CannotSettle(
            _(
                "Not tried again from here: it stands in the calendar, and nobody asked who takes care of what it brings. Tick it "
                "in the queue and choose to let it be tried again there."
            )
        )
    head = fresh.head.public_id if fresh.head else None
    if fresh.state == WAITING and head in picked:
        return fresh
    return try_again(person=person, dispatch=dispatch, now=now)
