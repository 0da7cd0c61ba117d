"""Facts told to the plan by the rooms above, and what serves it: evidence, work links, chips."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from allmende.plan import states
from allmende.plan.models import Evidence, Objective, PlanVersion, Strategy, WorkLink
from allmende.team.models import Workspace
from allmende.team.queries import Prepared

# The flag of a fact that a program sent.
DELIVERED = "delivered"
IN_FORCE_ONCE = (states.PUBLISHED, states.SUPERSEDED)


@dataclass(frozen=True)
class Chip:
    """How a screen names the objective some work serves; `is_dropped`: the version in force no longer has it."""

    key: str
    code: str
    short_name: str
    url: str
    is_dropped: bool = False


@dataclass(frozen=True)
class Series:
    """What one source told of one element, oldest period first; never empty. `weeks` are for the small chart beside it,
    `day` is what the newest single day brought (S0-03)."""

    kind: str
    source: str
    points: tuple[Evidence, ...]
    weeks: tuple[Evidence, ...] = ()
    day: Evidence | None = None

    @property
    def newest(self) -> Evidence:
        return self.points[-1]


@dataclass(frozen=True)
class Orphan:
    """Evidence attached to nothing: the version shown has no element of its key (S0-04)."""

    key: str
    source: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Objectives:
    """Chips of the objectives of the version in force, in their order; its number and since when, None before the first
    publication; and `chips` of every objective there ever was, by key. A version without objectives is never published.
    `goals`: what all of it is for, in plain words, each goal once."""

    in_force: tuple[Chip, ...]
    version_number: int | None
    in_force_since: datetime | None
    chips: Mapping[str, Chip]
    goals: tuple[str, ...] = ()


def objectives_and_chips(workspace: Workspace) -> Objectives:
    """What a page shows of objectives, in one query; those the plan dropped are among the chips under their last name."""
    address = element_url(workspace, _KEY)
    found = [
        (number, since, Chip(key, code, name, address.replace(_KEY, key), state != states.PUBLISHED), goal)
        for key, code, name, state, number, since, goal in _NEWEST_OBJECTIVES(workspace_id=workspace.pk)
    ]
    in_force = [row for row in found if not row[2].is_dropped]
    return Objectives(
        in_force=tuple(chip for _, _, chip, _ in in_force),
        version_number=in_force[0][0] if in_force else None,
        in_force_since=in_force[0][1] if in_force else None,
        chips={chip.key: chip for _, _, chip, _ in found},
        goals=tuple(dict.fromkeys(goal for *_, goal in in_force if goal)),
    )


def chips(workspace: Workspace, keys: Collection[str]) -> dict[str, Chip]:
    """The chip of each objective key, in one query. A key dropped from the plan keeps its last name; unknown keys and
    the empty key are absent."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    rows = Objective.objects.filter(key__in=wanted, version__workspace=workspace, pk=_newest(workspace.pk))
    return {row.key: _chip(workspace, row) for row in rows.select_related("version")}


def strategy_for(workspace: Workspace, key: str) -> Strategy | None:
    """The strategy an objective of the version in force goes by, if it has one; one query."""
    rows = Strategy.objects.filter(version__workspace=workspace, version__state=states.PUBLISHED, is_alternative=False)
    return rows.filter(objective__key=key).first() if key else None


def _newest(workspace_id: UUID) -> Subquery:
    """The objective's row in the newest version ever in force that has it."""
    rows = Objective.objects.filter(
        key=OuterRef("key"), version__workspace=workspace_id, version__state__in=IN_FORCE_ONCE
    )
    return Subquery(rows.order_by("-version__number").values("pk")[:1])


def _newest_objectives(workspace_id: UUID) -> "QuerySet[Any, Any]":
    rows = Objective.objects.filter(version__workspace=workspace_id, pk=_newest(workspace_id))
    about = ("version__state", "version__number", "version__published_at", "goal__plain_statement")
    return rows.values_list("key", "code", "short_name", *about)


_NEWEST_OBJECTIVES = Prepared(_newest_objectives)
_KEY = str(UUID(int=0))


def _chip(workspace: Workspace, row: Objective) -> Chip:
    is_dropped = row.version.state != states.PUBLISHED
    return Chip(row.key, row.code, row.short_name, element_url(workspace, row.key), is_dropped)


def element_url(workspace: Workspace, key: str) -> str:
    """Where the chain of an element is shown."""
    return reverse("plan:element", kwargs={"slug": workspace.slug, "key": key})


