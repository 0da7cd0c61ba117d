"""Enter when we are there."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.change_record import StaleRevision, change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.undo_change import stale_undo
from allmende.team.models import ClosedDay, Person, ServiceHours, ServiceSpan

WeeklySpan = tuple[int, time, time]


@transaction.atomic
def add_hours(
    *,
    person: Person,
    name: str,
    zone: str,
    country: str,
    subdivision: str,
    keeps_holidays: bool,
    spans: Sequence[WeeklySpan],
    now: datetime,
) -> ServiceHours:
    """A further set of service hours, for channels that are cared for at other times."""
    require(person, "team.hours.edit")
    lock_workspace(person.workspace_id)
    hours = ServiceHours.objects.create(
        workspace=person.workspace,
        name=name,
        zone=zone,
        country=country,
        subdivision=subdivision,
        keeps_holidays=keeps_holidays,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    _write_spans(hours, spans)
    record_audit(
        workspace=person.workspace, person=person, verb="team.hours.added", target=hours, now=now, after={"name": name}
    )
    return hours


@transaction.atomic
def save_hours(
    *,
    person: Person,
    hours: ServiceHours,
    name: str,
    zone: str,
    country: str,
    subdivision: str,
    keeps_holidays: bool,
    spans: Sequence[WeeklySpan],
    now: datetime,
    seen_revision: int | None = None,
) -> ServiceHours:
    """Write service hours whole: `spans` are (weekday from 0 = Monday, start, end) in wall-clock time of `zone`.

    An end of 0:00 is midnight. Raises StaleRevision when somebody else wrote meanwhile; of the days that differ it holds
    the others' spans as `day_0` (Monday) to `day_6`.
    """
    require(person, "team.hours.edit")
    lock_workspace(person.workspace_id)
    before_spans = _spoken(hours)
    current = ServiceHours.objects.select_for_update(of=("self",)).select_related("updated_by").get(pk=hours.pk)
    theirs = _different_days(before_spans, [_said(*span) for span in sorted(spans)])
    if seen_revision not in (None, current.revision) and theirs:
        raise StaleRevision(current, theirs)
    before = change_record(
        record=hours,
        person=person,
        now=now,
        seen_revision=seen_revision,
        name=name,
        zone=zone,
        country=country,
        subdivision=subdivision,
        keeps_holidays=keeps_holidays,
    )
    _write_spans(hours, spans)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.hours.changed",
        target=hours,
        now=now,
        before={**before, "spans": before_spans},
        after={"name": name, "zone": zone, "country": country, "subdivision": subdivision, "spans": _spoken(hours)},
    )
    return hours


@transaction.atomic
def close_day(*, person: Person, hours: ServiceHours, on_date: date, name: str, now: datetime) -> ClosedDay:
    """Nobody is there on `on_date`, whatever the spans say; entered twice, the later name stays."""
    require(person, "team.hours.edit")
    day, _ = ClosedDay.objects.update_or_create(hours=hours, on_date=on_date, defaults={"name": name})
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.hours.closed",
        target=hours,
        now=now,
        after={"on": on_date.isoformat(), "name": name},
    )
    return day


@transaction.atomic
def open_day(*, person: Person, hours: ServiceHours, closed_day_id: int, now: datetime) -> ClosedDay | None:
    """Remove a closed day and return it, so that it can be closed again; None when it was gone."""
    require(person, "team.hours.edit")
    day = ClosedDay.objects.filter(hours=hours, pk=closed_day_id).first()
    if day is None:
        return None
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.hours.opened",
        target=hours,
        now=now,
        before={"on": day.on_date.isoformat(), "name": day.name},
    )
    day.delete()
    return day


def _write_spans(hours: ServiceHours, spans: Sequence[WeeklySpan]) -> None:
    ServiceSpan.objects.filter(hours=hours).delete()
    ServiceSpan.objects.bulk_create(
        ServiceSpan(hours=hours, weekday=weekday, starts_at=start, ends_at=end) for weekday, start, end in spans
    )


def _spoken(hours: ServiceHours) -> list[str]:
    rows = ServiceSpan.objects.filter(hours=hours)
    return [_said(span.weekday, span.starts_at, span.ends_at) for span in rows]


def _different_days(kept: list[str], wanted: list[str]) -> dict[str, str]:
    """The kept spans of each weekday on which the wanted ones differ, in words."""
    days = {
        str(weekday): [[line[2:] for line in lines if line[0] == str(weekday)] for lines in (kept, wanted)]
        for weekday in range(7)
    }
    return {f"day_{day}": ", ".join(one) for day, (one, other) in days.items() if one != other}


def _said(weekday: int, start: time, end: time) -> str:
    return f"{weekday} {start:%H:%M}-{end:%H:%M}"


def hours_as_kept(hours: ServiceHours) -> dict[str, Any]:
    """Service hours whole, JSON-able: what `undo_hours` writes back."""
    names = ("name", "zone", "country", "subdivision", "keeps_holidays")
    return {**{name: getattr(hours, name) for name in names}, "spans": _spoken(hours)}


@transaction.atomic
def undo_hours(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Let the hours hold that held before. Raises CannotUndo if somebody wrote them since."""
    require(person, "team.hours.edit")
    lock_workspace(person.workspace_id)
    hours = ServiceHours.objects.filter(workspace=person.workspace, pk=pk, revision=revision).first()
    if hours is None:
        raise stale_undo()
    spans = [_read(line) for line in before["spans"]]
    save_hours(person=person, hours=hours, now=now, seen_revision=revision, **{**before, "spans": spans})


@transaction.atomic
def undo_new_hours(*, person: Person, now: datetime, pk: str, revision: int) -> None:
    """Put new hours away again, while nobody has touched them."""
    require(person, "team.hours.edit")
    lock_workspace(person.workspace_id)
    hours = ServiceHours.objects.filter(workspace=person.workspace, pk=pk, revision=revision).first()
    if hours is None:
        raise stale_undo()
    change_record(record=hours, person=person, now=now, seen_revision=revision, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb="team.hours.changed", target=hours, now=now)


@transaction.atomic
def undo_closed_day(*, person: Person, now: datetime, pk: str, day: int) -> None:
    """Be there again on a day that was just closed."""
    hours = ServiceHours.objects.filter(workspace=person.workspace, pk=pk).first()
    if hours is None or open_day(person=person, hours=hours, closed_day_id=day, now=now) is None:
        raise stale_undo()


@transaction.atomic
def undo_opened_day(*, person: Person, now: datetime, pk: str, on_date: str, name: str) -> None:
    """Close a day again that was just opened."""
    hours = ServiceHours.objects.filter(workspace=person.workspace, pk=pk).first()
    if hours is None:
        raise stale_undo()
    close_day(person=person, hours=hours, on_date=date.fromisoformat(on_date), name=name, now=now)


def _read(said: str) -> WeeklySpan:
    weekday, _space, span = said.partition(" ")
    start, _dash, end = span.partition("-")
    return int(weekday), time.fromisoformat(start), time.fromisoformat(end)
