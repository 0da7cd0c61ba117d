"""The layers of a version, and how far the steps are.

Elements are copied with each version and keep their `key`; everything that serves the plan stores the key.
"""

import uuid
from datetime import date
from typing import Any, ClassVar, cast

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.plan.models.audiences import AudienceAnalysis
from allmende.plan.models.stakeholders import Stakeholder
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
    sponsor = models.ForeignKey(Stakeholder, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    spaces = models.CharField(max_length=12, blank=True, choices=choices(states.SPACES))

    class Meta(Element.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="goal_key_once"),
            one_of("value_type", states.VALUE_TYPES, "goal_value_type_known"),
        ]


class Objective(Element):
    """What a named audience shall do: "[audience] soll [behaviour], sodass [effect]." A target needs a least relevant
    difference (shares as fractions 0..1), or no verdict but "cannot tell" could be given. Where the measure says how often or
    how long, `baseline_value` and `target_value` stand in its unit: times per person and month, hours. `activity_reason` says why mere
    reading or joining has value here, where it does. `guardrail` is what must not get worse, `guardrail_key` the definition
    that counts it, where one does."""

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
    baseline_value = models.FloatField(null=True, blank=True)
    target_value = models.FloatField(null=True, blank=True)
    target_date = models.DateField(null=True, blank=True)
    least_relevant_difference = models.FloatField(null=True, blank=True)
    guardrail = models.CharField(max_length=200, blank=True)
    guardrail_key = models.CharField(max_length=60, blank=True)
    starts_date = models.DateField(null=True, blank=True)
    review_date = models.DateField(null=True, blank=True)

    @property
    def has_baseline(self) -> bool:
        """It is known where it comes from."""
        return self.baseline_share is not None or self.baseline_value is not None

    class Meta(Element.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="objective_key_once"),
            models.UniqueConstraint(fields=["version", "code"], name="objective_code_once"),
            models.CheckConstraint(
                condition=Q(target_share__isnull=True) | Q(target_share__gte=0, target_share__lte=1),
                name="target_is_share",
            ),
            models.CheckConstraint(
                condition=Q(target_value__isnull=True) | Q(target_value__gt=0, target_share__isnull=True),
                name="target_in_one_unit",
            ),
            models.CheckConstraint(
                condition=Q(baseline_value__isnull=True) | Q(baseline_value__gte=0, baseline_share__isnull=True),
                name="baseline_in_one_unit",
            ),
            models.CheckConstraint(
                condition=Q(least_relevant_difference__isnull=True) | Q(least_relevant_difference__gt=0),
                name="difference_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(guardrail_key="") | ~Q(guardrail_key=models.F("definition_key")),
                name="guardrail_is_another_measure",
            ),
        ]


class Outcome(Element):
    """The effect between behaviour and goal, measured outside (S1-06): objective, outcome, goal is an assumed link.

    `falsifier` says what would show that the link does not hold; `confidence` how far it is more than a guess.
    """

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="outcomes")
    name = models.CharField(max_length=120)
    measure = models.CharField(max_length=200)
    source = models.CharField(max_length=8, choices=choices(states.MEASURE_SOURCES))
    source_detail = models.CharField(max_length=120, blank=True)
    link = models.CharField(max_length=300)
    confidence = models.CharField(max_length=9, default="assumed", choices=choices(states.CONFIDENCES))
    falsifier = models.CharField(max_length=300)

    class Meta(Element.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="outcome_key_once"),
            one_of("source", states.MEASURE_SOURCES, "outcome_source_known"),
            one_of("confidence", states.CONFIDENCES, "outcome_confidence_known"),
        ]


