"""Note that somebody opened an element, and tell who answers for the plan what gathers dust (S0-09)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from allmende.plan import states
from allmende.plan.models import ElementVisit, StrategicPlan
from allmende.plan.queries.dust import dust_of
from allmende.team.actions import send_notice
from allmende.team.models import Person


def open_element(*, person: Person, key: str, today: date) -> None:
    """This person looked at the element today; written at most once a day."""
    ElementVisit.objects.bulk_create(
        [ElementVisit(workspace_id=person.workspace_id, key=key, person=person, opened_date=today)],
        update_conflicts=True,
        unique_fields=["workspace", "key", "person"],
        update_fields=["opened_date"],
    )


def tell_of_dust(*, now: datetime) -> int:
    """Once a month, whoever is responsible for a plan in force learns how many of its parts gather dust."""
    told = 0
    plans = StrategicPlan.objects.filter(versions__state=states.PUBLISHED, owner__left_at__isnull=True)
    for plan in plans.exclude(state=states.CLOSED).select_related("owner__workspace", "workspace"):
        today = now.astimezone(ZoneInfo(plan.workspace.zone)).date()
        found = dust_of(plan, today)
        if found and plan.owner:
            told += send_notice(
                person=plan.owner,
                kind="plan.dust_found",
                values={"number": len(found)},
                url=reverse("plan:dust", kwargs={"slug": plan.workspace.slug}),
                once_key=f"plan.dust:{plan.pk}:{today:%Y-%m}",
                now=now,
            )
    return told
