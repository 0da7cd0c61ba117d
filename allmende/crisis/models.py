"""When it burns: the incident with its log, facts, checklist and debrief; what was prepared; what the signals propose."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel, Dispatch, Hold
from allmende.crisis import states
from allmende.guidelines.states import HOLDING_LEVEL, TOP_LEVEL
from allmende.team.models import Person, Record, Revised, Workspace, choices, one_of


class Incident(Record):
    """Something that burns, or was taken for it: from the declaration to the debrief (S2-23, S3-21).

    Its scope is everywhere or its channels. `line`: what we say, by one voice, the `spokesperson`; `public_text`: what the
    public door says of it. A drill lives in channels of the practice network alone; triggers hold that, and that nothing
    closes without a debrief that decided something (I-17).
    """

    title = models.CharField(max_length=160)
    cause = models.CharField(max_length=500)
    state = models.CharField(max_length=10, default=states.WATCHED, choices=choices(states.INCIDENT_STATES))
    level = models.PositiveSmallIntegerField()
    is_drill = models.BooleanField(default=False)
    is_everywhere = models.BooleanField(default=True)
    cluster = models.CharField(max_length=11, blank=True, choices=choices(states.CLUSTERS))
    affected = models.TextField(blank=True)
    line = models.TextField(blank=True)
    never_say = models.TextField(blank=True)
    line_at = models.DateTimeField(null=True)
    line_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    spokesperson = models.CharField(max_length=120, blank=True)
    step_down = models.TextField(blank=True)
    public_text = models.TextField(blank=True)
    next_update_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    serves_keys = models.JSONField(default=list)
    cost = models.CharField(max_length=300, blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    over_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-declared_at"]
        constraints: ClassVar = [
            one_of("state", states.INCIDENT_STATES, "incident_state_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(cause=""), name="incident_says_why"),
            models.CheckConstraint(condition=Q(level__lte=TOP_LEVEL), name="incident_on_the_scale"),
            models.CheckConstraint(
                condition=~Q(state=states.ACTIVE) | Q(level__gte=HOLDING_LEVEL), name="active_is_a_crisis"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.WATCHED, states.CALMING)) | Q(level__lt=HOLDING_LEVEL),
                name="crisis_is_active",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.BURNING, over_at__isnull=True)
                | Q(state__in=(states.OVER, states.CLOSED, states.TAKEN_BACK), over_at__isnull=False),
                name="incident_over_since",
            ),
            models.CheckConstraint(
                condition=Q(state=states.CLOSED, closed_at__isnull=False)
                | ~Q(state=states.CLOSED) & Q(closed_at__isnull=True),
                name="incident_closed_since",
            ),
            models.CheckConstraint(
                condition=Q(is_drill=False) | Q(is_everywhere=False, public_text=""), name="drill_has_its_channels"
            ),
        ]

    @property
    def is_practised(self) -> bool:
        """Nothing of it is real: a drill here, or whatever is declared in a copy to practise in."""
        return self.is_drill or self.workspace.is_rehearsal


class IncidentChannel(models.Model):
    """One channel in the scope of an incident."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="places")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["incident", "channel"], name="scope_once")]


class IncidentHold(models.Model):
    """A stop of publishing that an incident put up."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="holds")
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="incident_hold")


class LevelChange(models.Model):
    """The history of levels, from the declaration on. Append-only: triggers refuse anything else."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="level_changes")
    before = models.PositiveSmallIntegerField(null=True)
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__lte=TOP_LEVEL), name="change_on_the_scale"),
            models.CheckConstraint(
                condition=Q(before__isnull=True) | ~Q(before=models.F("level")), name="change_changes_the_level"
            ),
        ]


class LogEntry(models.Model):
    """One line of the log. Append-only: triggers refuse anything else; a mistake is put right by a further line.

    `kind`: a note or a decision by a person, or an act that Allmende wrote down for them.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="log")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=choices(states.LOG_KINDS))
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "number"], name="log_numbered"),
            one_of("kind", states.LOG_KINDS, "log_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="log_says_something"),
        ]


class PublicText(models.Model):
    """What the public pages said of an incident from then on; "" when they said nothing any more. Append-only: triggers refuse
    anything else.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="public_texts")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]


