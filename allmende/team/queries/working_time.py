"""What working time would say to the duties of people, by this workspace's own rules. Warnings, never locks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from allmende.domain.coverage import (
    Away,
    Concern,
    RestRules,
    Stretch,
    Watch,
    days_touched,
    present,
    sundays_left,
    warnings,
)
from allmende.domain.slots import LAST_DAY
from allmende.team import states
from allmende.team.models import Absence, DutyRules, Person, RestDay, Shift, Workspace
from allmende.team.queries.hours import public_holidays

DAY = timedelta(days=1)
SUNDAY = 6


def saved_rules(workspace: Workspace) -> DutyRules | None:
    """The rules somebody wrote down here."""
    return DutyRules.objects.filter(workspace=workspace, archived_at__isnull=True).first()


def rules_of(workspace: Workspace) -> RestRules:
    """What the rota warns about here: what somebody wrote down, else what is usual."""
    kept = saved_rules(workspace)
    return RestRules(**{one.name: getattr(kept, one.name) for one in fields(RestRules)}) if kept else RestRules()


def concerns_of(
    workspace: Workspace, shifts: Sequence[Shift], absences: Sequence[Absence], begin: datetime, end: datetime
) -> list[tuple[str, Concern]]:
    """What the rules say about the days from `begin` to `end`, by name. The day before counts for the rest; whoever is
    away works nothing, and a deputy who confirmed works it for them."""
    near = [one for one in shifts if one.person_id and begin - DAY <= one.starts_at < end]
    if not near:
        return []
    zone = ZoneInfo(workspace.zone)
    away = [away_of(one, zone) for one in absences if one.state != states.REQUESTED]
    kept = present([Watch(str(one.person_id), one.starts_at, one.ends_at) for one in near], away)
    by_person: dict[str, list[Stretch]] = {}
    for watch in kept:
        by_person.setdefault(watch.person, []).append((watch.starts_at, watch.ends_at))
    names = {str(one.person_id): one.person.name for one in near if one.person}
    names |= {str(one.deputy_id): one.deputy.name for one in absences if one.deputy}
    rules, days = rules_of(workspace), (workspace.day_at(begin), workspace.day_at(end))
    holidays = public_holidays(workspace, sorted({begin.year, end.year}))
    said = [
        (names[person], one)
        for person, spans in by_person.items()
        for one in warnings(spans, workspace.zone, holidays, rules)
        if days[0] <= one.on < days[1]
    ]
    return said + _sundays(workspace, by_person, names, days, rules)


def concerns_with(
    workspace: Workspace, shift: Shift | None, *, doer: Person | None, starts_at: datetime, ends_at: datetime
) -> list[Concern]:
    """What the rules would say if `doer` had this shift, before it is saved: of its day and the one after."""
    if doer is None:
        return []
    near = {"starts_at__lt": ends_at + 2 * DAY, "ends_at__gt": starts_at - 2 * DAY}
    rows = Shift.objects.filter(workspace=workspace, person=doer, archived_at__isnull=True, **near)
    others = rows.exclude(pk=shift.pk) if shift else rows
    kept = [(starts_at, ends_at), *others.values_list("starts_at", "ends_at")]
    rules, on = rules_of(workspace), workspace.day_at(starts_at)
    holidays = public_holidays(workspace, sorted({starts_at.year, ends_at.year}))
    found = [one for one in warnings(kept, workspace.zone, holidays, rules) if on <= one.on <= on + DAY]
    touched = days_touched((starts_at, ends_at), workspace.zone)
    for sunday in [day for day in touched if day.weekday() == SUNDAY]:
        worked = [sunday, *worked_days(workspace, [doer.pk], sunday.year, shift).get(str(doer.pk), ())]
        found += [one for one in [sundays_left(worked, sunday, rules)] if one]
    resting = rest_kept(workspace, touched[0], touched[-1])
    return found + [Concern("rest_day", rest, about=day) for who, rest, day in resting if who == str(doer.pk)]


def rest_kept(workspace: Workspace, first: date, last: date) -> list[tuple[str, date, date]]:
    """Who rests on which of these days, both included, and for which Sunday or holiday: as long as they have duty on that one.
    One query where nobody does, else three."""
    rows = RestDay.objects.filter(workspace=workspace, archived_at__isnull=True, rest_date__range=(first, last))
    said = [
        (str(who), rest, day) for who, rest, day in rows.values_list("person_id", "rest_date", "worked_date") if rest
    ]
    if not said:
        return []
    worked = [day for _who, _rest, day in said]
    kept = kept_watches(workspace, min(worked), max(worked))
    busy = {(one.person, day) for one in kept for day in days_touched((one.starts_at, one.ends_at), workspace.zone)}
    return [(who, rest, day) for who, rest, day in said if (who, day) in busy]


def kept_watches(workspace: Workspace, first: date, last: date) -> tuple[Watch, ...]:
    """Who works on these days, both included: whoever is away works nothing, and a deputy who confirmed works it for them.
    Two queries."""
    zone = ZoneInfo(workspace.zone)
    begin, end = (datetime.combine(day, time(0), zone) for day in (first, last + DAY))
    shifts = Shift.objects.filter(
        workspace=workspace, archived_at__isnull=True, person__isnull=False, starts_at__lt=end, ends_at__gt=begin
    )
    absences = Absence.objects.filter(
        workspace=workspace, archived_at__isnull=True, starts_date__lte=last, ends_date__gte=first
    ).exclude(state=states.REQUESTED)
    spans = shifts.values_list("person_id", "starts_at", "ends_at")
    watches = [Watch(str(who), opens, closes) for who, opens, closes in spans]
    return present(watches, [away_of(one, zone) for one in absences])


def worked_days(
    workspace: Workspace, people: Iterable[UUID | str], year: int, but: Shift | None = None
) -> dict[str, list[date]]:
    """The days of a year on which each of these people has duty, from New Year's Eve into it too."""
    zone = ZoneInfo(workspace.zone)
    begin, end = (
        datetime.combine(date(year, 1, 1), time(0), zone),
        datetime.combine(date(year + 1, 1, 1), time(0), zone),
    )
    rows = Shift.objects.filter(
        workspace=workspace, person__in=list(people), archived_at__isnull=True, starts_at__lt=end, ends_at__gt=begin
    )
    found: dict[str, list[date]] = {}
    spans = (rows.exclude(pk=but.pk) if but else rows).values_list("person_id", "starts_at", "ends_at")
    for person, opens, closes in spans:
        days = [day for day in days_touched((opens, closes), workspace.zone) if day.year == year]
        found.setdefault(str(person), []).extend(days)
    return found


def away_of(absence: Absence, zone: ZoneInfo) -> Away:
    """An absence as the domain counts it: whole days, and the deputy once they confirmed."""
    begin = datetime.combine(absence.starts_date, time(0), zone)
    end = datetime.combine(min(absence.ends_date, LAST_DAY) + DAY, time(0), zone)
    deputy = str(absence.deputy_id) if absence.deputy_confirmed_at else None
    return Away(str(absence.person_id), begin, end, deputy)


def _sundays(
    workspace: Workspace,
    by_person: dict[str, list[Stretch]],
    names: dict[str, str],
    days: tuple[date, date],
    rules: RestRules,
) -> list[tuple[str, Concern]]:
    worked: dict[str, Collection[date]] = {
        person: {day for span in spans for day in days_touched(span, workspace.zone)}
        for person, spans in by_person.items()
    }
    on = next((days[0] + n * DAY for n in range(7) if (days[0] + n * DAY).weekday() == SUNDAY), days[0])
    people = [person for person, spent in worked.items() if on in spent]
    spent = worked_days(workspace, people, on.year) if people else {}
    found = [(names[one], sundays_left([on, *spent.get(one, ())], on, rules)) for one in people]
    return [(name, one) for name, one in found if one]
