"""Which Sundays and holidays people have duty on, why, and which day is free for each (domain 3.12; § 11 ArbZG)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from allmende.domain.coverage import (
    RestRules,
    RestState,
    days_of_rest_worked,
    days_touched,
    rest_period,
    rest_state,
)
from allmende.team.models import Person, RestDay, Workspace
from allmende.team.queries.hours import public_holidays
from allmende.team.queries.working_time import kept_watches, rules_of

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
AHEAD = 4 * WEEK
SETTLED = ("planned", "taken")


@dataclass(frozen=True)
class RestOwed:
    """Somebody has duty on a Sunday or holiday; a day of rest stands in for it from `first` to `due`. `row`: what was written."""

    person: Person
    worked: date
    first: date
    due: date
    state: RestState
    row: RestDay | None

    @property
    def is_settled(self) -> bool:
        """A reason is written down, and the day of rest planned or taken."""
        return self.row is not None and self.state in SETTLED


def rest_around(workspace: Workspace, monday: date, today: date) -> list[RestOwed]:
    """Of the week of that Monday, of what can still be rested for before it or before today, and up to four weeks ahead."""
    rules = rules_of(workspace)
    first, last = min(monday, today) - _reach(rules), max(monday + 6 * DAY, today + AHEAD)
    return _owed(workspace, rules, first, last, today)


def rest_due(workspace: Workspace, first: date, last: date, today: date) -> list[RestOwed]:
    """Those whose last day to rest is one of these, both included."""
    rules = rules_of(workspace)
    found = _owed(workspace, rules, first - _reach(rules), last, today)
    return [one for one in found if first <= one.due <= last]


def rest_owed_for(person: Person, worked: date, today: date) -> RestOwed | None:
    """What is owed to this person for that day; None where they have no such duty then."""
    found = _owed(person.workspace, rules_of(person.workspace), worked, worked, today)
    return next((one for one in found if one.person.pk == person.pk), None)


def rest_day_of(person: Person, worked: date) -> RestDay | None:
    """What was written down about this person's duty on that day."""
    return RestDay.objects.filter(person=person, worked_date=worked, archived_at__isnull=True).first()


def _is_before_all(workspace: Workspace, worked: date, rules: RestRules) -> bool:
    since = workspace.rests_since
    return since is not None and rest_period(worked, rules)[1] < since


def _reach(rules: RestRules) -> timedelta:
    """So far from the day worked a day of rest may lie."""
    return max(rules.sunday_rest_weeks, rules.holiday_rest_weeks) * WEEK


def _owed(workspace: Workspace, rules: RestRules, first: date, last: date, today: date) -> list[RestOwed]:
    """Of these days, both included, settled or not, by day and name; five queries. Duty and holidays are read as far as a day of
    rest may lie. Nothing is owed for a day whose time to rest was over before days of rest were written down here."""
    if not (rules.warns_sundays or rules.warns_holidays):
        return []
    zone, near, far = workspace.zone, first - _reach(rules), last + _reach(rules)
    watches = kept_watches(workspace, near, far)
    closed = public_holidays(workspace, range(near.year, far.year + 1))
    worked = {
        (watch.person, day)
        for watch in watches
        for day in days_of_rest_worked([(watch.starts_at, watch.ends_at)], zone, closed, rules)
        if first <= day <= last and not _is_before_all(workspace, day, rules)
    }
    if not worked:
        return []
    busy: dict[str, set[date]] = {}
    for watch in watches:
        busy.setdefault(watch.person, set()).update(days_touched((watch.starts_at, watch.ends_at), zone))
    people = {str(one.pk): one for one in Person.objects.filter(pk__in={UUID(pk) for pk, _day in worked})}
    written = RestDay.objects.filter(workspace=workspace, archived_at__isnull=True, worked_date__range=(near, far))
    known = {
        (str(one.person_id), one.worked_date): one
        for one in written.select_related("updated_by").order_by("worked_date")
    }
    spent: dict[tuple[str, date | None], date] = {}
    for (pk, day), row in known.items():
        if day in busy.get(pk, ()):
            spent.setdefault((pk, row.rest_date), day)
    found = []
    for pk, day in worked:
        entry = known.get((pk, day))
        rest = entry.rest_date if entry else None
        others = {rest} if rest and spent.get((pk, rest), day) != day else set()
        state = rest_state(day, rest, today, rules, busy[pk], closed, others)
        found.append(RestOwed(people[pk], day, *rest_period(day, rules), state, entry))
    return sorted(found, key=lambda one: (one.worked, one.person.name))
