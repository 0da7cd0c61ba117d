"""End a presence in good order: members are told, what was said has its place, they know where to go (domain 3.8)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.close_channel import OPEN_STATES, CannotEnd
from allmende.channels.actions.mind_last_day import mind_and_tell, miss_what_waits
from allmende.channels.models import Channel, Dispatch, Farewell
from allmende.channels.queries import farewell_of
from allmende.channels.states import ARCHIVE_DECISIONS, CLOSED, CLOSING, LIVE, PAUSED
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "channels.channel.edit"
BEGUN, CALLED_OFF, CHANGED = "channels.farewell.begun", "channels.farewell.called_off", "channels.farewell.changed"
CLOSED_BY = "channels.channel.closed"
# Paused meanwhile, it ends all the same.
STANDING = (CLOSING, PAUSED)


@dataclass(frozen=True)
class FarewellWords:
    """What members were told and where, what becomes of what was said, where they go or why nowhere, the last day."""

    told: str
    told_url: str
    archive: str
    leads_to: str
    why_nowhere: str
    last_date: date


@transaction.atomic
def begin_farewell(*, person: Person, channel: Channel, words: FarewellWords, now: datetime) -> Farewell:
    """Until its last day the channel listens, answers and posts; then it closes by itself. Raises CannotEnd."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    channel.refresh_from_db()
    if channel.state not in (LIVE, PAUSED) or farewell_of(channel):
        raise CannotEnd(_("Nothing was changed: only a channel that is open says farewell."))
    _check(person, words, now)
    farewell = Farewell.objects.create(
        workspace=person.workspace, channel=channel, created_at=now, created_by=person, updated_at=now,
        updated_by=person, came_from=channel.state, **asdict(words),
    )  # fmt: skip
    change_record(record=channel, person=person, now=now, seen_revision=None, state=CLOSING)
    after = {"last_date": str(words.last_date), "archive": words.archive, "leads_to": words.leads_to}
    record_audit(workspace=person.workspace, person=person, verb=BEGUN, target=channel, now=now, after=after)
    mind_and_tell(channel=channel, person=person, now=now)
    return farewell


@transaction.atomic
def change_farewell(
    *, person: Person, farewell: Farewell, words: FarewellWords, seen_revision: int | None, now: datetime
) -> Farewell:
    """Other words, another direction or last day, as long as it stands; what is planned is kept back or let go by the new day.
    Raises CannotEnd, StaleRevision."""
    require(person, EDIT)
    channel = _closing(person, farewell)
    _check(person, words, now)
    fields = asdict(words)
    before = change_record(record=farewell, person=person, now=now, seen_revision=seen_revision, **fields)
    plain = {name: str(value) for name, value in before.items()}
    record_audit(
        workspace=person.workspace, person=person, verb=CHANGED, target=channel, now=now, before=plain,
        after={name: str(value) for name, value in fields.items()},
    )  # fmt: skip
    mind_and_tell(channel=channel, person=person, now=now)
    return farewell


@transaction.atomic
def call_off_farewell(*, person: Person, farewell: Farewell, now: datetime) -> Channel:
    """The channel stays: it is open as before, or paused where somebody paused it meanwhile. Raises CannotEnd when it is closed
    already."""
    require(person, EDIT)
    channel = _closing(person, farewell)
    change_record(record=farewell, person=person, now=now, seen_revision=None, archived_at=now)
    state = farewell.came_from if channel.state == CLOSING else channel.state
    change_record(record=channel, person=person, now=now, seen_revision=None, state=state)
    record_audit(workspace=person.workspace, person=person, verb=CALLED_OFF, target=channel, now=now)
    mind_and_tell(channel=channel, person=person, now=now)
    return channel


@transaction.atomic
def end_farewell(*, person: Person, farewell: Farewell, now: datetime) -> Channel:
    """Close now, before the last day too. Raises CannotEnd while words wait in the queue."""
    require(person, EDIT)
    channel = _closing(person, farewell)
    if _waits(channel):
        raise CannotEnd(_("Not closed. Something still waits in the queue; take it back there, or let it leave first."))
    _close(farewell, channel, person, now)
    return channel


def undo_farewell(*, person: Person, now: datetime, farewell: str) -> None:
    """Take the beginning of a farewell back. Raises CannotUndo when it is over."""
    found = Farewell.objects.filter(workspace=person.workspace, pk=farewell).first()
    try:
        if found is None:
            raise stale_undo()
        call_off_farewell(person=person, farewell=found, now=now)
    except CannotEnd as error:
        raise stale_undo() from error


@transaction.atomic
def undo_farewell_change(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what a farewell said before a change of it. Raises CannotUndo when it is over or was changed again."""
    require(person, EDIT)
    found = Farewell.objects.filter(workspace=person.workspace, pk=pk).select_related("channel").first()
    try:
        if found is None:
            raise stale_undo()
        channel = _closing(person, found)
    except CannotEnd as error:
        raise stale_undo() from error
    restore_record(record=found, person=person, now=now, revision=revision, before=before)
    record_audit(workspace=person.workspace, person=person, verb=CHANGED, target=channel, now=now, after=dict(before))
    mind_and_tell(channel=channel, person=person, now=now)


def end_farewells(*, now: datetime) -> int:
    """Close every channel whose last day is over and of which nothing is being said; what waits is missed. Returns how many."""
    rows = Farewell.objects.filter(archived_at__isnull=True, ended_at__isnull=True).select_related("workspace")
    over = [one for one in rows.filter(last_date__lte=now.date()) if one.last_date < one.workspace.day_at(now)]
    return sum(_ended(one.pk, now) for one in over)


@transaction.atomic
def _ended(pk: UUID, now: datetime) -> int:
    lock_workspace(Farewell.objects.values_list("workspace", flat=True).get(pk=pk))
    farewell = Farewell.objects.get(pk=pk)
    if not _stands(farewell):
        return 0
    miss_what_waits(channel=farewell.channel, now=now)
    if _waits(farewell.channel):
        return 0
    _close(farewell, farewell.channel, None, now)
    return 1


def _check(person: Person, words: FarewellWords, now: datetime) -> None:
    if not words.told.strip() or words.archive not in ARCHIVE_DECISIONS:
        raise CannotEnd(_("Nothing was changed. Say what members were told, and what becomes of what was said there."))
    if not (words.leads_to.strip() or words.why_nowhere.strip()):
        raise CannotEnd(_("Nothing was changed. Say where members go from now on, or why nowhere."))
    if words.last_date < person.workspace.day_at(now):
        raise CannotEnd(_("Nothing was changed: the last day lies in the past."))


def _closing(person: Person, farewell: Farewell) -> Channel:
    lock_workspace(person.workspace_id)
    farewell.refresh_from_db()
    if not _stands(farewell):
        raise CannotEnd(_("Nothing was changed: this farewell is over. Look at how the channel stands now."))
    return farewell.channel


def _stands(farewell: Farewell) -> bool:
    return not (farewell.ended_at or farewell.archived_at) and farewell.channel.state in STANDING


def _waits(channel: Channel) -> bool:
    return Dispatch.objects.filter(channel=channel, state__in=OPEN_STATES).exists()


def _close(farewell: Farewell, channel: Channel, person: Person | None, now: datetime) -> None:
    change_record(record=farewell, person=person, now=now, seen_revision=None, ended_at=now)
    change_record(record=channel, person=person, now=now, seen_revision=None, state=CLOSED)
    record_audit(workspace=channel.workspace, person=person, verb=CLOSED_BY, target=channel, now=now)
