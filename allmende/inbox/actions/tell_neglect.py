"""Tell whoever plans that the community is neglected: a risk to trust nobody looks for by themselves (S2-06)."""

from datetime import datetime

from django.urls import reverse

from allmende.inbox.queries.care import MONTH, neglect
from allmende.team.actions import send_notice
from allmende.team.models import Notice, Person, Workspace
from allmende.team.queries import holders_of, is_open_to

KIND = "inbox.neglected"


def tell_neglect(*, workspace: Workspace, now: datetime) -> int:
    """Those who plan duty are told what got worse: of each sign once in four weeks; how many were told."""
    signs = neglect(workspace, now).signs
    if not signs:
        return 0
    today = workspace.day_at(now)
    people = [one for one in holders_of(workspace, "team.duty.plan") if is_open_to(one, today)]
    told = 0
    for person in people:
        if news := [sign for sign in signs if sign not in _known(person, now)]:
            url, key = reverse("inbox:neglect", args=[workspace.slug]), f"{KIND}:{today.isoformat()}:{'+'.join(news)}"
            told += send_notice(person=person, kind=KIND, values={"signs": news}, url=url, once_key=key, now=now)
    return told


def _known(person: Person, now: datetime) -> set[str]:
    rows = Notice.objects.filter(person=person, kind=KIND, created_at__gt=now - MONTH)
    return {sign for values in rows.values_list("values", flat=True) for sign in values["signs"]}
