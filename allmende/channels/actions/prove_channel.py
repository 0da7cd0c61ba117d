"""The self-test: say something where the fewest see it, read it back, answer it, hide it, take it back; each a proof.

Its words leave through the usual queue, so nothing is lost or doubled by any kill; each step is a committed row, and asking
a network twice to hide or to take back is asking once. Whatever happens, the test goes on until neither the post nor the
answer stands at the network any more, or until nobody has logged in again for a day: then it says what was left. Where
nothing can be taken back, but a question without words can be asked (`can_test_unseen`), it asks that.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.hand_over import CannotHandOver, hand_over
from allmende.channels.actions.renew_secret import meet_log_out
from allmende.channels.actions.withdraw_dispatch import CannotWithdraw, withdraw_dispatch
from allmende.channels.models import Account, Channel, Cursor, Dispatch, Message, Proof, Trial
from allmende.channels.queries import CANNOT_OPEN, abilities_of, account_of, connector_of, draft_of, smallest_visibility
from allmende.channels.states import (
    CANNOT,
    FAILED,
    GIVEN_UP,
    LOGGED_OUT,
    MISSED,
    POST,
    PROVED,
    REFUSED,
    REPLY,
    SENT,
    SPEAKING,
    SPEAKING_CHANNELS,
    TRIAL_STEPS,
    TRIAL_SUBJECT,
    UNCLEAR,
    WITHDRAWN,
)
from allmende.connectors.contract import Connector
from allmende.connectors.errors import CannotLook, ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.neutral import Measure, Ref
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person

log = logging.getLogger("allmende.channels")

ASKED, PUBLISHING, READING, HEARING, REPLYING, MODERATING, DELETING, DONE = TRIAL_STEPS
# A post that could not leave by then never will; and so long a network may take to show what it has.
SLOT = timedelta(minutes=10)
SHOWN_WITHIN = timedelta(minutes=2)
SOON = timedelta(seconds=2)
LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(minutes=30)
# Whoever logs in again within so long lets the test take its words back.
TAKEN_BACK_WITHIN = timedelta(days=1)
# A delivery that is no older proves at night, when nothing may happen, that deliveries come.
LATELY = timedelta(days=1)
MOST_BATCHES = 5
MOST_FAILURES = 6
ENDED = (REFUSED, GIVEN_UP, MISSED, WITHDRAWN)
# Measures against our own answer, the gentlest first, each with what takes it back.
MEASURES: tuple[tuple[Measure, Measure | None], ...] = (("hide", "unhide"), ("lock", "unlock"), ("remove", None))


class CannotProve(Exception):
    """No self-test was begun; the message says why and what to do."""


@transaction.atomic
def prove_channel(*, person: Person, channel: Channel, now: datetime) -> Trial:
    """Begin a self-test; a worker does it. One at a time per channel: a second asking is the first. Raises CannotProve."""
    require(person, "channels.account.connect")
    lock_workspace(person.workspace_id)
    trial = begin_trial(person=person, channel=channel, now=now)
    if trial.asked_at == now:
        record_audit(
            workspace=channel.workspace, person=person, verb="channels.channel.proved", target=channel, now=now
        )
    return trial


@transaction.atomic
def begin_trial(*, person: Person, channel: Channel, now: datetime, is_nightly: bool = False) -> Trial:
    """The test under way, or a new one in the name of `person`. Raises CannotProve."""
    Channel.objects.select_for_update().get(pk=channel.pk)
    under_way = Trial.objects.filter(channel=channel, done_at__isnull=True).first()
    if under_way:
        return under_way
    if channel.state not in SPEAKING_CHANNELS:
        raise CannotProve(
            _("No test was begun. %(channel)s is not live yet; its reaction plan opens it.") % {"channel": channel.name}
        )
    abilities = abilities_of(channel)
    if not abilities.can_delete and not abilities.can_test_unseen:
        raise CannotProve(
            _("No test was begun. Nothing can be taken back there, so the test's post would stay for ever.")
        )
    cursor = Cursor.objects.filter(channel=channel).values_list("value", flat=True).first() or ""
    return Trial.objects.create(
        channel=channel, person=person, cursor=cursor, is_nightly=is_nightly, asked_at=now, step_began_at=now,
        next_at=now,
    )  # fmt: skip


def prove_due(*, now: datetime, client: Client | None = None) -> int:
    """Take every open test one step further; how many moved."""
    moved = 0
    open_ones = Trial.objects.filter(done_at__isnull=True, next_at__lte=now)
    for pk in list(open_ones.order_by("next_at").values_list("pk", flat=True)[:20]):
        if not open_ones.filter(pk=pk).update(next_at=now + LEASE):  # another worker has it
            continue
        trial = Trial.objects.select_related(
            "channel__account", "channel__workspace", "person", "post__message", "reply__message"
        ).get(pk=pk)
        moved += _take_step(trial, now, client)
    return moved


def _take_step(trial: Trial, now: datetime, client: Client | None) -> bool:
    account = account_of(trial.channel)
    if account.state == LOGGED_OUT and trial.step != DELETING:
        return _without_log_in(trial, LoggedOut(), now)
    try:
        connector = connector_of(account, client)
        return _STEPS[trial.step](trial, connector, now)
    except (CannotHandOver, PermissionDenied) as error:
        return _prove(
            trial, _PROVES[trial.step], FAILED, DELETING, now, reason_code="not_handed_over", detail=str(error)
        )
    except LoggedOut as error:
        again_at = meet_log_out(account=account, error=error, now=now, client=client)
        if Account.objects.filter(pk=account.pk, state=LOGGED_OUT).exists():
            return _without_log_in(trial, error, now)
        _wait(trial, again_at, error)
    except TryLater as error:
        _wait(trial, max(error.due(now), now + _pause(trial)), error)
    except CANNOT_OPEN as error:
        if trial.failures_in_row >= MOST_FAILURES and trial.step in (READING, MODERATING):
            code = error.reason_code if isinstance(error, ConnectorError) else "broke"
            return _prove(trial, _PROVES[trial.step], FAILED, DELETING, now, reason_code=code, detail=str(error))
        _wait(trial, now + _pause(trial), error)
    return False


def _without_log_in(trial: Trial, error: LoggedOut, now: datetime) -> bool:
    """Nobody hears us there until somebody logs in again: what was to be proved failed, and what stands there is told."""
    if trial.step != DELETING:
        return _prove(trial, _PROVES[trial.step], FAILED, DELETING, now, error=error)
    if now - trial.step_began_at > TAKEN_BACK_WITHIN:
        left = next((one.message for one in (trial.post, trial.reply) if one and one.message.native_id), None)
        where = (left.url or left.native_id or "") if left else ""
        return _prove(trial, "delete", FAILED, DONE, now, reason_code="left_behind", detail=where, receipt=where)
    _wait(trial, now + LONGEST_PAUSE, error)
    return False


def _publish(trial: Trial, connector: Connector, now: datetime) -> bool:
    """Hand the post over and remember it, in one transaction; where nothing can be taken back, ask without words."""
    if not connector.abilities.can_delete:
        return _ask_unseen(trial, connector, now)
    with transaction.atomic(), speaking(trial.channel.workspace.language, trial.channel.workspace.gender_form):
        has_title = connector.abilities.counting.has_title
        trial.post = hand_over(
            person=trial.person, channel=trial.channel, kind=POST, now=now, send_after=now, send_before=now + SLOT,
            title=_("Self-test") if has_title else "",
            text=_("Allmende is testing this channel. This post disappears again in a moment (%(code)s).")
            % {"code": trial.pk.hex[:6]},
            subject=(TRIAL_SUBJECT, trial.pk.hex, _("Self-test")), visibility=smallest_visibility(connector.abilities),
        )  # fmt: skip
        return _go_on(trial, PUBLISHING, now)


def _ask_unseen(trial: Trial, connector: Connector, now: datetime) -> bool:
    try:
        us = connector.whoami()
    except Refused as error:
        return _prove(trial, "publish", FAILED, HEARING, now, error=error)
    return _prove(trial, "publish", PROVED, HEARING, now, receipt=us.handle or us.native_id)


def _await_post(trial: Trial, connector: Connector, now: datetime) -> bool:
    return _await(trial, trial.post, "publish", READING, now)


def _read_back(trial: Trial, connector: Connector, now: datetime) -> bool:
    """The ear hears it, or the network shows it among our own posts."""
    if connector.abilities.is_ours:  # our own rows would only prove themselves
        return _prove(trial, "read_back", CANNOT, HEARING, now)
    post = _sent(trial.post)
    if _is_heard(connector, trial.cursor, post.native_id or ""):
        return _prove(trial, "read_back", PROVED, HEARING, now, receipt=post.url or post.native_id or "")
    try:
        found = connector.find(trial.post.key, draft_of(trial.post), trial.asked_at) if trial.post else None
    except CannotLook:
        found = None
    except Refused as error:
        return _prove(trial, "read_back", FAILED, HEARING, now, error=error)
    if found is not None and found.ref.native_id == post.native_id:
        return _prove(trial, "read_back", PROVED, HEARING, now, receipt=found.ref.url or found.ref.native_id)
    if now - trial.step_began_at > SHOWN_WITHIN:
        return _prove(trial, "read_back", FAILED, HEARING, now, reason_code="not_shown")
    _wait(trial, now + SOON)
    return False


def _hear(trial: Trial, connector: Connector, now: datetime) -> bool:
    """A signed delivery came since the test began; at night one of the last day does, and none is no failure."""
    then = REPLYING if trial.post else DONE
    if not connector.abilities.is_told:
        return _go_on(trial, then, now)
    since = trial.asked_at - LATELY if trial.is_nightly else trial.asked_at
    told = Cursor.objects.filter(channel=trial.channel, moved_at__gte=since).values_list("moved_at", flat=True).first()
    if told:
        return _prove(trial, "webhook", PROVED, then, now, receipt=told.isoformat())
    if trial.is_nightly:
        return _prove(trial, "webhook", CANNOT, then, now, reason_code="not_delivered")
    if now - trial.step_began_at > SHOWN_WITHIN:
        return _prove(trial, "webhook", FAILED, then, now, reason_code="not_delivered")
    _wait(trial, now + SOON)
    return False


def _answer(trial: Trial, connector: Connector, now: datetime) -> bool:
    if not connector.abilities.can_thread:
        return _prove(trial, "reply", CANNOT, MODERATING, now)
    if trial.reply is None:
        with transaction.atomic(), speaking(trial.channel.workspace.language, trial.channel.workspace.gender_form):
            trial.reply = hand_over(
                person=trial.person, channel=trial.channel, kind=REPLY, now=now, send_after=now, send_before=now + SLOT,
                text=_("And this is the answer to it. It disappears too."), reply_to=_sent(trial.post),
                subject=(TRIAL_SUBJECT, trial.pk.hex, _("Self-test")),
            )  # fmt: skip
            trial.next_at = now + SOON
            trial.save(update_fields=["reply", "next_at"])
        return True
    return _await(trial, trial.reply, "reply", MODERATING, now)


def _moderate(trial: Trial, connector: Connector, now: datetime) -> bool:
    known = connector.abilities.moderation
    measure = next(((do, undo) for do, undo in MEASURES if do in known), None)
    if measure is None:
        return _prove(trial, "moderate", CANNOT, DELETING, now)
    target = trial.reply if trial.reply and trial.reply.state == SENT else trial.post
    ref = _ref(_sent(target))
    try:
        connector.moderate(ref, measure[0])
        if measure[1] in known:
            connector.moderate(ref, measure[1])
    except Refused as error:
        return _prove(trial, "moderate", FAILED, DELETING, now, error=error)
    return _prove(trial, "moderate", PROVED, DELETING, now, receipt=ref.native_id)


def _delete(trial: Trial, connector: Connector, now: datetime) -> bool:
    """The answer first, then the post. What the network may still be hearing is waited for, however long it takes."""
    for dispatch in (trial.reply, trial.post):
        if dispatch is None or (dispatch.state in ENDED and not dispatch.message.native_id):
            continue
        if dispatch.state in (SPEAKING, UNCLEAR):
            if dispatch.channel.account is not None and dispatch.channel.account.state == LOGGED_OUT:
                return _without_log_in(trial, LoggedOut(), now)
            _wait(trial, now + SOON * 5)
            return False
        if dispatch.state != SENT:
            try:
                withdraw_dispatch(person=trial.person, dispatch=dispatch, now=now, reason_code="trial_ended")
            except (CannotWithdraw, PermissionDenied):
                _wait(trial, now + SOON)
                return False
            continue
        try:
            connector.withdraw(_ref(dispatch.message))
        except Refused as error:
            return _prove(trial, "delete", FAILED, DONE, now, error=error)
        Message.objects.filter(pk=dispatch.message_id, deleted_at__isnull=True).update(deleted_at=now, changed_at=now)
    if trial.post is not None and trial.post.state == SENT:
        return _prove(trial, "delete", PROVED, DONE, now)
    return _go_on(trial, DONE, now)


def _await(trial: Trial, dispatch: Dispatch | None, ability: str, then: str, now: datetime) -> bool:
    if dispatch is not None and dispatch.state == SENT:
        message = dispatch.message
        return _prove(trial, ability, PROVED, then, now, receipt=message.url or message.native_id or "")
    if dispatch is None or dispatch.state in ENDED:
        code, reason = (dispatch.reason_code, dispatch.reason) if dispatch else ("", "")
        return _prove(trial, ability, FAILED, DELETING, now, reason_code=code or "refused", detail=reason)
    _wait(trial, now + SOON)
    return False


def _is_heard(connector: Connector, cursor: str, native_id: str) -> bool:
    """Whether the post comes among what is told since the test began; nothing of it is kept here."""
    for number, batch in enumerate(connector.collect(cursor)):
        if any(item.ref.native_id == native_id for item in batch.items):
            return True
        if number + 1 >= MOST_BATCHES:
            break
    return False


@transaction.atomic
def _prove(
    trial: Trial, ability: str, outcome: str, then: str, now: datetime, *, receipt: str = "", reason_code: str = "",
    detail: str = "", error: ConnectorError | None = None,
) -> bool:  # fmt: skip
    if error is not None:
        reason_code, detail = error.reason_code, error.detail
    Proof.objects.update_or_create(
        trial=trial, ability=ability,
        defaults={
            "channel": trial.channel, "outcome": outcome, "proved_at": now, "receipt": receipt[:500],
            "reason_code": reason_code[:40], "detail": detail[:500],
        },
    )  # fmt: skip
    return _go_on(trial, then, now)


def _go_on(trial: Trial, step: str, now: datetime) -> bool:
    trial.step, trial.step_began_at, trial.next_at, trial.failures_in_row, trial.reason = step, now, now, 0, ""
    trial.done_at = now if step == DONE else None
    trial.save()
    return True


def _wait(trial: Trial, until: datetime, error: Exception | None = None) -> None:
    failures = trial.failures_in_row + 1 if error else trial.failures_in_row
    Trial.objects.filter(pk=trial.pk).update(
        next_at=until, failures_in_row=failures, reason=str(error)[:500] if error else trial.reason
    )


def _pause(trial: Trial) -> timedelta:
    return min(SOON * 2 ** min(trial.failures_in_row, 12), LONGEST_PAUSE)


def _sent(dispatch: Dispatch | None) -> Message:
    if dispatch is None or dispatch.state != SENT or not dispatch.message.native_id:
        raise LookupError("It is not at the network.")
    return dispatch.message


def _ref(message: Message) -> Ref:
    return Ref(message.native_id or "", message.url)


# What each step is a proof of.
_PROVES = {
    ASKED: "publish",
    PUBLISHING: "publish",
    READING: "read_back",
    HEARING: "webhook",
    REPLYING: "reply",
    MODERATING: "moderate",
}
_STEPS: dict[str, Callable[[Trial, Connector, datetime], bool]] = {
    ASKED: _publish,
    PUBLISHING: _await_post,
    READING: _read_back,
    HEARING: _hear,
    REPLYING: _answer,
    MODERATING: _moderate,
    DELETING: _delete,
}
