"""Who outside the team answers questions of a topic, by agreement (domain 3.13)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from allmende.team import states
from allmende.team.models.records import Person, Record, choices, one_of


class Expert(Record):
    """Somebody who answers questions of some topics, and what was agreed with them (S3-13).

    `topics` are words people look for. The agreement: hours a month, within how many working days, by which way, and whether
    members may read the name. At most `most_open` questions wait for them at once; then, and when they do not answer,
    the deputy is asked.
    """

    name = models.CharField(max_length=120)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(blank=True)
    unit = models.ForeignKey("team.ResponsibleUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    topics = models.JSONField(default=list)
    hours_per_month = models.DecimalField(max_digits=4, decimal_places=1, default=2)
    answer_days = models.PositiveSmallIntegerField(default=2)
    way = models.CharField(max_length=4, default=states.BY_MAIL, choices=choices(states.EXPERT_WAYS))
    is_named = models.BooleanField(default=False)
    most_open = models.PositiveSmallIntegerField(default=3)
    deputy = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreement = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["name", "created_at"]
        constraints: ClassVar = [
            one_of("way", states.EXPERT_WAYS, "expert_way_known"),
            models.CheckConstraint(condition=Q(deputy__isnull=True) | ~Q(deputy=F("id")), name="expert_deputy_another"),
            models.CheckConstraint(condition=~Q(way=states.BY_MAIL) | ~Q(email=""), name="expert_has_address"),
            models.CheckConstraint(condition=~Q(way=states.IN_APP) | Q(person__isnull=False), name="expert_has_login"),
            models.CheckConstraint(
                condition=Q(
                    most_open__gte=1, most_open__lte=50, answer_days__gte=1, answer_days__lte=60, hours_per_month__gt=0
                ),
                name="expert_agreement_bounds",
            ),
        ]
