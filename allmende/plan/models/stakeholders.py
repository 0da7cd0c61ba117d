"""People inside whose support decides: the only place where they are kept. What they know of us is told a floor above."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.team.models import Record, choices, one_of


class Stakeholder(Record):
    """A person or group inside whose support decides about the community.

    `must_agree` on the objectives of `objective_keys` (none named: on all of them) before a version that changes goals or
    objectives comes into force (I-07), and again every `agreement_interval_days` (0: never again; S1-22).
    """

    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    influence = models.CharField(max_length=8, default="advises", choices=choices(states.INFLUENCES))
    must_agree = models.BooleanField(default=False)
    objective_keys = models.JSONField(default=list, blank=True)
    agreement_interval_days = models.PositiveSmallIntegerField(default=182)
    interest = models.CharField(max_length=300, blank=True)
    wanted_feeling = models.CharField(max_length=80, blank=True)
    relation = models.CharField(max_length=11, default="identified", choices=choices(states.RELATION_STATES))
    update_interval_days = models.PositiveSmallIntegerField(default=28)
    next_due_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("influence", states.INFLUENCES, "stakeholder_influence_known"),
            one_of("relation", states.RELATION_STATES, "stakeholder_relation_known"),
            models.CheckConstraint(condition=Q(update_interval_days__gte=1), name="stakeholder_rhythm_in_days"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_about(self, keys: set[str]) -> bool:
        """Does one of these objectives concern them?"""
        return not self.objective_keys or bool(keys & set(self.objective_keys))
