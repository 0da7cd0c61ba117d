"""What our posts brought about, for the team's own work: what members did first, then what is only counted (S4-27)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from allmende.channels.models import Gesture, Message
from allmende.channels.queries import links_by_subject
from allmende.channels.states import INWARD, OUTWARD, SENT
from allmende.inbox.models import Entry
from allmende.plan.queries import Chip, chips
from allmende.team.models import Workspace

SPANS = (30, 90, 365)
MOST_ITEMS = 300
# Whose words are no behaviour of members.
NOT_MEMBERS = ("staff", "bot")


@dataclass(slots=True)
class Content:
    """One item and what came of it. `people` is None where it was in several conversations; `clicks` is
    None where it has no tracked link, `arrived` and `completed` where no target of its links told anything."""

    item_id: str
    title: str
    serves_key: str
    published_at: datetime
    channels: list[str] = field(default_factory=list)
    conversations: list[UUID] = field(default_factory=list)
    replies: int = 0
    people: int | None = 0
    helped: int = 0
    reactions: int = 0
    clicks: int | None = None
    arrived: int | None = None
    completed: int | None = None
    chip: Chip | None = None


def content_performance(
    workspace: Workspace, now: datetime, days: int = 30, serves_key: str = "", items: Sequence[str] = ()
) -> list[Content]:
    """The items that appeared in the last days, the newest first; with `items` only these, whenever they appeared.

    Five queries, however many there are.
    """
    posts = _posts(workspace)
    posts = posts.filter(subject_id__in=items) if items else posts.filter(occurred_at__gt=now - timedelta(days=days))
    if serves_key:
        posts = posts.filter(serves_key=serves_key)
    found: dict[str, Content] = {}
    places: dict[int, Content] = {}
    threads: dict[int, Content] = {}
    for row in posts.order_by("-occurred_at", "pk").values_list(*_POST)[: MOST_ITEMS * 4]:
        pk, item, title, key, at, channel, conversation, public_id = row
        if item not in found and len(found) == MOST_ITEMS:
            continue
        one = found.setdefault(item, Content(item, title, key, at))
        one.published_at, places[pk] = min(one.published_at, at), one
        if channel not in one.channels:
            one.channels.append(channel)
        if conversation is not None:
            threads[conversation] = one
            one.conversations += [] if public_id in one.conversations else [public_id]
    _add_replies(threads)
    _add_reactions(places)
    _add_links(found, workspace, now)
    known = chips(workspace, {one.serves_key for one in found.values()})
    for one in found.values():
        one.chip = known.get(one.serves_key)
    return list(found.values())


_POST = (
    "pk", "subject_id", "subject_label", "serves_key", "occurred_at", "channel__name", "entry__conversation_id",
    "entry__conversation__public_id",
)  # fmt: skip


def _posts(workspace: Workspace) -> Any:
    rows = Message.objects.filter(channel__workspace=workspace, direction=OUTWARD, subject_kind="item")
    return rows.filter(dispatch__state=SENT, deleted_at__isnull=True)


def _add_replies(threads: Mapping[int, Content]) -> None:
    """Words of members under the posts, and among them those that answer another member."""
    rows = Entry.objects.filter(conversation__in=threads, message__direction=INWARD, message__deleted_at__isnull=True)
    rows = rows.exclude(message__author_class__in=NOT_MEMBERS)
    to_another = Q(message__reply_to__direction=INWARD) & ~Q(message__reply_to__identity=F("message__identity"))
    counted = rows.values("conversation_id").annotate(
        replies=Count("pk"),
        people=Count("message__identity__member", distinct=True),
        helped=Count("pk", filter=to_another),
    )
    for row in counted.order_by():
        one = threads[row["conversation_id"]]
        one.replies += row["replies"]
        # Somebody may answer in two channels: then nobody knows how many they were.
        one.people = row["people"] if len(one.conversations) == 1 else None
        one.helped += row["helped"]


def _add_reactions(places: Mapping[int, Content]) -> None:
    rows = Gesture.objects.filter(target__in=places, deleted_at__isnull=True).exclude(author_class__in=NOT_MEMBERS)
    for row in rows.values("target_id").annotate(n=Count("pk")).order_by():
        places[row["target_id"]].reactions += row["n"]


def _add_links(found: Mapping[str, Content], workspace: Workspace, now: datetime) -> None:
    for item, links in links_by_subject(workspace, "item", list(found), workspace.day_at(now)).items():
        one = found[item]
        one.clicks = sum(row.clicks for row in links)
        one.arrived = _sum(row.arrived for row in links)
        one.completed = _sum(row.completed for row in links)


def _sum(told: Any) -> int | None:
    known = [one for one in told if one is not None]
    return sum(known) if known else None
