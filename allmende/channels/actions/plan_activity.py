"""Say how active the team can be on a channel for long (S4-23)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from allmende.channels.models import ActivityBudget, Channel
from allmende.domain.activity import Effort, sustained
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, undo_fields
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

PLANNED = "channels.activity.planned"


@transaction.atomic
def plan_activity(
    *, person: Person, channel: Channel, hours: Decimal, post_minutes: int, replies_per_post: Decimal,
    reply_minutes: Decimal, other_replies: Decimal, seen_revision: int | None, now: datetime,
) -> ActivityBudget:  # fmt: skip
    """Set so many hours a week aside for the channel; what they bear is reckoned from what a post and an answer take.

    `other_replies`: our answers a week to what members begin. Raises StaleRevision.
    """
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    bears = sustained(
        float(hours), Effort(post_minutes, float(replies_per_post), float(reply_minutes), float(other_replies))
    )
    fields = {
        "hours": hours, "post_minutes": post_minutes, "replies_per_post": replies_per_post, "reply_minutes": reply_minutes,
        "other_replies": other_replies, "posts": bears.posts, "replies": bears.replies,
    }  # fmt: skip
    found = ActivityBudget.objects.filter(channel=channel).first()
    if found is None:
        found = ActivityBudget.objects.create(
            workspace=person.workspace, channel=channel, created_at=now, created_by=person, updated_at=now,
            updated_by=person, **fields,
        )  # fmt: skip
    else:
        change_record(record=found, person=person, now=now, seen_revision=seen_revision, archived_at=None, **fields)
    _record(person, found, now, {"hours": str(hours), "posts": bears.posts, "replies": bears.replies})
    return found


@transaction.atomic
def drop_activity(*, person: Person, budget: ActivityBudget, now: datetime) -> ActivityBudget:
    """Plan nothing for this channel any more."""
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    change_record(record=budget, person=person, now=now, seen_revision=None, archived_at=now)
    _record(person, budget, now, {"dropped": True})
    return budget


undo_activity = undo_fields(
    right="channels.channel.edit",
    verb=PLANNED,
    rows=lambda person: ActivityBudget.objects.filter(workspace=person.workspace),
)


def _record(person: Person, budget: ActivityBudget, now: datetime, after: dict[str, object]) -> None:
    record_audit(workspace=person.workspace, person=person, verb=PLANNED, target=budget.channel, now=now, after=after)
