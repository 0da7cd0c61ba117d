"""The version before beside the one in force: one period long both are counted, so that a new definition is not taken for a
new behaviour (`domain.md` 4.2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, Measurement
from allmende.behaviours.queries.definitions import counted_as
from allmende.team.models import Workspace

# A month of units, and then the time until their windows have closed.
PERIOD = timedelta(weeks=4)
WEEKS_BESIDE = 12


@dataclass(frozen=True)
class Beside:
    """The same weeks by the version before (`old`) and by the one in force: k of n of both; `until`: so long both run."""

    old_number: int
    number: int
    weeks: int
    old_k: int
    old_n: int
    k: int
    n: int
    until: datetime

    @property
    def old_share(self) -> float:
        return self.old_k / self.old_n

    @property
    def share(self) -> float:
        return self.k / self.n


def still_counted(workspace: Workspace, now: datetime) -> list[BehaviourDefinition]:
    """Superseded versions that run beside their successor for one period."""
    versions = list(BehaviourDefinition.objects.filter(workspace=workspace).select_related("workspace"))
    begun = {(one.key, one.number): one.in_force_at for one in versions}
    superseded = [one for one in versions if one.state == states.SUPERSEDED]
    followed = [(one, begun.get((one.key, one.number + 1))) for one in superseded]
    return [one for one, at in followed if at and now < ends_at(one, at)]


def ends_at(old: BehaviourDefinition, followed_at: datetime) -> datetime:
    """So long a superseded version is counted beside its successor."""
    return followed_at + PERIOD + counted_as(old).reach


def version_beside(definition: BehaviourDefinition) -> Beside | None:
    """The newest weeks that both versions counted; None for a first version, or where they share no week with units."""
    if definition.number == 1:
        return None
    old = BehaviourDefinition.objects.filter(
        workspace=definition.workspace, key=definition.key, number=definition.number - 1, state=states.SUPERSEDED
    ).first()
    if old is None or definition.in_force_at is None:
        return None
    weeks = Measurement.objects.filter(period_kind="week", complete__gt=0).order_by("-period_start")
    before = {one.period_start: one for one in weeks.filter(definition=old)}
    both = [
        (before[one.period_start], one) for one in weeks.filter(definition=definition) if one.period_start in before
    ]
    both = both[:WEEKS_BESIDE]
    if not both:
        return None
    return Beside(
        old.number, definition.number, len(both),
        sum(one.successes for one, _ in both), sum(one.complete for one, _ in both),
        sum(one.successes for _, one in both), sum(one.complete for _, one in both),
        ends_at(old, definition.in_force_at),
    )  # fmt: skip
