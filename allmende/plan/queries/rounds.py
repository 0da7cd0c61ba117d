"""Today's round through all presences, and what a routine costs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import QuerySet

from allmende.channels.models import Channel
from allmende.channels.states import SPEAKING_CHANNELS
from allmende.domain.routine import Run, Stage, is_due, slowest, stages
from allmende.plan.models import Round, Routine, RoutineReview, RoutineStep, Tick
from allmende.team.models import Workspace

# How far back the minutes of a routine are looked at.
LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True)
class StepToTick:
    step: RoutineStep
    tick: Tick | None


@dataclass(frozen=True)
class RoutineToday:
    """A routine that is due, with its steps and today's ticks. `minutes` it took, once it is done."""

    routine: Routine
    steps: tuple[StepToTick, ...]
    round: Round | None

    @property
    def done(self) -> int:
        return sum(row.tick is not None for row in self.steps)

    @property
    def minutes(self) -> int | None:
        return _minutes(self.round) if self.round and self.round.ended_at else None


@dataclass(frozen=True)
class Presence:
    """What is to be looked at today on one presence; `channel` None is everything that belongs to no single one."""

    channel: Channel | None
    routines: tuple[RoutineToday, ...]


@dataclass(frozen=True)
class DailyRound:
    """The round of one day; `without` are open channels that no routine looks at, `to_review` those whose day came."""

    on: date
    presences: tuple[Presence, ...]
    without: tuple[Channel, ...]
    others: tuple[Routine, ...]
    to_review: tuple[Routine, ...]

    @property
    def routines(self) -> tuple[RoutineToday, ...]:
        return tuple(row for presence in self.presences for row in presence.routines)

    @property
    def planned_minutes(self) -> int:
        return sum(row.routine.planned_minutes for row in self.routines)

    @property
    def used_minutes(self) -> int:
        return sum(row.minutes or 0 for row in self.routines)

    @property
    def open_steps(self) -> int:
        return sum(len(row.steps) - row.done for row in self.routines)


@dataclass(frozen=True)
class Spent:
    """The median minutes of `rounds` finished rounds, the time of each stage, and the stage that takes longest (S4-18)."""

    minutes: float | None
    rounds: int
    stages: tuple[Stage, ...]
    slowest: Stage | None


@dataclass(frozen=True)
class RoutinePage:
    routine: Routine
    steps: tuple[RoutineStep, ...]
    spent: Spent
    reviews: Sequence[RoutineReview]
    is_review_due: bool


def daily_round(workspace: Workspace, on: date) -> DailyRound:
    """What is to be looked at on this day, presence by presence (S4-31), in five queries."""
    routines = [row for row in _living(workspace) if row.channel is None or row.channel.state in SPEAKING_CHANNELS]
    due = [row for row in routines if is_due(row.rhythm, row.weekday, on)]
    rounds = {row.routine_id: row for row in Round.objects.filter(routine__in=due, on_date=on)}
    ticks = {
        (tick.round_id, tick.step_id): tick
        for tick in Tick.objects.filter(round__in=rounds.values()).select_related("by")
    }
    steps = defaultdict(list)
    for step in RoutineStep.objects.filter(routine__in=due, dropped_at=None):
        steps[step.routine_id].append(step)
    today = [_today(row, steps[row.pk], rounds.get(row.pk), ticks) for row in due]
    channels = Channel.objects.filter(workspace=workspace, state__in=SPEAKING_CHANNELS, archived_at=None)
    open_channels = list(channels.select_related("account").order_by("name"))
    looked_at = {row.channel_id for row in routines}
    return DailyRound(
        on,
        _presences(open_channels, today),
        tuple(row for row in open_channels if row.pk not in looked_at),
        tuple(row for row in routines if row not in due),
        tuple(row for row in routines if is_review_due(row, on)),
    )


def presences_of(workspace: Workspace) -> "QuerySet[Channel]":
    """The channels a routine may look at."""
    return Channel.objects.filter(workspace=workspace, archived_at=None).exclude(kind="archive").order_by("name")


def routine_page(routine: Routine, on: date) -> RoutinePage:
    """A routine with its steps, its minutes and the looks at it."""
    steps = tuple(routine.steps.filter(dropped_at=None))
    reviews = list(routine.reviews.select_related("by"))
    return RoutinePage(routine, steps, minutes_of(routine), reviews, is_review_due(routine, on))


def is_review_due(routine: Routine, on: date) -> bool:
    """Is it time to look whether the routine is still worth its minutes (S4-33)?"""
    since: datetime = routine.reviewed_at or routine.created_at
    return routine.workspace.day_at(since) + timedelta(days=routine.review_interval_days) <= on


def minutes_of(routine: Routine) -> Spent:
    """What the rounds of the last 90 days before the newest one took."""
    rounds = Round.objects.filter(routine=routine).order_by("-on_date").prefetch_related("ticks__step")
    newest = rounds.first()
    found = list(rounds.filter(on_date__gt=newest.on_date - LOOK_BACK)) if newest else []
    finished = [_minutes(row) for row in found if row.ended_at]
    order = list(routine.steps.filter(dropped_at=None).values_list("what", flat=True))
    runs = [Run(row.begun_at, {tick.step.what: tick.at for tick in row.ticks.all()}) for row in found]
    by_stage = stages(runs, order)
    return Spent(median(finished) if finished else None, len(finished), by_stage, slowest(by_stage))


def _living(workspace: Workspace) -> list[Routine]:
    rows = Routine.objects.filter(workspace=workspace, archived_at=None)
    return list(rows.select_related("owner", "channel__account", "workspace"))


def _today(
    routine: Routine, steps: Iterable[RoutineStep], round_: Round | None, ticks: dict[tuple[int, int], Tick]
) -> RoutineToday:
    rows = (StepToTick(step, ticks.get((round_.pk, step.pk)) if round_ else None) for step in steps)
    return RoutineToday(routine, tuple(rows), round_)


def _presences(channels: Iterable[Channel], rows: Sequence[RoutineToday]) -> tuple[Presence, ...]:
    found = [
        Presence(channel, tuple(row for row in rows if row.routine.channel_id == channel.pk)) for channel in channels
    ]
    found.append(Presence(None, tuple(row for row in rows if row.routine.channel_id is None)))
    return tuple(presence for presence in found if presence.routines)


def _minutes(round_: Round) -> int:
    return round(((round_.ended_at or round_.begun_at) - round_.begun_at).total_seconds() / 60)
