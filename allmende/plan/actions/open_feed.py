"""Open an address under which a calendar reads one's dates, and close it."""

import secrets
from datetime import datetime

from django.db import transaction

from allmende.plan.models import STEPS_FEED, CalendarFeed
from allmende.team.access import hash_of_token, require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

OPENED, CLOSED = "plan.feed.opened", "plan.feed.closed"
READ_STEPS = "plan.version.read"


@transaction.atomic
def open_feed(*, person: Person, now: datetime, kind: str = STEPS_FEED, right: str = READ_STEPS) -> str:
    """A token for the person's own calendar; only its hash is kept, so an earlier address of the kind is closed.

    `right`: what reading these dates takes.
    """
    require(person, right)
    lock_workspace(person.workspace_id)
    close_feed(person=person, now=now, kind=kind, right=right)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        workspace=person.workspace,
        person=person,
        kind=kind,
        token_hash=hash_of_token(token),
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    _audit(person, OPENED, feed, now)
    return token


@transaction.atomic
def close_feed(
    *, person: Person, now: datetime, kind: str = STEPS_FEED, right: str = READ_STEPS
) -> CalendarFeed | None:
    """From now on the person's address answers as if there had never been one; None when none was open."""
    require(person, right)
    lock_workspace(person.workspace_id)
    open_rows = CalendarFeed.objects.select_for_update(of=("self",)).filter(person=person, kind=kind, revoked_at=None)
    feed = open_rows.first()
    if feed is None:
        return None
    change_record(record=feed, person=person, now=now, seen_revision=None, revoked_at=now)
    _audit(person, CLOSED, feed, now)
    return feed


@transaction.atomic
def undo_close_feed(
    *, person: Person, now: datetime, pk: str, revision: int, kind: str = STEPS_FEED, right: str = READ_STEPS
) -> None:
    """The closed address answers again, unless another of its kind was opened since."""
    require(person, right)
    lock_workspace(person.workspace_id)
    rows = CalendarFeed.objects.filter(person=person, kind=kind)
    feed = rows.filter(pk=pk, revision=revision, revoked_at__isnull=False).first()
    if feed is None or rows.filter(revoked_at=None).exists():
        raise stale_undo()
    change_record(record=feed, person=person, now=now, seen_revision=revision, revoked_at=None)
    _audit(person, OPENED, feed, now)


def _audit(person: Person, verb: str, feed: CalendarFeed, now: datetime) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=feed, now=now, after={"kind": feed.kind})
