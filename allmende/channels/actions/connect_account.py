"""Open ways to networks: an account with a proven log-in, a channel on it, its life cycle."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.consider_channel import refuse_taken, take_up
from allmende.channels.actions.settle_farewell import settle_farewell
from allmende.channels.models import Account, Channel, Cursor
from allmende.channels.queries import connector_of, dropped_as, planned_as
from allmende.channels.states import CHOSEN, CONNECTED, LIVE, PAUSED, PRACTICE, SPEAKING_CHANNELS
from allmende.connectors.errors import ConnectorError, LoggedOut, TryLater
from allmende.connectors.http import Client
from allmende.connectors.neutral import Author
from allmende.connectors.register import KINDS
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotConnect(Exception):
    """The account was not connected; the message says why and what to do."""


class AlreadyConnected(CannotConnect):
    """Somebody connected this very account meanwhile, as `account`."""

    def __init__(self, account: Account) -> None:
        super().__init__(_("Not connected. This account is connected already, as %(name)s.") % {"name": account.name})
        self.account = account


class CannotGoLive(Exception):
    """The channel is not live; the message says what is missing."""


class CannotPauseChannel(Exception):
    """The channel stays as it is; the message says why."""


def connect_account(
    *,
    person: Person,
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    secret: str,
    now: datetime,
    account: Account | None = None,
    client: Client | None = None,
    is_first: bool = False,
) -> Account:
    """Prove the log-in at the network, then store it sealed. With `account`: the same account connected again.

    `is_first`: it must not be connected yet, nor by somebody at the same moment. Raises CannotConnect; nothing is stored
    then.
    """
    require(person, "channels.account.connect")
    if kind not in KINDS:
        raise CannotConnect(_("Not connected. Allmende does not speak this network's language yet."))
    if person.workspace.is_rehearsal and kind != PRACTICE:
        raise CannotConnect(_("Not connected. This is a copy to practise in; it stands at the practice network alone."))
    fresh = account or Account(workspace=person.workspace, kind=kind, created_at=now, created_by=person)
    fresh.name, fresh.settings, fresh.secret = name, dict(settings), secret
    us = _prove(fresh, client)
    if account and account.native_id and account.native_id != us.native_id:
        raise CannotConnect(
            _("Not connected. This log-in belongs to %(handle)s, another account than before.") % {"handle": us.handle}
        )
    with transaction.atomic():
        fresh.native_id, fresh.handle = us.native_id, us.handle
        if is_first:
            _refuse_twice(fresh)
        fresh.secret_version, fresh.renews_until = _next_version(account), None
        fresh.expires_at = connector_of(fresh, client).expires_at
        fresh.archived_at = None
        fresh.state, fresh.rests_until, fresh.rest_reason, fresh.failures_in_row = CONNECTED, None, "", 0
        fresh.updated_at, fresh.updated_by = now, person
        fresh.save()
        record_audit(
            workspace=person.workspace, person=person, verb="channels.account.connected", target=fresh, now=now,
            after={"kind": kind, "handle": us.handle},
        )  # fmt: skip
    return fresh


@transaction.atomic
def choose_channel(
    *,
    person: Person,
    name: str,
    slug: str,
    kind: str,
    account: Account | None,
    now: datetime,
    place: str = "",
    mark: str = "",
) -> Channel:
    """Make a channel, not live yet; with an account it listens from now on. One of this short name that is only considered,
    was dropped, or has no account yet, is taken up. Raises CannotChoose."""
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    here = person.workspace
    if account is not None and (planned := planned_as(here, slug) or dropped_as(here, slug)):
        return take_up(person, planned, account, {"name": name, "kind": kind, "place": place, "mark": mark}, now)
    refuse_taken(here, slug)
    channel = Channel.objects.create(
        workspace=here, account=account, name=name, slug=slug, kind=kind, place=place, mark=mark,
        state=CHOSEN, created_at=now, created_by=person, updated_at=now, updated_by=person,
    )  # fmt: skip
    if account is not None:
        Cursor.objects.create(channel=channel, next_at=now)
    record_audit(workspace=here, person=person, verb="channels.channel.chosen", target=channel, now=now)
    return channel


@transaction.atomic
def set_live(*, person: Person, channel: Channel, reaction_plan_version_key: str, now: datetime) -> Channel:
    """Let the channel speak, under this reaction plan (I-11); a farewell it was saying is called off. Raises CannotGoLive
    without a plan or without an account."""
    require(person, "channels.channel.edit")
    if not reaction_plan_version_key:
        raise CannotGoLive(_("Not live. No reaction plan is in force. Put one in force first."))
    if channel.account is None:
        raise CannotGoLive(_("Not live. This channel has no account to speak with. Connect one first."))
    lock_workspace(person.workspace_id)
    settle_farewell(person=person, channel=channel, now=now, is_over=False)
    channel.state, channel.reaction_plan_version_key = LIVE, reaction_plan_version_key
    return _keep(channel, person, "channels.channel.opened", now)


@transaction.atomic
def set_promise(*, person: Person, channel: Channel, reaction_plan_version_key: str, now: datetime) -> Channel:
    """Let a channel that says farewell keep this reaction plan to its last day; it stays on its way out."""
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    channel.reaction_plan_version_key = reaction_plan_version_key
    return _keep(channel, person, "channels.channel.promised", now)


@transaction.atomic
def pause_channel(*, person: Person, channel: Channel, now: datetime) -> Channel:
    """Stop speaking on this channel and go on listening; what waits in the queue waits on. A farewell goes on to its last day.

    Raises CannotPauseChannel where it does not speak: a page that is no longer true must not open what was closed.
    """
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    channel.refresh_from_db(fields=["state", "revision", "reaction_plan_version_key"])
    if channel.state == PAUSED:
        return channel
    if channel.state not in SPEAKING_CHANNELS:
        raise CannotPauseChannel(
            _("Not paused. %(channel)s is not open any more; look at the list again.") % {"channel": channel.name}
        )
    channel.state = PAUSED
    return _keep(channel, person, "channels.channel.paused", now)


def _keep(channel: Channel, person: Person, verb: str, now: datetime) -> Channel:
    channel.updated_at, channel.updated_by = now, person
    channel.revision += 1
    channel.save(update_fields=["state", "reaction_plan_version_key", "updated_at", "updated_by", "revision"])
    record_audit(workspace=channel.workspace, person=person, verb=verb, target=channel, now=now)
    return channel


def _refuse_twice(fresh: Account) -> None:
    """One after the other by the workspace's row: two presses of the same button must not open two accounts."""
    lock_workspace(fresh.workspace_id)
    known = Account.objects.filter(workspace=fresh.workspace_id, kind=fresh.kind, native_id=fresh.native_id)
    for one in known.filter(archived_at__isnull=True):
        if one.settings.get("network") == fresh.settings.get("network"):
            raise AlreadyConnected(one)


def _next_version(account: Account | None) -> int:
    """Locked, so that a renewal under way stores nothing over what is stored now."""
    if account is None:
        return 0
    return Account.objects.select_for_update().get(pk=account.pk).secret_version + 1


def _prove(account: Account, client: Client | None) -> Author:
    try:
        return connector_of(account, client).whoami()
    except LoggedOut:
        raise CannotConnect(_("Not connected. The network does not know this log-in. Check the access key.")) from None
    except TryLater:
        raise CannotConnect(
            _("Not connected. The network does not answer just now. What you typed is kept; please try again.")
        ) from None
    except ConnectorError as error:
        raise CannotConnect(
            _("Not connected. The network refused: %(detail)s") % {"detail": error.detail or error.reason_code}
        ) from None
