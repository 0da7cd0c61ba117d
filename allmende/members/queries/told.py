"""What is told of members beside what they said: groups, traits, and who is meant by a name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet

from allmende.members.models import Identity, Member, MemberTrait, Merging, Segment, SegmentStay, Telling, is_known
from allmende.team.models import Workspace

CHUNK = 400
SHOWN = 200


@dataclass(frozen=True)
class Named:
    """Whom names mean: `found` by name; `unknown` nobody is called; `several` more than one is."""

    found: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    several: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupRow:
    """A group with how many belong to it now."""

    segment: Segment
    people: int


@dataclass(frozen=True)
class TraitRow:
    """A trait with how many members it is told of, and its values with how many each, the commonest first."""

    name: str
    people: int
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Stays:
    """One person's time in a group, by pseudonym; None: from the beginning, or still."""

    pseudonym: int
    since: datetime | None
    until: datetime | None


def members_named(workspace: Workspace, names: Iterable[str]) -> Named:
    """Members by alias, or by handle, name or key of one of their identities, as the network writes it; a leading @ does
    not matter."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    bare = sorted({name.removeprefix("@") for name in wanted} | set(wanted))
    called: dict[str, set[int]] = {}
    for at in range(0, len(bare), CHUNK):
        part = bare[at : at + CHUNK]
        _called(called, part, Member.objects.filter(is_known(), workspace=workspace, alias__in=part))
        _identified(called, part, workspace)
    meant = {name: called.get(name, set()) | called.get(name.removeprefix("@"), set()) for name in wanted}
    return Named(
        {name: next(iter(keys)) for name, keys in meant.items() if len(keys) == 1},
        tuple(name for name, keys in meant.items() if not keys),
        tuple(name for name, keys in meant.items() if len(keys) > 1),
    )


def group_rows(workspace: Workspace, now: datetime) -> list[GroupRow]:
    """The groups definitions may ask for, by name; one query each for those by rule, two for all others."""
    segments = list(Segment.objects.filter(workspace=workspace, archived_at__isnull=True))
    inside = Q(since__isnull=True) | Q(since__lte=now)
    stays = SegmentStay.objects.filter(inside, is_known("member__"), segment__in=segments, until__isnull=True)
    counts = dict(stays.order_by().values_list("segment").annotate(Count("pk")))
    return [
        GroupRow(one, members_by_rule(one).count() if one.is_by_rule else counts.get(one.pk, 0)) for one in segments
    ]


def put_away_groups(workspace: Workspace) -> QuerySet[Segment]:
    """Groups that can be brought back, by name."""
    return Segment.objects.filter(workspace=workspace, archived_at__isnull=False)


def members_by_rule(segment: Segment) -> QuerySet[Member]:
    """Who belongs to a group by its rule."""
    rows = Member.objects.filter(is_known(), workspace=segment.workspace_id)
    if segment.trait:
        rows = rows.filter(traits__name=segment.trait, traits__value=segment.value)
    zone = ZoneInfo(segment.workspace.zone)
    if segment.met_from_date:
        rows = rows.filter(first_seen_at__gte=datetime.combine(segment.met_from_date, time(), zone))
    if segment.met_until_date:
        over = datetime.combine(segment.met_until_date + timedelta(days=1), time(), zone)
        rows = rows.filter(first_seen_at__lt=over)
    return rows


def people_of(segment: Segment, now: datetime) -> list[Member]:
    """The newest of those who belong to it now, at most `SHOWN`."""
    if segment.is_by_rule:
        return list(members_by_rule(segment).order_by("-first_seen_at", "-pk")[:SHOWN])
    stays = SegmentStay.objects.filter(is_known("member__"), segment=segment, until__isnull=True)
    return [stay.member for stay in stays.select_related("member").order_by("-told_at", "-pk")[:SHOWN]]


def stays_by_group(workspace: Workspace, keys: Collection[str]) -> dict[str, list[Stays]]:
    """By key, who was when in each of these groups; groups nobody began are left out."""
    segments = Segment.objects.filter(workspace=workspace, key__in=keys, archived_at__isnull=True)
    return {one.key: _stays(one) for one in segments.select_related("workspace")}


def values_by_trait(workspace: Workspace, names: Collection[str]) -> dict[str, dict[int, str]]:
    """By trait, each member's value by pseudonym; traits told of nobody are left out."""
    rows = MemberTrait.objects.filter(is_known("member__"), name__in=names, member__workspace=workspace).values_list(
        "name", "member__pseudonym", "value"
    )
    found: dict[str, dict[int, str]] = {}
    for name, pseudonym, value in rows:
        found.setdefault(name, {})[pseudonym] = value
    return found


def traits_told(workspace: Workspace) -> list[TraitRow]:
    """Every trait that is told of somebody, by name; one query."""
    rows = MemberTrait.objects.filter(is_known("member__"), member__workspace=workspace)
    counted = rows.order_by("name", "value").values_list("name", "value").annotate(people=Count("pk"))
    by_name: dict[str, list[tuple[str, int]]] = {}
    for name, value, people in counted:
        by_name.setdefault(name, []).append((value, people))
    return [
        TraitRow(name, sum(people for _, people in values), tuple(sorted(values, key=lambda one: (-one[1], one[0]))))
        for name, values in by_name.items()
    ]


def told_at(workspace: Workspace) -> datetime | None:
    """When something was last told of members, two were merged or parted, or a group was changed; None before."""
    last = Telling.objects.filter(workspace=workspace).aggregate(at=Max("at"))["at"]
    changed = Segment.objects.filter(workspace=workspace).aggregate(at=Max("updated_at"))["at"]
    merged = Merging.objects.filter(workspace=workspace).aggregate(at=Max("at"), undone_at=Max("undone_at"))
    return max((at for at in (last, changed, *merged.values()) if at), default=None)


def told_of(member: Member) -> tuple[Sequence[MemberTrait], Sequence[Segment]]:
    """What is told of one member: traits by name, and the groups they were put into; two queries."""
    stays = SegmentStay.objects.filter(member=member, until__isnull=True, segment__archived_at__isnull=True)
    groups = [stay.segment for stay in stays.select_related("segment").order_by("segment__name")]
    return list(member.traits.order_by("name")), groups


def _called(called: dict[str, set[int]], part: Sequence[str], rows: QuerySet[Member]) -> None:
    for pk, alias in rows.values_list("pk", "alias"):
        called.setdefault(alias, set()).add(pk)


def _identified(called: dict[str, set[int]], part: Sequence[str], workspace: Workspace) -> None:
    names = Q(handle__in=part) | Q(name__in=part) | Q(native_id__in=part)
    rows = Identity.objects.filter(names, workspace=workspace, member__erased_at__isnull=True)
    for pk, *known in rows.values_list("member_id", "handle", "name", "native_id"):
        for name in filter(None, known):
            called.setdefault(name, set()).add(pk)


def _stays(segment: Segment) -> list[Stays]:
    if segment.is_by_rule:
        return [Stays(one, None, None) for one in members_by_rule(segment).values_list("pseudonym", flat=True)]
    rows = SegmentStay.objects.filter(is_known("member__"), segment=segment)
    return [Stays(*row) for row in rows.values_list("member__pseudonym", "since", "until")]
