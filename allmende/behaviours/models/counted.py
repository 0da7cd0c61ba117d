"""What members do: versioned definitions, what was counted by them, and how far the ledger is filled."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.behaviours import states
from allmende.channels.models import Channel
from allmende.domain.verdict import wilson
from allmende.ledger.definition import FORMS, SHARES
from allmende.ledger.measure import member_months
from allmende.plan.states import VERDICTS
from allmende.team.models import Person, Record, Workspace, choices, one_of


class BehaviourDefinition(Record):
    """One version of a definition. `spec` is the tuple of `domain.md` 4.2 as `ledger.definition.Definition` writes it; that of
    a draft may still have faults that keep it out of force. Of each key one version is in force and one may be drafted."""

    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=160)
    spec = models.JSONField()
    state = models.CharField(max_length=10, default=states.DRAFT, choices=choices(states.DEFINITION_STATES))
    in_force_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "key", "number"], name="definition_numbered"),
            models.UniqueConstraint(
                fields=["workspace", "key"], condition=Q(state=states.IN_FORCE), name="one_definition_in_force"
            ),
            models.UniqueConstraint(
                fields=["workspace", "key"], condition=Q(state=states.DRAFT), name="one_definition_drafted"
            ),
            one_of("state", states.DEFINITION_STATES, "definition_state_known"),
            models.CheckConstraint(
                condition=Q(state=states.DRAFT, in_force_at__isnull=True)
                | (~Q(state=states.DRAFT) & Q(in_force_at__isnull=False)),
                name="in_force_since_then",
            ),
        ]


class Counted(models.Model):
    """What was counted in a period: of `complete` units `successes`, of so many people so often, with its range.

    What only some forms say (domain 4.2) is null in the others: how long people could do it (F3), median and 90th percentile
    of the time it took (F4; null as well where too many are open).
    """

    people = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    successes = models.PositiveIntegerField()
    times = models.PositiveIntegerField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    exposure_seconds = models.PositiveBigIntegerField(null=True)
    median_seconds = models.FloatField(null=True)
    p90_seconds = models.FloatField(null=True)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    measured_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def share(self) -> float | None:
        return self.successes / self.complete if self.complete else None


class Measurement(Counted):
    """What one definition counted in one period: `k` of `n` complete units; open windows apart, never in `n`.

    Beside what `Counted` says: how many of whom did it again in the next period (F5), and the fewest people who give half (F6),
    null in the other forms.
    """

    definition = models.ForeignKey(BehaviourDefinition, on_delete=models.CASCADE, related_name="measurements")
    period_kind = models.CharField(max_length=8, choices=choices(states.PERIODS))
    censored = models.PositiveIntegerField()
    again = models.PositiveIntegerField(null=True)
    again_of = models.PositiveIntegerField(null=True)
    factor = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["period_start"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "period_kind", "period_start"], name="measured_once"),
            models.CheckConstraint(condition=Q(successes__lte=models.F("complete")), name="successes_within_complete"),
            models.CheckConstraint(
                condition=Q(again__isnull=True, again_of__isnull=True)
                | Q(again__isnull=False, again_of__isnull=False, again__lte=models.F("again_of")),
                name="again_within_those_who_did",
            ),
            models.CheckConstraint(
                condition=Q(p90_seconds__isnull=True)
                | Q(
                    median_seconds__isnull=False, p90_seconds__isnull=False, p90_seconds__gte=models.F("median_seconds")
                ),
                name="median_within_ninetieth",
            ),
            models.CheckConstraint(
                condition=Q(factor__isnull=True)
                | Q(factor__isnull=False, factor__gte=1, factor__lte=models.F("people")),
                name="factor_within_people",
            ),
        ]

    @property
    def rate(self) -> float | None:
        """Times per member-month; None where nobody could."""
        return rate(self.times, self.exposure_seconds)


class Verdict(models.Model):
    """Did it move? The judgement of a definition for an objective: now against before, with its steps laid open.

    What differs is the form's own (domain 4.3, 4.4): shares by a difference in points, rates (F3) by their ratio, medians of
    durations (F4) in seconds; concentration (F6) is described. `low` and `high` bound it, None where there is no bound.
    Where a sample shows how often the counting is right (4.5), `true_share` and `before_true_share` with their ranges are the shares
    put right, difference, bounds and word are about those, and `raw_difference` with its bounds is what was counted; without one
    these are null. `k`, `n` and `share` are always what was counted.
    `own_low` and `own_high` bound the rate (times per person and month) or the median (seconds) itself; a share's follow from k and n.
    `least_relevant_difference` is in points for shares, else a fraction of what was before. Exposure belongs to rates, median
    and 90th percentile to durations, null there where too many are open. `period_end` is the end of the last week whose windows have all closed;
    `open_units` came after it and do not count yet. `missing_units`: how many more are needed, where that can be said.
    """

    definition = models.ForeignKey(BehaviourDefinition, on_delete=models.CASCADE, related_name="verdicts")
    objective_key = models.CharField(max_length=40)
    form = models.CharField(max_length=2, choices=choices(FORMS))
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    before_start = models.DateTimeField()
    k = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    times = models.PositiveIntegerField()
    open_units = models.PositiveIntegerField(default=0)
    before_k = models.PositiveIntegerField()
    before_n = models.PositiveIntegerField()
    before_people = models.PositiveIntegerField()
    before_times = models.PositiveIntegerField()
    exposure_seconds = models.PositiveBigIntegerField(null=True)
    before_exposure_seconds = models.PositiveBigIntegerField(null=True)
    median_seconds = models.FloatField(null=True)
    p90_seconds = models.FloatField(null=True)
    before_median_seconds = models.FloatField(null=True)
    before_p90_seconds = models.FloatField(null=True)
    own_low = models.FloatField(null=True)
    own_high = models.FloatField(null=True)
    before_own_low = models.FloatField(null=True)
    before_own_high = models.FloatField(null=True)
    true_share = models.FloatField(null=True)
    true_low = models.FloatField(null=True)
    true_high = models.FloatField(null=True)
    before_true_share = models.FloatField(null=True)
    before_true_low = models.FloatField(null=True)
    before_true_high = models.FloatField(null=True)
    raw_difference = models.FloatField(null=True)
    raw_low = models.FloatField(null=True)
    raw_high = models.FloatField(null=True)
    difference = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    least_relevant_difference = models.FloatField(null=True)
    word = models.CharField(max_length=14, choices=choices(VERDICTS))
    flags = models.JSONField(default=list)
    reason_code = models.CharField(max_length=40)
    missing_units = models.PositiveIntegerField(null=True)
    method = models.CharField(max_length=30, blank=True)
    steps = models.JSONField(default=list)
    judged_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["definition", "objective_key", "period_start", "period_end"], name="judged_once"
            ),
            one_of("word", VERDICTS, "verdict_word_known"),
            one_of("form", FORMS, "verdict_form_known"),
            models.CheckConstraint(
                condition=Q(form="F3", exposure_seconds__isnull=False, before_exposure_seconds__isnull=False)
                | (~Q(form="F3") & Q(exposure_seconds__isnull=True, before_exposure_seconds__isnull=True)),
                name="only_rates_have_exposure",
            ),
            models.CheckConstraint(
                condition=Q(form="F4")
                | Q(
                    median_seconds__isnull=True,
                    p90_seconds__isnull=True,
                    before_median_seconds__isnull=True,
                    before_p90_seconds__isnull=True,
                ),
                name="only_durations_have_medians",
            ),
            models.CheckConstraint(
                condition=Q(form__in=("F3", "F4"))
                | Q(
                    own_low__isnull=True,
                    own_high__isnull=True,
                    before_own_low__isnull=True,
                    before_own_high__isnull=True,
                ),
                name="ranges_of_rates_and_durations",
            ),
            models.CheckConstraint(
                condition=Q(true_share__isnull=True, raw_difference__isnull=True)
                | Q(true_share__isnull=False, true_share__gte=0, true_share__lte=1, form__in=SHARES),
                name="only_shares_are_put_right",
            ),
        ]

    @property
    def share(self) -> float | None:
        return self.k / self.n if self.n else None

    @property
    def before_share(self) -> float | None:
        return self.before_k / self.before_n if self.before_n else None

    @property
    def told_share(self) -> float | None:
        """The share that is reported: put right where a sample shows how, else as counted."""
        return self.share if self.true_share is None else self.true_share

    @property
    def told_before_share(self) -> float | None:
        """The same of what was before."""
        return self.before_share if self.before_true_share is None else self.before_true_share

    @property
    def told_range(self) -> tuple[float, float] | None:
        """The range of `told_share`; None without complete units."""
        if self.true_low is not None and self.true_high is not None:
            return self.true_low, self.true_high
        own = wilson(self.k, self.n) if self.n else None
        return (own.low, own.high) if own else None

    @property
    def value(self) -> float | None:
        """The figure it is about: times per person and month, seconds until half are done, else the share."""
        if self.form == "F4":
            return self.median_seconds
        return rate(self.times, self.exposure_seconds) if self.form == "F3" else self.told_share

    @property
    def before_value(self) -> float | None:
        if self.form == "F4":
            return self.before_median_seconds
        return rate(self.before_times, self.before_exposure_seconds) if self.form == "F3" else self.told_before_share


def rate(times: int, exposure_seconds: int | None) -> float | None:
    """Times per person and month; None where nobody could do it for any time."""
    return times / member_months(exposure_seconds) if exposure_seconds else None


class ChannelStart(models.Model):
    """In this channel the work for an objective began on that day: what happened there is compared with elsewhere (4.4-8)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    objective_key = models.CharField(max_length=40)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    starts_date = models.DateField()
    told_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["starts_date", "channel__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "objective_key", "channel"], name="start_told_once")
        ]


