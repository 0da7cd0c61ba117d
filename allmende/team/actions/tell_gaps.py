"""Tell of gaps weeks ahead: whoever can fill one, and whoever plans; of each gap once (S2-20, I-12)."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from allmende.domain.weeks import monday_of
from allmende.team.access import may
from allmende.team.actions.send_notice import send_notice
from allmende.team.models import Notice, Person, Workspace
from allmende.team.queries import (
    Cover,
    Fitness,
    RotaGap,
    cover,
    fitness_in,
    holders_of,
    is_open_to,
    served,
    unrequired,
)

KIND = "team.gaps_found"
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKS_AHEAD = 4
# Whoever just said which hours need somebody is planning them now: nobody is told of gaps in that time.
QUIET = timedelta(hours=2)

Told = tuple[str, datetime, datetime]


@transaction.atomic
def tell_gaps(*, workspace: Workspace, now: datetime) -> int:
    """The gaps of this week and the next ones, whole weeks, so that a new week makes one notice; how many were left."""
    today = workspace.day_at(now)
    end = datetime.combine(monday_of(today) + WEEKS_AHEAD * WEEK, datetime.min.time(), ZoneInfo(workspace.zone))
    found = cover(workspace, now, end)
    if found is None:
        return 0
    gaps = [one for one in found.gaps() if one.accepted is None and one.requirement.updated_at <= now - QUIET]
    people = [one for one in holders_of(workspace, "team.duty.stand") if is_open_to(one, today)] if gaps else []
    known = _known(people, now)
    fitness = fitness_in(people, {one.requirement for one in gaps})
    return sum(_tell(one, _of_concern(one, gaps, found, known.get(one.pk, []), fitness), now) for one in people)


@transaction.atomic
def tell_unrequired(*, workspace: Workspace, now: datetime) -> int:
    """Live channels in whose hours nobody has to be there: whoever plans is told once for each (I-12)."""
    found = cover(workspace, now, now)
    lacking = unrequired(served(workspace), found.requirements) if found else []
    url = reverse("team:new_cover", args=[workspace.slug])
    told = 0
    for person in holders_of(workspace, "team.duty.plan") if lacking else []:
        for one in lacking:
            kind = "team.channel_unrequired"
            values = {"channel": one.name}
            told += send_notice(person=person, kind=kind, values=values, url=url, once_key=f"{kind}:{one.key}", now=now)
    return told


def can_fill(person: Person, one: RotaGap, found: Cover) -> bool:
    """Has this person neither an absence nor a shift of their own at that time?"""
    gap = one.gap
    days = _days(gap.starts_at, gap.ends_at, person.workspace)
    is_away = any(
        absence.person_id == person.pk and absence.starts_date <= days[1] and absence.ends_date >= days[0]
        for absence in found.absences
    )
    is_busy = any(
        shift.person_id == person.pk and shift.starts_at < gap.ends_at and shift.ends_at > gap.starts_at
        for shift in found.shifts
    )
    return not (is_away or is_busy)


def _of_concern(
    person: Person, gaps: Iterable[RotaGap], found: Cover, known: Sequence[Told], fitness: Fitness
) -> list[RotaGap]:
    plans = may(person, "team.duty.plan")
    return [
        one
        for one in gaps
        if not _is_told(one, known)
        and (plans or (fitness.has(person.pk, one.requirement.hours_id, one.day) and can_fill(person, one, found)))
    ]


def _tell(person: Person, gaps: Sequence[RotaGap], now: datetime) -> bool:
    if not gaps:
        return False
    first = gaps[0].gap
    spans = [_span(one) for one in gaps]
    values: dict[str, Any] = {
        "count": len(gaps), "from": first.starts_at.isoformat(), "until": first.ends_at.isoformat(), "spans": spans
    }  # fmt: skip
    on = person.workspace.day_at(first.starts_at)
    url = f"{reverse('team:rota', args=[person.workspace.slug])}?on={on.isoformat()}"
    once_key = f"{KIND}:{hashlib.sha256(repr(spans).encode()).hexdigest()[:32]}"
    return send_notice(person=person, kind=KIND, values=values, url=url, once_key=once_key, now=now)


def _known(people: Sequence[Person], now: datetime) -> dict[Any, list[Told]]:
    """Of which stretches each person was told before, as the notices remember."""
    rows = Notice.objects.filter(person__in=people, kind=KIND, created_at__gt=now - (WEEKS_AHEAD + 1) * WEEK)
    found: dict[Any, list[Told]] = {}
    for person_id, values in rows.values_list("person_id", "values"):
        spans = [(h, datetime.fromisoformat(a), datetime.fromisoformat(b)) for h, a, b in values["spans"]]
        found.setdefault(person_id, []).extend(spans)
    return found


def _is_told(one: RotaGap, known: Sequence[Told]) -> bool:
    """What is left of a gap one was told of is no news."""
    hours, gap = str(one.requirement.hours_id), one.gap
    return any(h == hours and begin <= gap.starts_at and end >= gap.ends_at for h, begin, end in known)


def _span(one: RotaGap) -> list[str]:
    return [str(one.requirement.hours_id), one.gap.starts_at.isoformat(), one.gap.ends_at.isoformat()]


def _days(begin: datetime, end: datetime, workspace: Workspace) -> tuple[date, date]:
    return workspace.day_at(begin), workspace.day_at(end - timedelta(seconds=1))
