"""Why: the strategic plan, its immutable versions, and the facts that rooms above tell it.

Elements are copied with each version and keep their `key`; everything that serves the plan stores the key.
A database trigger (migration `0002`) refuses any change of a published version and its elements (I-04).
"""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.team.models import Person, Record, Revised, Workspace, choices, one_of


def new_key(prefix: str) -> str:
    """A key for a plan element: `objective-1a2b3c4d5e6f`. It outlives versions and never shows on a screen."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


class StrategicPlan(Record):
    """The living plan of a community; never final (S0-01)."""

    title = models.CharField(max_length=160)
    community_type = models.CharField(max_length=12, default="support", choices=choices(states.COMMUNITY_TYPES))
    state = models.CharField(max_length=14, default=states.PREPARING, choices=choices(states.PLAN_STATES))
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    review_interval_days = models.PositiveSmallIntegerField(default=91)
    strategic_hours = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    routine_hours = models.DecimalField(max_digits=5, decimal_places=1, default=0)

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.PLAN_STATES, "plan_state_known"),
            models.CheckConstraint(condition=Q(state=states.NEEDS_OWNER) | Q(owner__isnull=False), name="plan_owned"),
            models.UniqueConstraint(
                fields=["workspace"], condition=~Q(state=states.CLOSED), name="one_living_plan_per_workspace"
            ),
        ]


class PlanVersion(Record):
    """One version of the plan; at most one is published at a time (I-05).

    `changes` says what differs from the version before, as `queries.changes.stored` writes it; it is frozen
    with the version, so that an old summary never tells something new. `revision` rises with every saved element.
    """

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=states.DRAFT, choices=choices(states.VERSION_STATES))
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    change_level = models.PositiveSmallIntegerField(null=True)
    change_reason = models.TextField(blank=True)
    changes = models.JSONField(default=list)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    published_without_agreement = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_numbered"),
            models.UniqueConstraint(fields=["plan"], condition=Q(state=states.PUBLISHED), name="one_published_version"),
            models.UniqueConstraint(fields=["plan"], condition=Q(state=states.DRAFT), name="one_draft_version"),
            one_of("state", states.VERSION_STATES, "version_state_known"),
        ]


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


class PlanVisit(models.Model):
    """Which version a person last looked at, and when: "what changed since I last looked"."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    version_number = models.PositiveIntegerField()
    visited_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "person"], name="visit_once")]


class Evidence(models.Model):
    """A fact told to a plan element by a room above (`house.md`, facts travel down as rows). Shares are fractions.

    With `before_share`, `low` and `high` bound the difference `share - before_share`; without it, the share itself. A fact
    of the kind "week" is a dot of the small chart: `low` and `high` are its natural limits, `before_share` the level
    before, and the flag "signal" says that it is more than chance.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=24)
    source = models.CharField(max_length=80)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    people = models.PositiveIntegerField(null=True)
    times = models.PositiveIntegerField(null=True)
    share = models.FloatField(null=True)
    n = models.PositiveIntegerField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    before_share = models.FloatField(null=True)
    verdict = models.CharField(max_length=14, blank=True)
    flags = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)
    definition_version = models.CharField(max_length=80, blank=True)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "key", "kind", "source", "period_start", "period_end", "definition_version"],
                name="evidence_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "key", "-period_end"], name="evidence_newest")]


class WorkLink(models.Model):
    """Work that serves a plan element: an item, a conversation, a report."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=24)
    ref = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "key", "kind", "ref"], name="work_link_once")
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "key", "-at"], name="work_newest")]


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
