"""Who is on duty when, who is away and who stands in, and which hours need somebody (domain 3.12)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from allmende.team import states
from allmende.team.models.records import Person, Record, choices, one_of


class CoverageRequirement(Record):
    """So many people are needed in these service hours, from a day on: the first one turns duty planning on.

    The channels of one set of hours are cared for together. `weekend_…`: also then on Saturdays, Sundays and days without
    service, whatever the hours say (S2-19). `unit`: the training whoever covers them has at least (S3-16; trigger).
    """

    hours = models.ForeignKey("team.ServiceHours", on_delete=models.PROTECT, related_name="+")
    seats = models.PositiveSmallIntegerField(default=1)
    starts_date = models.DateField()
    weekend_starts_at = models.TimeField(null=True, blank=True)
    weekend_ends_at = models.TimeField(null=True, blank=True)
    unit = models.ForeignKey("team.TrainingUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hours"], condition=Q(archived_at__isnull=True), name="one_coverage_of_hours"
            ),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=20), name="coverage_seats"),
            models.CheckConstraint(
                condition=Q(weekend_starts_at__isnull=True, weekend_ends_at__isnull=True)
                | Q(weekend_starts_at__lt=F("weekend_ends_at"))
                | Q(weekend_starts_at__isnull=False, weekend_ends_at="00:00"),
                name="coverage_weekend_forward",
            ),
        ]


class Shift(Record):
    """Somebody's care for the channels of one set of hours (None: of all), from then until then.

    Open it has nobody. `note` is what whoever ends it tells the next. `serves_key` names the plan element it serves; the
    plan finds it there.
    """

    hours = models.ForeignKey("team.ServiceHours", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, default=states.FULL, choices=choices(states.DUTY_KINDS))
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=14, default=states.OPEN, choices=choices(states.SHIFT_STATES))
    note = models.TextField(blank=True)
    serves_key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "created_at"]
        constraints: ClassVar = [
            one_of("kind", states.DUTY_KINDS, "shift_kind_known"),
            one_of("state", states.SHIFT_STATES, "shift_state_known"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="shift_forward"),
            models.CheckConstraint(
                condition=Q(state=states.OPEN, person__isnull=True) | (~Q(state=states.OPEN) & Q(person__isnull=False)),
                name="open_shift_has_nobody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "starts_at"], name="shift_of_week")]


class Absence(Record):
    """Somebody is away, both days included. Approved it is a gap until its deputy confirmed (S2-20)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=8, default="leave", choices=choices(states.ABSENCE_KINDS))
    starts_date = models.DateField()
    ends_date = models.DateField()
    deputy = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, default=states.REQUESTED, choices=choices(states.ABSENCE_STATES))
    deputy_confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["starts_date", "created_at"]
        constraints: ClassVar = [
            one_of("kind", states.ABSENCE_KINDS, "absence_kind_known"),
            one_of("state", states.ABSENCE_STATES, "absence_state_known"),
            models.CheckConstraint(condition=Q(starts_date__lte=F("ends_date")), name="absence_forward"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")), name="nobody_deputises_self"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.COVERED) | Q(deputy__isnull=False, deputy_confirmed_at__isnull=False),
                name="covered_absence_has_deputy",
            ),
        ]


class AcceptedGap(Record):
    """A person knows that nobody is on duty then, and says why that is borne."""

    hours = models.ForeignKey("team.ServiceHours", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="accepted_gap_forward"),
            models.CheckConstraint(condition=~Q(reason=""), name="accepted_gap_says_why"),
        ]


class SwapOffer(Record):
    """Somebody offers a shift of theirs for one of a colleague's; both change hands at once when the colleague agrees."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="offers")
    wanted = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="offered_for")
    answer = models.CharField(max_length=8, blank=True, choices=choices(states.SWAP_ANSWERS))
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            one_of("answer", ("", *states.SWAP_ANSWERS), "swap_answer_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="swap_answered_at",
            ),
            models.CheckConstraint(condition=~Q(shift=F("wanted")), name="swap_of_two_shifts"),
            models.UniqueConstraint(
                fields=["shift"], condition=Q(answer="", archived_at__isnull=True), name="one_open_swap_of_shift"
            ),
        ]


class StaffingAssumption(Record):
    """What the team assumes instead of a measured or usual value when it asks how many people it needs, and why (S2-18)."""

    name = models.CharField(max_length=20, choices=choices(states.ASSUMED))
    value = models.DecimalField(max_digits=9, decimal_places=2)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            one_of("name", states.ASSUMED, "assumption_known"),
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=Q(archived_at__isnull=True), name="one_assumption_of_a_name"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="assumption_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="assumption_says_why"),
        ]


class RestDay(Record):
    """Why somebody has duty on a Sunday or holiday, and which day is free for it; the tool warns, and refuses neither (3.12)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rest_days")
    worked_date = models.DateField()
    reason = models.CharField(max_length=300)
    rest_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="sunday_work_says_why"),
            models.CheckConstraint(
                condition=Q(rest_date__isnull=True) | ~Q(rest_date=F("worked_date")), name="rest_on_another_day"
            ),
            models.UniqueConstraint(
                fields=["person", "worked_date"], condition=Q(archived_at__isnull=True), name="rest_day_once"
            ),
        ]


class DutyRules(Record):
    """What the rota warns about in this workspace; without a row it is the usual rules of `domain.coverage.RestRules`."""

    rest_hours = models.PositiveSmallIntegerField(default=11)
    usual_hours = models.PositiveSmallIntegerField(default=8)
    longest_hours = models.PositiveSmallIntegerField(default=10)
    free_sundays = models.PositiveSmallIntegerField(default=15)
    warns_sundays = models.BooleanField(default=True)
    warns_holidays = models.BooleanField(default=True)
    sunday_rest_weeks = models.PositiveSmallIntegerField(default=2)
    holiday_rest_weeks = models.PositiveSmallIntegerField(default=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="one_set_of_duty_rules"),
            models.CheckConstraint(
                condition=Q(sunday_rest_weeks__gte=1, sunday_rest_weeks__lte=26)
                & Q(holiday_rest_weeks__gte=1, holiday_rest_weeks__lte=26),
                name="rest_weeks_bounds",
            ),
            models.CheckConstraint(
                condition=Q(rest_hours__lte=24, longest_hours__lte=24, free_sundays__lte=53), name="duty_rules_bounds"
            ),
            models.CheckConstraint(condition=Q(usual_hours__lte=F("longest_hours")), name="usual_day_not_too_long"),
        ]
