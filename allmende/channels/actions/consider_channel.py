"""A presence the team thinks about: put down, dropped, or taken up with an account."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Account, Channel, Cursor
from allmende.channels.queries import dropped_as
from allmende.channels.states import CHOSEN, CONSIDERED
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, undo_fields
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

EDIT = "channels.channel.edit"


class CannotChoose(Exception):
    """The channel was not made; the message says why."""


def refuse_taken(workspace: Workspace, slug: str) -> None:
    """Raises CannotChoose for the short name of another channel."""
    if Channel.objects.filter(workspace=workspace, slug=slug).exists():
        raise CannotChoose(
            _("Not made. There is already a channel with the short name %(slug)s. Choose another.") % {"slug": slug}
        )


@transaction.atomic
def consider_channel(
    *, person: Person, name: str, slug: str, kind: str, mark: str, serves_keys: Sequence[str], now: datetime
) -> Channel:
    """Put a presence down that the team thinks about, or that somebody else looks after so far (S3-19); one of this short name
    that was dropped comes back. Raises CannotChoose."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    fields: dict[str, Any] = {"name": name, "kind": kind, "mark": mark, "serves_keys": list(serves_keys)}
    if channel := dropped_as(person.workspace, slug):
        change_record(record=channel, person=person, now=now, seen_revision=None, archived_at=None, **fields)
        return _considered(person, channel, now)
    refuse_taken(person.workspace, slug)
    channel = Channel.objects.create(
        workspace=person.workspace, slug=slug, state=CONSIDERED, created_at=now, created_by=person, updated_at=now,
        updated_by=person, **fields,
    )  # fmt: skip
    return _considered(person, channel, now)


def _considered(person: Person, channel: Channel, now: datetime) -> Channel:
    record_audit(workspace=person.workspace, person=person, verb="channels.channel.considered", target=channel, now=now)
    return channel


@transaction.atomic
def drop_considered(*, person: Person, channel: Channel, now: datetime) -> Channel:
    """The team does not go there. Raises CannotChoose once there is an account or a word."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    channel.refresh_from_db()
    if channel.state != CONSIDERED:
        raise CannotChoose(_("Nothing was changed: it is more than considered by now."))
    change_record(record=channel, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb="channels.channel.dropped", target=channel, now=now)
    return channel


def take_up(person: Person, channel: Channel, account: Account, fields: Mapping[str, str], now: datetime) -> Channel:
    """Give it the account it was waiting for; inside the caller's transaction."""
    given = {"account": account, "state": CHOSEN, "archived_at": None, **fields}
    change_record(record=channel, person=person, now=now, seen_revision=None, **given)
    Cursor.objects.create(channel=channel, next_at=now)
    record_audit(workspace=person.workspace, person=person, verb="channels.channel.chosen", target=channel, now=now)
    return channel


undo_considered = undo_fields(
    right=EDIT,
    verb="channels.channel.considered",
    rows=lambda person: Channel.objects.filter(workspace=person.workspace, state=CONSIDERED),
)
