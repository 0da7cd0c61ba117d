"""What was done for an element lately, from what the rooms above told and people noted: the evidence of tactics and levers,
of which nothing is measured (S0-03, S0-04)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils import timezone

from allmende.plan import states
from allmende.plan.models import StepProgress, StrategicPlan, TimeEntry, WorkLink
from allmende.plan.queries.elements import Elements

WEEKS = 4
DONE = (states.DONE, states.CHECKED)
# What hangs on what, from the goal down.
ABOVE = (
    ("objective", "goal"), ("outcome", "objective"), ("strategy", "objective"), ("tactic", "strategy"), ("step", "tactic"),
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """Since a day: how many of the steps that were due are done, hours noted, pieces of work by kind, and the newest one."""

    since: date
    steps_due: int
    steps_done: int
    hours: Decimal
    work: tuple[tuple[str, int], ...]
    newest: WorkLink | None

    @property
    def is_empty(self) -> bool:
        return not (self.steps_due or self.hours or self.work)


def done_for(
    plan: StrategicPlan, elements: Elements, key: str, progress: Mapping[str, StepProgress], today: date
) -> Done:
    """What was done for an element and everything below it in the last weeks, today included; three queries."""
    since = today - timedelta(weeks=WEEKS) + timedelta(days=1)
    keys = keys_below(elements, key)
    told = {one.key: progress[one.key].state if one.key in progress else "" for one in elements.steps}
    due = [
        one
        for one in elements.steps
        if one.key in keys
        and told[one.key] != states.CANCELLED
        # A step due today is not left undone before the day is over.
        and since <= one.due_date <= (today if told[one.key] in DONE else today - timedelta(days=1))
    ]
    links = WorkLink.objects.filter(workspace=plan.workspace_id, key__in=keys)
    begins = timezone.make_aware(datetime.combine(since, time()))
    counted = links.filter(at__gte=begins).values_list("kind").annotate(Count("ref", distinct=True)).order_by("kind")
    times = TimeEntry.objects.filter(plan=plan, archived_at=None, tactic_key__in=keys, on_date__range=(since, today))
    return Done(
        since=since,
        steps_due=len(due),
        steps_done=sum(told[one.key] in DONE for one in due),
        hours=times.aggregate(sum=Sum("hours"))["sum"] or Decimal(0),
        work=tuple(counted),
        newest=links.order_by("-at").first(),
    )


def keys_below(elements: Elements, key: str) -> set[str]:
    """The key, and those of everything that serves it: from the goal down to the steps."""
    layers = dict(elements.by_layer())
    chosen = {layer: {one.pk for one in rows if one.key == key} for layer, rows in layers.items()}
    for layer, above in ABOVE:
        chosen[layer] |= {one.pk for one in layers[layer] if getattr(one, f"{above}_id") in chosen[above]}
    return {one.key for layer, rows in layers.items() for one in rows if one.pk in chosen[layer]}
