"""Ask no more about values that were taken back, moved away or told otherwise (S0-05)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from allmende.plan import states
from allmende.plan.models import Evidence, Judgement
from allmende.team.actions import settle_notices
from allmende.team.models import Workspace


def withdraw_questions(*, workspace: Workspace, places: Collection[tuple[str, str]], now: datetime) -> int:
    """Drop the open questions of these (element, source) about values that do not stand any more as they were asked about;
    their notices ask no more. What somebody judged stays. Returns how many were dropped.

    Belongs inside the transaction of the action that took the values back. What stands instead is looked at as any new value.
    """
    series = Q()
    for key, source in places:
        series |= Q(key=key, source=source)
    if not series:
        return 0
    same = Evidence.objects.filter(
        workspace=OuterRef("workspace"),
        key=OuterRef("key"),
        source=OuterRef("source"),
        period_start=OuterRef("period_start"),
        period_end=OuterRef("period_end"),
        kind__in=(states.WEEK, states.MEASURED),
    )
    stands = same.filter(Q(value=OuterRef("measured")) | Q(value__isnull=True, share=OuterRef("measured")))
    asked = Judgement.objects.filter(series, workspace=workspace, answer="").filter(~Exists(stands))
    gone = list(asked.select_related("asked"))
    if gone:
        starts = [f"plan.judgement_{what}:{one.pk}" for one in gone for what in ("asked", "again")]
        settle_notices(people=[one.asked for one in gone], starts=starts, now=now)
        Judgement.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)