def objectives_in_force(workspace: Workspace) -> tuple[Objective, ...]:
    """The objectives of the published version, in their order; empty before the first publication."""
    return tuple(Objective.objects.filter(version__workspace=workspace, version__state=states.PUBLISHED))


def version_in_force(workspace: Workspace) -> PlanVersion | None:
    """The published version with its plan, or None."""
    versions = PlanVersion.objects.select_related("plan", "plan__owner", "published_by")
    return versions.filter(workspace=workspace, state=states.PUBLISHED).first()


def evidence_series(
    workspace: Workspace, keys: Collection[str] | None = None, last: int = 20
) -> dict[str, tuple[Series, ...]]:
    """For each key (None: every key ever told) what its sources told in their `last` periods, in one query; sources in
    the order of their names. Weeks and day beside a fact are those of its own version: of two they are never put together."""
    version = Case(When(kind__in=states.BESIDE_A_FACT, then=F("definition_version")), default=Value(""))
    place = Window(
        RowNumber(),
        partition_by=[F("key"), F("kind"), F("source"), version],
        order_by=[F("period_end").desc(), F("period_start").asc(), F("at").desc()],
    )
    known = Evidence.objects.filter(workspace=workspace)
    if keys is not None:
        known = known.filter(key__in=set(keys))
    told = known.annotate(place=place).filter(place__lte=last)
    grouped: dict[tuple[str, str, str], list[Evidence]] = {}
    for row in told.order_by("key", "kind", "source", "-place"):
        grouped.setdefault((row.key, row.kind, row.source), []).append(row)
    series: dict[str, tuple[Series, ...]] = {}
    for (key, kind, source), points in grouped.items():
        if kind not in states.BESIDE_A_FACT:
            weeks, days = (
                [one for one in grouped.get((key, beside, source), ()) if _is_of(points[-1], one)]
                for beside in (states.WEEK, states.DAY)
            )
            told_last = days[-1] if days else None
            series[key] = (*series.get(key, ()), Series(kind, source, tuple(points), tuple(weeks), told_last))
    return series


def _is_of(fact: Evidence, beside: Evidence) -> bool:
    """Whether what stands beside a fact was counted by the same version."""
    return beside.definition_version == fact.definition_version


def newest_evidence(workspace: Workspace, keys: Collection[str]) -> dict[str, tuple[Evidence, ...]]:
    """For each key the newest fact of each of its sources, in one query; keys without evidence are absent."""
    series = evidence_series(workspace, keys, last=1)
    return {key: tuple(one.newest for one in rows) for key, rows in series.items()}


def periods_told(
    workspace: Workspace, *, key: str, kind: str, source: str, definition_version: str, reason: str
) -> set[tuple[datetime, datetime]]:
    """Begin and end of every period of which this version of a source told this reason; one query."""
    rows = Evidence.objects.filter(
        workspace=workspace, key=key, kind=kind, source=source, definition_version=definition_version, reason=reason
    )
    return set(rows.values_list("period_start", "period_end"))


def versions_held_back(workspace: Workspace, *, kind: str, reason: str) -> set[tuple[str, str]]:
    """(element, definition version) of which nothing is stood by any more, for this reason; one query. A period that was judged
    while it held keeps the reason; where another one of this version is stood by, it holds no more."""
    rows = Evidence.objects.filter(workspace=workspace, kind=kind, reason=reason)
    same = {name: OuterRef(name) for name in ("workspace", "key", "kind", "source", "definition_version")}
    stood_by = Evidence.objects.filter(**same).exclude(reason=reason)
    return set(rows.filter(~Exists(stood_by)).values_list("key", "definition_version").distinct())


def work_for(workspace: Workspace, key: str, limit: int = 12) -> tuple[WorkLink, ...]:
    """The newest work that serves an element."""
    return tuple(WorkLink.objects.filter(workspace=workspace, key=key).order_by("-at")[:limit])


def orphans_among(series: Mapping[str, tuple[Series, ...]], living: Collection[str]) -> tuple[Orphan, ...]:
    """What was told about keys that are not `living`, the newest first."""
    lost = (one.newest for key, rows in series.items() if key not in living for one in rows)
    orphans = (Orphan(fact.key, fact.source, fact.at, fact.url) for fact in lost)
    return tuple(sorted(orphans, key=lambda orphan: orphan.at, reverse=True))