class LabelRule(models.Model):
    """What bears a label that definitions ask for (4.1): conversations with this tag, or those in which a person chose this
    situation. `tag` is folded; several rules of one label add up. A machine's suggestion labels nothing."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    label = models.CharField(max_length=40)
    tag = models.CharField(max_length=80, blank=True)
    situation = models.PositiveSmallIntegerField(default=0)
    told_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["label", "situation", "tag"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "label", "tag", "situation"], name="label_told_once"),
            models.CheckConstraint(
                condition=~Q(label="") & (Q(situation=0) & ~Q(tag="") | Q(situation__gte=1, tag="")),
                name="label_by_tag_or_situation",
            ),
        ]


class LedgerMark(models.Model):
    """How far the ledger is filled from messages, gestures and arrivals by links. It moves only when all touched months are written, so
    that an interrupted fill is done again. New rows are known by their ids, changed ones by `changed_at`, those taken out by how
    often that was done (`taken_out`: imports and tables undone, members erased); then all is filled anew, last at `whole_at`."""

    workspace = models.OneToOneField(Workspace, primary_key=True, on_delete=models.CASCADE)
    changed_until = models.DateTimeField(null=True)
    last_message = models.BigIntegerField(default=0)
    last_gesture = models.BigIntegerField(default=0)
    last_arrival = models.BigIntegerField(default=0)
    taken_out = models.PositiveIntegerField(default=0)
    filled_at = models.DateTimeField(null=True)
    whole_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(null=True)
    staged_at = models.DateTimeField(null=True)
    interactions = models.PositiveBigIntegerField(default=0)