class Strategy(Element):
    """The lever: the emotion amplified (or relieved) so that the behaviour happens. `insight` is what is known of the
    audience that speaks for it, `analysis` the finding it rests on (referenced, not copied: I-06), `ethics_note` why a
    feeling that may harm is used all the same."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="strategies")
    emotion = models.CharField(max_length=80)
    statement = models.CharField(max_length=300)
    direction = models.CharField(max_length=8, default="amplify", choices=choices(states.DIRECTIONS))
    is_alternative = models.BooleanField(default=False)
    insight = models.CharField(max_length=500, blank=True)
    ethics_note = models.CharField(max_length=500, blank=True)
    analysis = models.ForeignKey(AudienceAnalysis, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

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
    confidence = models.CharField(max_length=9, default="assumed", choices=choices(states.CONFIDENCES))
    budget = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    skills = models.CharField(max_length=200, blank=True)

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
    """Who does what until when. Its progress lives in StepProgress, because a published version never changes.

    `owner` does it, `also_by` (ids of persons) do it too; exactly one answers for it: `accountable`, else the owner.
    """

    tactic = models.ForeignKey(Tactic, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=300)
    how = models.TextField(blank=True)
    where = models.CharField(max_length=120, blank=True)
    means = models.CharField(max_length=200, blank=True)
    starts_date = models.DateField(null=True, blank=True)
    due_date = models.DateField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    also_by = models.JSONField(default=list, blank=True)
    accountable = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    controller = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    control_date = models.DateField(null=True, blank=True)

    class Meta(Element.Meta):
        ordering: ClassVar = ["due_date", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "key"], name="step_key_once")]

    @property
    def answers(self) -> Person:
        """The one person who answers for it (S4-16)."""
        return self.accountable or self.owner


class StepProgress(models.Model):
    """How far a step is, across versions.

    A step that was put off is due on `moved_to`, as long as the version still says `moved_from`; `has_slipped` stays
    true once its day had passed before, so that putting off does not turn late into on time (S4-02).
    """

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="progress")
    key = models.CharField(max_length=40)
    state = models.CharField(max_length=11, default=states.PLANNED, choices=choices(states.STEP_STATES))
    note = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    moved_from = models.DateField(null=True)
    moved_to = models.DateField(null=True)
    move_reason = models.CharField(max_length=300, blank=True)
    has_slipped = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "key"], name="progress_once"),
            one_of("state", states.STEP_STATES, "step_state_known"),
        ]

    def due_day(self, step: Step) -> date:
        """When the step is due: on the day it was put on, as long as the version says what it said then."""
        is_moved = self.moved_to is not None and self.moved_from == step.due_date
        return cast(date, self.moved_to) if is_moved else step.due_date

    def control_day(self, step: Step) -> date | None:
        """When it is checked: the check moves along by as many days."""
        moved = self.due_day(step) - step.due_date
        return step.control_date + moved if step.control_date else None


class Standing(models.Model):
    """Where a goal, an objective, a lever or a tactic stands, across versions: a published version never changes.

    Without a row the version says it (`states.standing_of`). A tactic that ended says how and what was learned (S0-25).
    """

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="standings")
    key = models.CharField(max_length=40)
    state = models.CharField(max_length=13)
    ended_as = models.CharField(max_length=15, blank=True, choices=choices(states.TACTIC_ENDS))
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "key"], name="standing_once"),
            models.CheckConstraint(
                condition=Q(ended_as="") | Q(state=states.STOPPED) & ~Q(reason=""), name="ended_with_learning"
            ),
        ]


LAYER_MODELS: dict[str, type[Element]] = {
    "goal": Goal,
    "objective": Objective,
    "outcome": Outcome,
    "strategy": Strategy,
    "tactic": Tactic,
    "step": Step,
}
PARENTS = {
    "objective": "goal",
    "outcome": "objective",
    "strategy": "objective",
    "tactic": "strategy",
    "step": "tactic",
}


def rows_of(layer: str) -> models.Manager[Any]:
    """The rows of a layer, whichever model holds them."""
    return LAYER_MODELS[layer]._default_manager  # noqa: SLF001 - an abstract class has no other name for it