class Fact(Record):
    """What is known, unknown or assumed. Something unknown has somebody who finds out (`source`) and a time (`answer_by_at`)."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=7, choices=choices(states.FACT_KINDS))
    text = models.CharField(max_length=500)
    source = models.CharField(max_length=160, blank=True)
    answer_by_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            one_of("kind", states.FACT_KINDS, "fact_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="fact_says_something"),
        ]


class ChecklistPoint(Revised):
    """One point of an incident's checklist, and who ticked it."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="checklist")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    hint = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "place"], name="point_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="point_ticked_by_somebody",
            ),
        ]


class HoldingStatement(Record):
    """Words prepared for a case: what may happen, from whom it comes, how we react, what we say first (`domain.md` 3.10).

    `severity` of the case times `weight` of its source, each from 1 to 5, say what to prepare first.
    """

    title = models.CharField(max_length=120)
    source = models.CharField(max_length=120, blank=True)
    severity = models.PositiveSmallIntegerField(default=3)
    weight = models.PositiveSmallIntegerField(default=3)
    reaction = models.CharField(max_length=500, blank=True)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="statement_says_something"),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=5, weight__gte=1, weight__lte=5), name="statement_weighed"
            ),
        ]


class Saying(models.Model):
    """A holding statement that an incident put into the outgoing queue."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="sayings")
    statement = models.ForeignKey(HoldingStatement, null=True, on_delete=models.SET_NULL, related_name="+")
    dispatch = models.OneToOneField(Dispatch, on_delete=models.PROTECT, related_name="crisis_saying")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at"]


class Debrief(Record):
    """What we learnt, within a week (`domain.md` 3.10)."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="debrief")
    what_happened = models.TextField(blank=True)
    went_well = models.TextField(blank=True)
    went_badly = models.TextField(blank=True)


class Lesson(Record):
    """A decision of the debrief: about a guideline, a reaction plan, training, the plan, or something else (I-17)."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="lessons")
    kind = models.CharField(max_length=13, choices=choices(states.LESSON_KINDS))
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            one_of("kind", states.LESSON_KINDS, "lesson_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="lesson_says_something"),
        ]


class Exercise(Record):
    """A drill on a copy of the community (`domain.md` 3.10). The copy is thrown away at its end; `learnt` is what stays."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    learnt = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-began_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(ended_at__isnull=True), name="one_exercise_at_a_time"
            ),
        ]


class MediaMention(Record):
    """An article or a broadcast about us, entered by hand; `weight` of the medium from 1 to 5."""

    title = models.CharField(max_length=200)
    outlet = models.CharField(max_length=120)
    url = models.CharField(max_length=500, blank=True)
    weight = models.PositiveSmallIntegerField(default=2)
    seen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-seen_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(outlet=""), name="mention_says_something"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=5), name="mention_weighed"),
        ]


class Signal(models.Model):
    """What the figures propose; a person declares, or says why it is nothing (`domain.md` 3.10).

    `found`: what was counted and what is usual at that hour, as `domain.alarms` says it; `grounds`: which signs.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    level = models.PositiveSmallIntegerField()
    found = models.JSONField(default=dict)
    grounds = models.JSONField(default=list)
    state = models.CharField(max_length=9, default=states.PROPOSED, choices=choices(states.SIGNAL_STATES))
    reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.SET_NULL, related_name="signals")

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            one_of("state", states.SIGNAL_STATES, "signal_state_known"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(state=states.PROPOSED), name="one_signal_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.DISMISSED) | ~Q(reason=""), name="signal_dismissed_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(state=states.PROPOSED, answered_by__isnull=True)
                | ~Q(state=states.PROPOSED) & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="signal_answered_by_somebody",
            ),
        ]


class Usual(models.Model):
    """What is usual in a workspace at each hour of the week, as `domain.alarms` learnt it from the weeks before: numbers alone.

    `channels`: by a channel's id, twenty minutes at each step of the week. Written anew each day.
    """

    workspace = models.OneToOneField(Workspace, primary_key=True, on_delete=models.CASCADE, related_name="+")
    learnt_date = models.DateField()
    channels = models.JSONField(default=dict)
    limit = models.FloatField()
    steady = models.FloatField()
    lively = models.FloatField()
    new = models.FloatField()
    negative = models.FloatField()
