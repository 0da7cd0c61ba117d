"""Hours and money planned per tactic beside what was used (S0-33), and how much time served the plan (S0-32)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from allmende.plan import states
from allmende.plan.models import MoneyEntry, PlanVersion, StrategicPlan, Tactic, TimeEntry
from allmende.plan.queries.facts import element_url, version_in_force
from allmende.plan.queries.standings import standing_tactics
from allmende.team.models import Person, Workspace

PERIODS = (4, 13, 52)
SHOWN = 14


@dataclass(frozen=True)
class Use:
    """A tactic, or daily work (no `key`): hours of the period, and money from the beginning on."""

    name: str
    key: str
    url: str
    planned: Decimal
    used: Decimal
    budget: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    runs: bool = True

    @property
    def over(self) -> Decimal:
        """Hours beyond the plan; 0 within it."""
        return max(Decimal(0), self.used - self.planned)

    @property
    def overspent(self) -> Decimal:
        return max(Decimal(0), self.spent - self.budget)


@dataclass(frozen=True)
class ResourcesPage:
    """`since`: from this day on hours are compared; `noters` people noted hours on `noted_days` days."""

    plan: StrategicPlan
    since: date
    weeks: int
    tactics: tuple[Use, ...]
    daily: Use
    noters: int
    noted_days: int
    own: tuple[TimeEntry, ...]
    money: tuple[MoneyEntry, ...]
    names: Mapping[str, str]

    @property
    def is_noted(self) -> bool:
        return self.noters > 0

    @property
    def has_money(self) -> bool:
        return any(row.budget or row.spent for row in self.tactics)

    @property
    def strategic(self) -> Decimal:
        return sum((row.used for row in self.tactics), Decimal(0))

    @property
    def used(self) -> Decimal:
        return self.strategic + self.daily.used

    @property
    def planned(self) -> Decimal:
        return sum((row.planned for row in self.tactics), Decimal(0)) + self.daily.planned

    @property
    def is_thin(self) -> bool:
        """Too little was noted to judge by: less than half of the hours planned."""
        return self.used < self.planned / 2

    @property
    def share(self) -> float | None:
        """How much of the noted time served tactics; None when nothing was noted."""
        return float(self.strategic / self.used) if self.used else None

    @property
    def target(self) -> float:
        return self.plan.strategic_share_target / 100

    @property
    def planned_share(self) -> float | None:
        """What the plan's own hours per week come to."""
        hours = self.plan.strategic_hours + self.plan.routine_hours
        return float(self.plan.strategic_hours / hours) if hours else None


def resources_page(reader: Person, today: date, weeks: int = PERIODS[0]) -> ResourcesPage | None:
    """Sums of the last `weeks`, never before the plan was in force; of single notes each sees only their own. None before
    a plan is in force."""
    version = version_in_force(reader.workspace)
    if version is None:
        return None
    plan = version.plan
    since = max(today - timedelta(weeks=weeks) + timedelta(days=1), _began(plan))
    times = TimeEntry.objects.filter(plan=plan, archived_at=None, on_date__range=(since, today))
    hours = dict(times.values_list("tactic_key").annotate(Sum("hours")))
    money = MoneyEntry.objects.filter(plan=plan, archived_at=None)
    spent = dict(money.values_list("tactic_key").annotate(Sum("amount")))
    tactics = _tactics(plan, version, {*hours, *spent} - {""})
    span = Decimal((today - since).days + 1) / 7
    noted = list(times.values_list("person", "on_date").distinct())
    own = TimeEntry.objects.filter(plan=plan, person=reader, archived_at=None).order_by("-on_date", "-created_at")
    return ResourcesPage(
        plan=plan,
        since=since,
        weeks=weeks,
        tactics=tuple(_use(reader.workspace, one, version, hours, spent, (since, today)) for one in tactics),
        daily=Use("", "", "", _rounded(plan.routine_hours * span), hours.get("", Decimal(0))),
        noters=len({person for person, _ in noted}),
        noted_days=len({day for _, day in noted}),
        own=tuple(own[:SHOWN]),
        money=tuple(money.select_related("created_by").order_by("-on_date", "-created_at")[:SHOWN]),
        names={one.key: f"{one.code} {one.name}" for one in tactics},
    )


def _began(plan: StrategicPlan) -> date:
    """The day on which the first version came into force."""
    first = (
        plan.versions.filter(published_at__isnull=False).order_by("published_at").values_list("published_at", flat=True)
    )
    return timezone.localtime(first[0]).date()


def _tactics(plan: StrategicPlan, version: PlanVersion, noted: Iterable[str]) -> list[Tactic]:
    """Those of the version in force, and dropped ones that something was noted for, as they were last called."""
    now = standing_tactics(version)
    gone = set(noted) - {one.key for one in now}
    if not gone:
        return now
    rows = Tactic.objects.filter(version__plan=plan, version__state=states.SUPERSEDED, key__in=gone)
    return now + list({one.key: one for one in rows.order_by("version__number")}.values())


def _use(
    workspace: Workspace,
    tactic: Tactic,
    version: PlanVersion,
    hours: Mapping[str, Decimal],
    spent: Mapping[str, Decimal],
    period: tuple[date, date],
) -> Use:
    since, today = period
    begins = max(since, tactic.starts_date or since)
    runs = tactic.version_id == version.pk and tactic.state == states.RUNNING
    days = max(0, (today - begins).days + 1) if runs else 0
    return Use(
        name=f"{tactic.code} {tactic.name}",
        key=tactic.key,
        url=element_url(workspace, tactic.key),
        planned=_rounded(tactic.effort_hours * days / 7),
        used=hours.get(tactic.key, Decimal(0)),
        budget=tactic.budget,
        spent=spent.get(tactic.key, Decimal(0)),
        runs=runs,
    )


def _rounded(hours: Decimal) -> Decimal:
    return hours.quantize(Decimal("0.1"))


def tactics_in_force(plan: StrategicPlan) -> tuple[tuple[str, str], ...]:
    """(key, name) of the tactics one may note hours and money for."""
    rows = Tactic.objects.filter(version__plan=plan, version__state=states.PUBLISHED)
    return tuple((one.key, f"{one.code} {one.name}") for one in rows)
