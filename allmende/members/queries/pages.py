"""What the screens of the members show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import pgettext

from allmende.members.models import (
    ActorRule,
    Identity,
    Member,
    MemberNote,
    MemberStage,
    MemberTrait,
    Merging,
    Segment,
    is_known,
)
from allmende.members.queries.told import told_of
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Hit

PAGE = 50


@dataclass(frozen=True)
class ListOfMembers:
    """A page of members, the newest first; `after` continues it, "" at the end."""

    members: Sequence[Member]
    after: str
    is_everybody: bool


@dataclass(frozen=True)
class MemberPage:
    """One member: where we meet them, what is told of them, and what the team noted."""

    member: Member
    identities: Sequence[Identity]
    notes: Sequence[MemberNote]
    traits: Sequence[MemberTrait] = ()
    groups: Sequence[Segment] = ()
    stage: MemberStage | None = None
    mergings: Sequence[Merging] = ()


def listing(
    workspace: Workspace, *, words: str = "", actor_class: str = "", stage: str = "", after: str = ""
) -> ListOfMembers:
    """Members whose alias, handle or name holds every word; two queries, whatever the number."""
    rows = named(workspace, words)
    if actor_class:
        rows = rows.filter(actor_class=actor_class)
    if stage:
        rows = rows.filter(stage__stage=stage)
    place = _place(after)
    if place:
        seen_at, pk = place
        rows = rows.filter(Q(first_seen_at__lt=seen_at) | Q(first_seen_at=seen_at, pk__lt=pk))
    found = list(
        rows.select_related("stage").prefetch_related("identities").order_by("-first_seen_at", "-pk")[: PAGE + 1]
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    rest = f"{last.first_seen_at.isoformat()}_{last.pk}" if last else ""
    return ListOfMembers(found[:PAGE], rest, is_everybody=not (words.strip() or actor_class or stage or after))


def member_page(member: Member) -> MemberPage:
    """Six queries."""
    notes = MemberNote.objects.filter(member=member, archived_at__isnull=True).select_related("person")
    traits, groups = told_of(member)
    stage = MemberStage.objects.filter(member=member).first()
    identities = list(member.identities.order_by("network", "pk"))
    told = list(notes.order_by("-created_at", "-pk"))
    return MemberPage(member, identities, told, traits, groups, stage, list(mergings_of(member)))


def mergings_of(member: Member) -> QuerySet[Merging]:
    """Whom somebody said to be this member, the newest first."""
    rows = Merging.objects.filter(target=member, source__merged_into=member, undone_at__isnull=True)
    return rows.select_related("source", "person").order_by("-at", "-pk")


def rules_of(workspace: Workspace) -> QuerySet[ActorRule]:
    """The rules that apply, in the order of their patterns."""
    rows = ActorRule.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.select_related("created_by").order_by("actor_class", "pattern")


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Members whose alias, handle or name holds every word."""
    if not words.split() or not may(person, "members.member.read"):
        return []
    rows = named(workspace, words).prefetch_related("identities").order_by("-first_seen_at")[:limit]
    return [
        Hit(
            pgettext("search", "Member"),
            one.alias,
            ", ".join(sorted({identity.handle for identity in one.identities.all() if identity.handle})),
            reverse("members:member", args=[workspace.slug, one.pk]),
        )
        for one in rows
    ]


def named(workspace: Workspace, words: str) -> QuerySet[Member]:
    """Members whose alias, handle or name holds every word."""
    rows = Member.objects.filter(is_known(), workspace=workspace)
    for word in words.split()[:6]:
        known = Identity.objects.filter(Q(handle__icontains=word) | Q(name__icontains=word), workspace=workspace)
        rows = rows.filter(Q(alias__icontains=word) | Q(pk__in=known.values("member_id")))
    return rows


def _place(after: str) -> tuple[datetime, int] | None:
    written, _, pk = after.rpartition("_")
    try:
        seen_at = parse_datetime(written.replace(" ", "+"))
    except ValueError:
        return None
    if seen_at is None or seen_at.tzinfo is None or not pk.isascii() or not pk.isdecimal() or len(pk) > 18:
        return None
    return seen_at, int(pk)
