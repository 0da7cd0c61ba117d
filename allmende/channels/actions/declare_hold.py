"""Stop publishing, and start again one post at a time (I-16)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from allmende.channels.actions.claim_dispatch import is_stopped
from allmende.channels.actions.order_parts import release_parts
from allmende.channels.actions.withdraw_dispatch import withdraw_dispatch
from allmende.channels.models import Account, Channel, Dispatch, Hold
from allmende.channels.queries import AFTER_LAST_DAY, closes_at
from allmende.channels.states import HELD, WAITING
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

REASON_LENGTH = 300


class CannotHold(Exception):
    """Publishing was not stopped; the message says what is missing."""


class CannotRelease(Exception):
    """A held post stays held; the message says why."""


@transaction.atomic
def declare_hold(
    *,
    person: Person,
    workspace: Workspace,
    reason: str,
    now: datetime,
    account: Account | None = None,
    channel: Channel | None = None,
    includes_replies: bool = False,
    is_another: bool = False,
) -> Hold:
    """Stop posts in the scope from this moment: every claim after the commit asks for it. Raises CannotHold.

    Replies and holding statements pass unless `includes_replies`. What comes due meanwhile is held. The same stop by the same
    person is the same press of the button, unless `is_another`.
    """
    require(person, "channels.hold.declare")
    if not reason.strip():
        raise CannotHold(_("Not stopped. Say why, so that colleagues know when it can go on."))
    lock_workspace(workspace.pk)
    same = Hold.objects.filter(
        workspace=workspace, account=account, channel=channel, includes_replies=includes_replies, created_by=person,
        reason=reason.strip()[:REASON_LENGTH], ended_at__isnull=True,
    ).first()  # fmt: skip
    if same and not is_another:  # pressed twice
        return same
    hold = Hold.objects.create(
        workspace=workspace, account=account, channel=channel, includes_replies=includes_replies,
        reason=reason.strip()[:REASON_LENGTH],
        created_at=now, created_by=person, updated_at=now, updated_by=person,
    )  # fmt: skip
    after = {"reason": hold.reason, "includes_replies": includes_replies}
    record_audit(workspace=workspace, person=person, verb="channels.hold.declared", target=hold, now=now, after=after)
    return hold


@transaction.atomic
def end_hold(*, person: Person, hold: Hold, now: datetime, keeps_scheduled: bool = False) -> Hold:
    """Let new posts pass again. What was held stays held until a person releases or drops it; with `keeps_scheduled` that
    holds for everything in the scope whose time is still to come, too (I-16)."""
    require(person, "channels.hold.end")
    lock_workspace(person.workspace_id)
    ended = Hold.objects.filter(pk=hold.pk, workspace=person.workspace, ended_at__isnull=True).update(
        ended_at=now, ended_by=person, updated_at=now, updated_by=person
    )
    hold.refresh_from_db()
    if ended:
        _hold_what_was_stopped(hold, None if keeps_scheduled else now)
        record_audit(workspace=hold.workspace, person=person, verb="channels.hold.ended", target=hold, now=now)
    return hold


@transaction.atomic
def release_held(*, person: Person, dispatch: Dispatch, now: datetime) -> Dispatch:
    """Let one held dispatch leave, at once or at its time. Raises CannotRelease while a hold stands or its slot passed."""
    require(person, "channels.hold.end")
    lock_workspace(person.workspace_id)
    free = Dispatch.objects.filter(pk=dispatch.pk, workspace=person.workspace, state=HELD).exclude(is_stopped())
    _check_last_day(dispatch, now)
    in_time = free.filter(Q(send_before__isnull=True) | Q(send_before__gt=now))
    released = in_time.update(state=WAITING, next_at=max(now, dispatch.send_after))
    dispatch.refresh_from_db()
    if not released:
        raise CannotRelease(_why_not(dispatch, now))
    release_parts(dispatch=dispatch, now=now)
    record_audit(
        workspace=dispatch.workspace, person=person, verb="channels.dispatch.released", target=dispatch, now=now
    )
    return dispatch


def drop_held(*, person: Person, dispatch: Dispatch, now: datetime) -> Dispatch:
    """A held dispatch shall not go out any more."""
    return withdraw_dispatch(person=person, dispatch=dispatch, now=now, reason_code="dropped")


def _hold_what_was_stopped(hold: Hold, due_until: datetime | None) -> None:
    """A post whose time came while the hold stood waits for a person, even if no worker looked in between; with None every
    post that waits, and what so far only its channel's last day kept back: that may move, or be called off."""
    scope = Q(workspace=hold.workspace)
    if hold.channel_id:
        scope &= Q(channel=hold.channel_id)
    if hold.account_id:  # no join: the update must see a claim made in this moment
        scope &= Q(channel__in=Channel.objects.filter(account=hold.account_id))
    if not hold.includes_replies:
        scope &= Q(kind="post")
    waiting = Q(state=WAITING, next_at__lte=due_until) if due_until else Q(state=WAITING)
    Dispatch.objects.filter(scope, waiting).update(state=HELD)
    if due_until is None:
        Dispatch.objects.filter(scope, state=HELD, reason_code=AFTER_LAST_DAY).update(reason_code="")


def _check_last_day(dispatch: Dispatch, now: datetime) -> None:
    end = closes_at(dispatch.channel)
    if dispatch.state == HELD and end and max(now, dispatch.send_after) >= end:
        raise CannotRelease(
            _("Not released. Its channel is closed by then. Give it a slot on or before its last day, or drop it.")
        )


def _why_not(dispatch: Dispatch, now: datetime) -> str:
    if dispatch.state != HELD:
        return _("Nothing changed. This post is not held any more; please look at the queue again.")
    if dispatch.send_before and dispatch.send_before <= now:
        return _("Not released. Its latest time has passed. Give it a new slot, or drop it.")
    return _("Not released. Publishing is still stopped here. End the stop first.")
