"""The layers of a version, and how far the steps are.

Elements are copied with each version and keep their `key`; everything that serves the plan stores the key.
"""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.plan.models.versions import PlanVersion, StrategicPlan
from allmende.team.models import Person, Revised, choices, one_of


def new_key(prefix: str) -> str:
    """A key for a plan element: `objective-1a2b3c4d5e6f`. It outlives versions and never shows on a screen."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


class Element(Revised):
    """A part of one version. `key` names it through all versions; who wrote it last travels along when it is copied."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="%(class)ss")
    key = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(default=1)

    class Meta:
        abstract = True
        ordering: ClassVar = ["rank", "id"]


class Goal(Element):
    """What the organisation gets from the community."""

    statement = models.CharField(max_length=300)
    plain_statement = models.CharField(max_length=200)
    value_type = models.CharField(max_length=16, choices=choices(states.VALUE_TYPES))
    organisational_goal = models.CharField(max_length=300, blank=True)
    measure = models.CharField(max_length=200, blank=True)
    horizon_date = models.DateField(null=True, blank=True)

    class Meta(Element.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "key"], name="goal_key_once")]


class Objective(Element):
    """What a named audience shall do: "[audience] soll [behaviour], sodass [effect]." A target needs a least relevant
    difference (shares as fractions 0..1), or no verdict but "cannot tell" could be given. `activity_reason` says why mere
    reading or joining has value here, where it does."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="objectives")
    code = models.CharField(max_length=4)
    short_name = models.CharField(max_length=60)
    audience = models.CharField(max_length=200)
    behaviour = models.CharField(max_length=300)
    effect = models.CharField(max_length=300)
    quality_condition = models.CharField(max_length=300, blank=True)
    activity_reason = models.CharField(max_length=300, blank=True)
    definition_key = models.CharField(max_length=60, blank=True)
    baseline_share = models.FloatField(null=True, blank=True)
    target_share = models.FloatField(null=True, blank=True)
    target_date = models.DateField(null=True, blank=True)
    least_relevant_difference = models.FloatField(null=True, blank=True)
    guardrail = models.CharField(max_length=200, blank=True)
    starts_date = models.DateField(null=True, blank=True)
    review_date = models.DateField(null=True, blank=True)

    class Meta(Element.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="objective_key_once"),
            models.UniqueConstraint(fields=["version", "code"], name="objective_code_once"),
            models.CheckConstraint(
                condition=Q(target_share__isnull=True) | Q(target_share__gte=0, target_share__lte=1),
                name="target_is_share",
            ),
            models.CheckConstraint(
                condition=Q(least_relevant_difference__isnull=True) | Q(least_relevant_difference__gt=0),
                name="difference_is_positive",
            ),
        ]


class Strategy(Element):
    """The lever: the emotion amplified (or relieved) so that the behaviour happens."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="strategies")
    emotion = models.CharField(max_length=80)
    statement = models.CharField(max_length=300)
    direction = models.CharField(max_length=8, default="amplify", choices=choices(states.DIRECTIONS))
    is_alternative = models.BooleanField(default=False)

    class Meta(Element.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="strategy_key_once"),
            models.UniqueConstraint(
                fields=["objective"], condition=Q(is_alternative=False), name="one_strategy_per_objective"
            ),
        ]


class Tactic(Element):
    """What makes people feel the emotion. Priority = reach x depth x length, each 1 to 3."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="tactics")
    code = models.CharField(max_length=4)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    reach = models.PositiveSmallIntegerField()
    depth = models.PositiveSmallIntegerField()
    length = models.PositiveSmallIntegerField()
    effort_hours = models.DecimalField(max_digits=4, decimal_places=1)
    state = models.CharField(max_length=8, default="running", choices=choices(states.TACTIC_STATES))
    expected_effect = models.CharField(max_length=200, blank=True)
    stop_rule = models.CharField(max_length=200, blank=True)
    starts_date = models.DateField(null=True, blank=True)

    class Meta(Element.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="tactic_key_once"),
            models.UniqueConstraint(fields=["version", "code"], name="tactic_code_once"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__gte": 1, f"{name}__lte": 3}), name=f"tactic_{name}_one_to_three"
                )
                for name in ("reach", "depth", "length")
            ),
        ]

    @property
    def priority(self) -> int:
        return self.reach * self.depth * self.length


class Step(Element):
    """Who does what until when. Its progress lives in StepProgress, because a published version never changes."""

    tactic = models.ForeignKey(Tactic, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=300)
    how = models.TextField(blank=True)
    where = models.CharField(max_length=120, blank=True)
    due_date = models.DateField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    controller = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    control_date = models.DateField(null=True, blank=True)

    class Meta(Element.Meta):
        ordering: ClassVar = ["due_date", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "key"], name="step_key_once")]


class StepProgress(models.Model):
    """How far a step is, across versions."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="progress")
    key = models.CharField(max_length=40)
    state = models.CharField(max_length=11, default=states.PLANNED, choices=choices(states.STEP_STATES))
    note = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "key"], name="progress_once"),
            one_of("state", states.STEP_STATES, "step_state_known"),
        ]


LAYER_MODELS: dict[str, type[Element]] = {
    "goal": Goal,
    "objective": Objective,
    "strategy": Strategy,
    "tactic": Tactic,
    "step": Step,
}
PARENTS = {"objective": "goal", "strategy": "objective", "tactic": "strategy", "step": "tactic"}


def rows_of(layer: str) -> models.Manager[Any]:
    """The rows of a layer, whichever model holds them."""
    return LAYER_MODELS[layer]._default_manager  # noqa: SLF001 - an abstract class has no other name for it
