"""Who is away when, who stands in, which shifts that touches and which gaps it leaves (S2-20)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from allmende.domain.slots import LAST_DAY
from allmende.team import states
from allmende.team.models import Absence, Person, Shift, SwapOffer, Workspace
from allmende.team.queries.duty import RotaGap, cover
from allmende.team.queries.fitness import fitness_of

DAY = timedelta(days=1)
# When a deputy who has not answered is asked once more: after these days, or earlier if the absence begins that soon.
ASKED_AGO = timedelta(days=3)
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Touched:
    """A shift of somebody absent. `deputy_is_free`: has the deputy nothing else at that time? `deputy_is_fit`: have they the
    training it needs on its day?"""

    shift: Shift
    deputy_is_free: bool
    deputy_is_fit: bool = True


@dataclass(frozen=True)
class AbsencePage:
    """An absence with what it does to the rota. `gaps` would open, or are open once it `is_real` (approved)."""

    absence: Absence
    touched: Sequence[Touched]
    gaps: Sequence[RotaGap]

    @property
    def is_real(self) -> bool:
        return self.absence.state != states.REQUESTED


def absences_from(workspace: Workspace, today: date) -> QuerySet[Absence]:
    """Absences that are running or lie ahead, by their first day."""
    rows = Absence.objects.filter(workspace=workspace, archived_at__isnull=True, ends_date__gte=today)
    return rows.select_related("person", "deputy").order_by("starts_date", "person__name")


def away_on(workspace: Workspace, day: date) -> set[UUID]:
    """The ids of those who are away that day; asking for leave is no absence yet."""
    rows = Absence.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(state=states.REQUESTED)
    return set(rows.filter(starts_date__lte=day, ends_date__gte=day).values_list("person_id", flat=True))


def standing_in(person: Person, now: datetime) -> Person | None:
    """The person themselves, or the deputy who confirmed while they are away; None while nobody stands in, or whoever would is
    away as well (S2-20)."""
    today = person.workspace.day_at(now)
    rows = Absence.objects.filter(person=person, archived_at__isnull=True).exclude(state=states.REQUESTED)
    away = list(rows.filter(starts_date__lte=today, ends_date__gte=today).select_related("deputy"))
    if not away:
        return person
    named = [one.deputy for one in away if one.deputy_confirmed_at and one.deputy and one.deputy.left_at is None]
    absent = away_on(person.workspace, today) if named else set()
    return next((deputy for deputy in named if deputy.pk not in absent), None)


def unconfirmed_absences(now: datetime) -> list[Absence]:
    """Absences whose deputy was asked days ago, or that begin soon, and still have nobody's word."""
    rows = Absence.objects.filter(archived_at__isnull=True, deputy__isnull=False, deputy_confirmed_at__isnull=True)
    ahead = rows.filter(ends_date__gte=(now - DAY).date()).filter(
        Q(updated_at__lte=now - ASKED_AGO) | Q(starts_date__lte=(now + SOON).date(), updated_at__lte=now - DAY)
    )
    return list(ahead.select_related("person", "deputy__user", "workspace"))


def absence_page(absence: Absence, now: datetime) -> AbsencePage:
    """What an absence touches and leaves open, as if it were approved already."""
    begin, end = bounds_of(absence)
    shifts = list(_shifts(absence.person, begin, end))
    deputy = absence.deputy
    if deputy:
        deputy.workspace = absence.workspace
    theirs = list(_shifts(deputy, begin, end)) if deputy and shifts else []
    unfit = _untrained(deputy, shifts) if deputy else set()
    touched = [Touched(one, not any(_meet(one, other) for other in theirs), one.pk not in unfit) for one in shifts]
    return AbsencePage(absence, touched, _gaps(absence, shifts, max(begin, now), end) if end > now else [])


def _untrained(deputy: Person, shifts: Sequence[Shift]) -> set[UUID]:
    """The shifts this deputy lacks the training for, on their days."""
    if not shifts:
        return set()
    found, workspace = fitness_of([deputy], {one.hours for one in shifts}), deputy.workspace
    return {one.pk for one in shifts if not found.has(deputy.pk, one.hours_id, workspace.day_at(one.starts_at))}


def bounds_of(absence: Absence) -> tuple[datetime, datetime]:
    """From the first midnight of an absence to the last, where the workspace is at home."""
    place = ZoneInfo(absence.workspace.zone)
    first = datetime.combine(absence.starts_date, time(0), place)
    return first, datetime.combine(min(absence.ends_date, LAST_DAY) + DAY, time(0), place)


def _gaps(absence: Absence, shifts: Sequence[Shift], begin: datetime, end: datetime) -> list[RotaGap]:
    found = cover(absence.workspace, begin, end)
    if found is None:
        return []
    state = states.APPROVED if absence.state == states.REQUESTED else absence.state
    as_if = Absence(
        person_id=absence.person_id, starts_date=absence.starts_date, ends_date=absence.ends_date, state=state,
        deputy_id=absence.deputy_id, deputy_confirmed_at=absence.deputy_confirmed_at,
    )  # fmt: skip
    others = [one for one in found.absences if one.pk != absence.pk]
    gaps = replace(found, absences=[*others, as_if]).gaps()
    return [one for one in gaps if any(s.starts_at < one.gap.ends_at and s.ends_at > one.gap.starts_at for s in shifts)]


def _shifts(person: Person | None, begin: datetime, end: datetime) -> QuerySet[Shift]:
    rows = Shift.objects.filter(person=person, archived_at__isnull=True, starts_at__lt=end, ends_at__gt=begin)
    return rows.select_related("hours", "person")


def _meet(one: Shift, other: Shift) -> bool:
    return one.starts_at < other.ends_at and one.ends_at > other.starts_at


def swappable(person: Person, now: datetime) -> QuerySet[Shift]:
    """Shifts of colleagues that lie ahead: what one could ask for in a swap."""
    rows = Shift.objects.filter(workspace=person.workspace_id, archived_at__isnull=True, starts_at__gt=now)
    mine = rows.filter(person__isnull=False, person__left_at__isnull=True).exclude(person=person)
    return mine.exclude(state__in=states.BEGUN).select_related("person", "hours")


def shifts_ahead(person: Person, now: datetime) -> QuerySet[Shift]:
    """The shifts this person has still to begin, soonest first."""
    rows = Shift.objects.filter(person=person, archived_at__isnull=True, starts_at__gt=now)
    return rows.exclude(state__in=states.BEGUN).select_related("hours").order_by("starts_at")


def open_swaps(shift: Shift, now: datetime) -> list[SwapOffer]:
    """Offers about this shift that wait for an answer, on either side, while both shifts lie ahead."""
    ahead = {"shift__starts_at__gt": now, "wanted__starts_at__gt": now}
    rows = SwapOffer.objects.filter(answer="", archived_at__isnull=True, **ahead)
    found = rows.filter(shift=shift) | rows.filter(wanted=shift)
    return list(found.select_related("shift__person", "wanted__person", "created_by"))
