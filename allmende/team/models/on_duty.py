"""Who stands duty at a moment, as expressions over a Person: the head of every page says it without a query of its own."""

from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from allmende.team import states
from allmende.team.models.duty import Shift

# Who stands duty, until when, who besides, and who comes next
ON_DUTY = ("duty_name", "duty_until", "duty_beside", "duty_next")
LONGEST_SHIFT = timedelta(days=2)


def duty_now(now: Any, since: Any) -> dict[str, Any]:
    """The expressions of ON_DUTY for a person's workspace; no shift that stands now began before `since`."""
    shifts = Shift.objects.filter(workspace=OuterRef("workspace"), archived_at__isnull=True, state__in=states.ACCEPTED)
    here = shifts.filter(starts_at__lte=now, starts_at__gt=since, ends_at__gt=now).order_by("ends_at", "pk")
    following = shifts.filter(starts_at__gt=now).order_by("starts_at", "pk")
    found = (
        here.values("person__name")[:1],
        here.values("ends_at")[:1],
        here.values("person__name")[1:2],
        following.values("person__name")[:1],
    )
    return {name: Subquery(rows) for name, rows in zip(ON_DUTY, found, strict=True)}
