"""Samples of what a definition counted and did not count, coded blind by people (domain 4.5)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from allmende.behaviours import states
from allmende.behaviours.models.counted import BehaviourDefinition
from allmende.channels.models import Message
from allmende.domain.verdict import Coded, Sampled, Share
from allmende.team.models import Person, Record, choices, one_of

_FOUND = ("yes", "true_yes", "no", "true_no", "unsure")


class LabelSample(Record):
    """Cases of one version of a definition, drawn at random from a period: of those it counted and of those it did not.

    `counted` of `complete` cases were counted there. `coder` codes all of them, `second_coder` the first
    `domain.verdict.CODED_TWICE`; neither sees what was counted nor what the other said. What was found is kept in numbers when the
    first has finished (`yes`, `true_yes`, `no`, `true_no`, `unsure`) and when the second has (`kappa`, `coded_twice`), so that it
    stands when cases are forgotten later.
    """

    definition = models.ForeignKey(BehaviourDefinition, on_delete=models.CASCADE, related_name="samples")
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    counted = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    state = models.CharField(max_length=9, default=states.DRAWN, choices=choices(states.SAMPLE_STATES))
    coder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    second_coder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    yes = models.PositiveSmallIntegerField(null=True)
    true_yes = models.PositiveSmallIntegerField(null=True)
    no = models.PositiveSmallIntegerField(null=True)
    true_no = models.PositiveSmallIntegerField(null=True)
    unsure = models.PositiveSmallIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    kappa = models.FloatField(null=True)
    coded_twice = models.PositiveSmallIntegerField(null=True)
    second_finished_at = models.DateTimeField(null=True)
    set_aside_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            one_of("state", states.SAMPLE_STATES, "sample_state_known"),
            models.UniqueConstraint(
                fields=["definition"], condition=Q(state__in=states.SAMPLE_OPEN), name="one_sample_open"
            ),
            models.CheckConstraint(
                condition=Q(counted__lte=F("complete")) & Q(period_start__lt=F("period_end")), name="sample_of_a_period"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=states.FINISHED, finished_at__isnull=False, **{f"{one}__isnull": False for one in _FOUND}
                )
                | (
                    ~Q(state=states.FINISHED)
                    & Q(finished_at__isnull=True, **{f"{one}__isnull": True for one in _FOUND})
                ),
                name="found_when_finished",
            ),
            models.CheckConstraint(
                condition=Q(yes__isnull=True) | (Q(true_yes__lte=F("yes")) & Q(true_no__lte=F("no"))),
                name="confirmed_within_coded",
            ),
            models.CheckConstraint(
                condition=Q(state=states.SET_ASIDE, set_aside_at__isnull=False) & ~Q(reason="")
                | (~Q(state=states.SET_ASIDE) & Q(set_aside_at__isnull=True, reason="")),
                name="sample_aside_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=states.DRAWN, coder__isnull=True)
                | Q(state__in=(states.CODING, states.FINISHED), coder__isnull=False)
                | Q(state=states.SET_ASIDE),
                name="coded_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(second_coder__isnull=True) | (Q(coder__isnull=False) & ~Q(second_coder=F("coder"))),
                name="second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(second_finished_at__isnull=True, coded_twice__isnull=True, kappa__isnull=True)
                | Q(second_finished_at__isnull=False, coded_twice__isnull=False, second_coder__isnull=False),
                name="kappa_when_both_coded",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether somebody may still code it as the first."""
        return self.state in states.SAMPLE_OPEN

    @property
    def cases(self) -> int:
        """How many were coded; 0 before it is finished."""
        return (self.yes or 0) + (self.no or 0) + (self.unsure or 0)

    @property
    def sampled(self) -> Sampled | None:
        """What it found; None before it is finished."""
        if self.state != states.FINISHED:
            return None
        coded = Coded(self.yes or 0, self.true_yes or 0, self.no or 0, self.true_no or 0)
        return Sampled(coded, Share(self.counted, self.complete))


class SampledItem(models.Model):
    """One case at its place in the order of coding. `message` are the words it is known by: those that began it, of a person their
    newest before their time was over; what it is about lies in [starts_at, ends_at). It goes with its words."""

    sample = models.ForeignKey(LabelSample, on_delete=models.CASCADE, related_name="items", db_index=False)
    place = models.PositiveSmallIntegerField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_counted = models.BooleanField()

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["sample", "place"], name="item_in_its_place")]


class Coding(models.Model):
    """What somebody said of a case: yes, no, or that it cannot be said. `turn` 1: the one who codes all, 2: the second."""

    item = models.ForeignKey(SampledItem, on_delete=models.CASCADE, related_name="codings", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    turn = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=6, choices=choices(states.ANSWERS))
    coded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "person"], name="coded_once_by_each"),
            models.UniqueConstraint(fields=["item", "turn"], name="coded_once_in_each_turn"),
            models.CheckConstraint(condition=Q(turn__in=(1, 2)), name="coding_turn_known"),
            one_of("answer", states.ANSWERS, "coding_answer_known"),
        ]
