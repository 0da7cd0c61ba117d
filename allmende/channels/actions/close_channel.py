"""Change a presence, end it, open it again; disconnect an account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.channels.actions.settle_farewell import settle_farewell
from allmende.channels.models import Account, Channel, Cursor, Dispatch
from allmende.channels.states import (
    CHOSEN,
    CLOSED,
    CLOSING,
    HELD,
    LIVE,
    LOGGED_OUT,
    PAUSED,
    PRACTICE,
    SPEAKING,
    UNCLEAR,
    WAITING,
)
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

OPEN_STATES = (WAITING, HELD, SPEAKING, UNCLEAR)


class CannotEnd(Exception):
    """Nothing was closed or disconnected; the message says why and what to do."""


class CannotRename(Exception):
    """The channel stays as it is; the message says why."""


@transaction.atomic
def change_channel(
    *, person: Person, channel: Channel, name: str, slug: str, mark: str, byline: str, legal_notice_url: str,
    serves_keys: Sequence[str], seen_revision: int | None, now: datetime,
) -> Channel:  # fmt: skip
    """Give a channel another name, short name or letter, show authors otherwise (S2-01), say what it is for and where its legal
    notice stands. Raises CannotRename, StaleRevision."""
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    others = Channel.objects.filter(workspace=person.workspace, slug=slug).exclude(pk=channel.pk)
    if others.exists():
        raise CannotRename(_("Not saved. There is already a channel with this short name. Choose another."))
    fields: dict[str, Any] = {
        "name": name, "slug": slug, "mark": mark, "byline": byline, "legal_notice_url": legal_notice_url,
        "serves_keys": list(serves_keys),
    }  # fmt: skip
    before = change_record(record=channel, person=person, now=now, seen_revision=seen_revision, **fields)
    record_audit(
        workspace=person.workspace, person=person, verb="channels.channel.changed", target=channel, now=now,
        before=before, after=fields,
    )  # fmt: skip
    return channel


def undo_channel(*, person: Person, now: datetime, channel: str, revision: int, **before: Any) -> None:
    """Take back what a change of names or a pause changed. Raises CannotUndo, PermissionDenied."""
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    found = Channel.objects.get(pk=channel, workspace=person.workspace)
    restore_record(record=found, person=person, now=now, revision=revision, before=before)
    record_audit(
        workspace=person.workspace, person=person, verb="channels.channel.changed", target=found, now=now, after=before
    )


@transaction.atomic
def close_channel(*, person: Person, channel: Channel, now: datetime) -> Channel:
    """End a presence nobody outside knows: it neither listens nor speaks; everything said stays. One that was open says farewell
    (`begin_farewell`). Raises CannotEnd then, and while words wait."""
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    is_known = (
        channel.account is not None and channel.account.kind != PRACTICE and channel.state in (LIVE, PAUSED, CLOSING)
    )
    if is_known:
        raise CannotEnd(_("Not closed. Members meet us there: say farewell first, on the page of the channel."))
    _nothing_waits(Dispatch.objects.filter(channel=channel))
    return _turn(person, channel, CLOSED, "channels.channel.closed", now)


@transaction.atomic
def reopen_channel(*, person: Person, channel: Channel, now: datetime) -> Channel:
    """Listen again on a closed channel; its reaction plan opens it for speaking. Raises CannotEnd without an account."""
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    if channel.state != CLOSED:
        return channel
    if channel.account is None or channel.account.archived_at is not None:
        raise CannotEnd(_("Not opened. Its account is disconnected. Log in there again first."))
    Cursor.objects.filter(channel=channel).update(next_at=now)
    return _turn(person, channel, CHOSEN, "channels.channel.reopened", now)


@transaction.atomic
def disconnect_account(*, person: Person, account: Account, now: datetime) -> Account:
    """Forget the log-in for good; its channels close, everything said stays. Raises CannotEnd while words wait."""
    require(person, "channels.account.connect")
    lock_workspace(person.workspace_id)
    _nothing_waits(Dispatch.objects.filter(channel__account=account))
    Account.objects.filter(pk=account.pk, workspace=person.workspace).update(
        secret="", secret_version=F("secret_version") + 1, expires_at=None, renews_until=None, state=LOGGED_OUT,
        rests_until=None, rest_reason="", archived_at=now, updated_at=now, updated_by=person, revision=F("revision") + 1,
    )  # fmt: skip
    for channel in account.channels.exclude(state=CLOSED):
        _turn(person, channel, CLOSED, "channels.channel.closed", now)
    account.refresh_from_db()
    record_audit(
        workspace=person.workspace, person=person, verb="channels.account.disconnected", target=account, now=now
    )
    return account


def _nothing_waits(dispatches: "QuerySet[Dispatch]") -> None:
    number = dispatches.filter(state__in=OPEN_STATES).count()
    if number:
        raise CannotEnd(
            ngettext(
                "Nothing was closed. %(number)s thing still waits in the queue. Take it back there, or wait until it has left.",
                "Nothing was closed. %(number)s things still wait in the queue. Take them back there, or wait until they have left.",
                number,
            )
            % {"number": number}
        )


def _turn(person: Person, channel: Channel, state: str, verb: str, now: datetime) -> Channel:
    before = change_record(record=channel, person=person, now=now, seen_revision=None, state=state)
    if state == CLOSED:
        settle_farewell(person=person, channel=channel, now=now, is_over=True)
    record_audit(
        workspace=person.workspace, person=person, verb=verb, target=channel, now=now, before=before,
        after={"state": state},
    )  # fmt: skip
    return channel
