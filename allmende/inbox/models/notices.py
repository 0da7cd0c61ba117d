"""What the public reports to us: a notice with its clock, its decision and the objection to it (DSA Art. 16, 20)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from allmende.inbox import states
from allmende.team.models import Person, Record, choices, one_of


class PublicNotice(Record):
    """Somebody reports content in our channels: where it stands, what is wrong with it, and that they mean it (S2-25).

    `reference` is all whoever reported needs to look at it again. The law asks for name and address, save where abuse of
    children is reported (Art. 16(2)(c)); for our own rules nobody has to give them. `is_doubtful`: a machine may have sent
    it; it is read like any other, nothing is dropped. What was reported stands (triggers), and so does what was answered;
    name and address go when nobody can object any more (`forgotten_at`).
    """

    reference = models.CharField(max_length=14, unique=True)
    kind = models.CharField(max_length=8, choices=choices(states.NOTICE_KINDS))
    place = models.CharField(max_length=500)
    explanation = models.TextField()
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    is_good_faith = models.BooleanField()
    is_doubtful = models.BooleanField(default=False)
    language = models.CharField(max_length=2)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=states.RECEIVED, choices=choices(states.NOTICE_STATES))
    outcome = models.CharField(max_length=8, blank=True, choices=choices(states.NOTICE_OUTCOMES))
    decision = models.ForeignKey(
        "inbox.ModerationDecision", null=True, on_delete=models.PROTECT, related_name="notices"
    )
    answer = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    objection = models.TextField(blank=True)
    objected_at = models.DateTimeField(null=True)
    objection_result = models.CharField(max_length=7, blank=True, choices=choices(states.OBJECTION_RESULTS))
    objection_answer = models.TextField(blank=True)
    objection_answered_at = models.DateTimeField(null=True)
    objection_answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["is_doubtful", "due_at"]
        constraints: ClassVar = [
            one_of("kind", states.NOTICE_KINDS, "notice_kind_known"),
            one_of("state", states.NOTICE_STATES, "notice_state_known"),
            one_of("outcome", ("", *states.NOTICE_OUTCOMES), "notice_outcome_known"),
            one_of("objection_result", ("", *states.OBJECTION_RESULTS), "notice_objection_known"),
            models.CheckConstraint(condition=~Q(place="") & ~Q(explanation=""), name="notice_says_where_and_why"),
            models.CheckConstraint(condition=Q(is_good_faith=True), name="notice_in_good_faith"),
            models.CheckConstraint(
                condition=~Q(kind=states.AGAINST_LAW) | (~Q(name="") & ~Q(email="")) | Q(forgotten_at__isnull=False),
                name="notice_of_law_names_itself",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("created_at")), name="notice_due_later"),
            models.CheckConstraint(
                condition=Q(
                    state=states.RECEIVED, outcome="", answer="", decided_at__isnull=True, decided_by__isnull=True
                )
                | (
                    Q(state=states.ANSWERED, decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(answer="")
                ),
                name="notice_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome=states.ACTED, decision__isnull=False)
                | (~Q(outcome=states.ACTED) & Q(decision__isnull=True)),
                name="notice_acted_by_decision",
            ),
            models.CheckConstraint(
                condition=Q(objection="", objected_at__isnull=True)
                | (Q(state=states.ANSWERED, objected_at__isnull=False) & ~Q(objection="")),
                name="notice_objected_to_answer",
            ),
            models.CheckConstraint(
                condition=Q(objection_result="", objection_answer="", objection_answered_by__isnull=True)
                | (
                    ~Q(objection_result="")
                    & ~Q(objection_answer="")
                    & ~Q(objection="")
                    & Q(objection_answered_at__isnull=False, objection_answered_by__isnull=False)
                ),
                name="notice_objection_answered",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True) | Q(name="", email=""), name="notice_forgets_who"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "state"], name="notice_waiting")]

    @property
    def is_alone(self) -> bool:
        """Did whoever answered look at it again? Only where nobody else may."""
        return self.objection_answered_by_id is not None and self.objection_answered_by_id == self.decided_by_id
