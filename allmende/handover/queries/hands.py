"""What is still in somebody's hands, to whom it could go, and what would be in the way (S0-22)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.editorial.queries import approvals_asked_of, items_in_hand
from allmende.handover import states
from allmende.handover.models import HandedOn, Handover
from allmende.plan.models import Control, Routine, Stakeholder
from allmende.plan.queries import CONTACT, contacts_of
from allmende.team.models import Absence, Person, ResponsibleUnit, Shift
from allmende.team.queries import responsibilities, shifts_ahead
from allmende.team.states import PERSON, REQUESTED


@dataclass(frozen=True)
class Duty:
    """Something the leaver has to do or answers for. `problem` says why it cannot go to the receiver; `is_later`: they
    still do it themselves, because it lies before their last day."""

    kind: str
    ref: str
    label: str
    detail: str
    url: str
    problem: str = ""
    is_later: bool = False

    @property
    def name(self) -> str:
        return point_ref(self.kind, self.ref)

    @property
    def is_proposed(self) -> bool:
        return not self.problem and not self.is_later


@dataclass(frozen=True)
class Batch:
    """What was handed on together, and can be taken back together."""

    batch: UUID
    at: datetime
    by: Person
    rows: tuple[HandedOn, ...]
    is_taken_back: bool


@dataclass(frozen=True)
class HandsPage:
    """Duties by kind, with whom they would go to; what was handed on so far."""

    handover: Handover
    groups: tuple[tuple[str, Person, tuple[Duty, ...]], ...]
    batches: tuple[Batch, ...]

    @property
    def count(self) -> int:
        return sum(len(duties) for _, _, duties in self.groups)


def point_ref(kind: str, ref: object) -> str:
    """How a duty is named in the checklist and in the form."""
    return f"{kind}:{ref}"


def hands_page(handover: Handover, receivers: Mapping[str, Person], now: datetime) -> HandsPage:
    """All duties of the leaver; `receivers` by kind, the successor where none is named. A constant number of queries,
    and some for each item whose steps of approval they belong to."""
    groups = []
    for kind, answer in DUTIES.items():
        receiver = receivers.get(kind) or handover.successor
        if duties := tuple(answer(handover, receiver, now)):
            groups.append((kind, receiver, duties))
    return HandsPage(handover, tuple(groups), _batches(handover))


def duties_in_hand(handover: Handover, now: datetime) -> int:
    """How many duties of the leaver can be handed on in bulk."""
    return sum(1 for answer in DUTIES.values() for _ in answer(handover, handover.successor, now))


def _shifts(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    shifts = list(shifts_ahead(handover.leaver, now).select_related("workspace", "hours"))
    if not shifts:
        return
    workspace, slug = handover.workspace, handover.workspace.slug
    taken = list(
        Shift.objects.filter(
            person=receiver,
            archived_at__isnull=True,
            starts_at__lt=max(one.ends_at for one in shifts),
            ends_at__gt=shifts[0].starts_at,
        )
    )
    away = list(Absence.objects.filter(person=receiver, archived_at__isnull=True).exclude(state=REQUESTED))
    for shift in shifts:
        day = workspace.day_at(shift.starts_at)
        problem = _in_the_way(shift, day, receiver, taken, away)
        yield Duty(
            states.SHIFT,
            str(shift.pk),
            _("%(day)s, %(from)s to %(until)s") % _times(shift, day),
            shift.hours.name if shift.hours else "",
            reverse("team:shift", args=[slug, shift.pk]),
            problem,
            handover.kind != states.SUDDEN and day <= handover.last_date,
        )


def _times(shift: Shift, day: date) -> dict[str, str]:
    zone = ZoneInfo(shift.workspace.zone)
    return {
        "day": f"{date_format(day, 'D')} {date_format(day, 'DATE_FORMAT')}",
        "from": time_format(shift.starts_at.astimezone(zone), "TIME_FORMAT"),
        "until": time_format(shift.ends_at.astimezone(zone), "TIME_FORMAT"),
    }


def _in_the_way(shift: Shift, day: date, receiver: Person, taken: list[Shift], away: list[Absence]) -> str:
    if any(one.starts_at < shift.ends_at and one.ends_at > shift.starts_at for one in taken):
        return _("%(name)s has another shift then") % {"name": receiver.name}
    if any(one.starts_date <= day <= one.ends_date for one in away):
        return _("%(name)s is away that day") % {"name": receiver.name}
    if receiver.access_until_date and day > receiver.access_until_date:
        return _("%(name)s does not work here any more by then") % {"name": receiver.name}
    return ""


def _routines(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    rows = Routine.objects.filter(workspace=handover.workspace, owner=handover.leaver, archived_at__isnull=True)
    for one in rows:
        url = reverse("plan:routine", args=[handover.workspace.slug, one.pk])
        yield Duty(states.ROUTINE, str(one.pk), one.name, one.purpose, url)


def _controls(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    rows = Control.objects.filter(workspace=handover.workspace, controller=handover.leaver, archived_at__isnull=True)
    url = reverse("plan:reviews", args=[handover.workspace.slug])
    for one in rows:
        due = _("next on %(day)s") % {"day": date_format(one.next_date, "DATE_FORMAT")}
        yield Duty(states.CONTROL, str(one.pk), one.what, due, url)


def _items(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    leaver = handover.leaver
    for one in items_in_hand(leaver):
        part = _("brings it out") if one.owner_id == leaver.pk else _("looks after the answers")
        yield Duty(
            states.ITEM, str(one.pk), one.title, part, reverse("editorial:item", args=[leaver.workspace.slug, one.pk])
        )


def _units(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    rows = ResponsibleUnit.objects.filter(lead=handover.leaver, archived_at__isnull=True).exclude(kind=PERSON)
    for one in rows:
        url = reverse("team:edit_unit", args=[handover.workspace.slug, one.pk])
        yield Duty(states.UNIT, str(one.pk), one.name, _("is led"), url)


def _answers(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    """What they answer for by themselves; a plan has its own owner and goes with the handover."""
    for held in responsibilities(handover.workspace, handover.workspace.day_at(now)):
        thing, unit = held.thing, held.unit
        is_theirs = unit is not None and unit.kind == PERSON and unit.lead_id == handover.leaver_id
        if is_theirs and not thing.change_url and thing.kind != CONTACT:
            since = held.since and _("since %(day)s") % {"day": date_format(held.since, "DATE_FORMAT")}
            yield Duty(states.ANSWERS, f"{thing.kind}/{thing.key}", thing.label, since or "", thing.url)


def _contacts(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    """The stakeholders with whom they keep in touch by themselves."""
    workspace = handover.workspace
    lines = contacts_of(workspace)
    for one in Stakeholder.objects.filter(workspace=workspace, archived_at__isnull=True).order_by("name"):
        line = lines.get(str(one.pk))
        if line and line.unit.kind == PERSON and line.unit.lead_id == handover.leaver_id:
            url = reverse("stakeholders:stakeholder", args=[workspace.slug, one.pk])
            due = one.next_due_date and _("next report on %(day)s") % {
                "day": date_format(one.next_due_date, "DATE_FORMAT")
            }
            yield Duty(states.CONTACT, str(one.pk), one.name, due or one.position, url)


def _approvals(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    slug = handover.workspace.slug
    for one in approvals_asked_of(handover.leaver):
        problem = "" if one.can_go_to(receiver) else _("%(name)s may not approve it or is asked already")
        yield Duty(
            states.APPROVAL,
            one.ref,
            one.item.title,
            "",
            reverse("editorial:item", args=[slug, one.item.pk]) + "#approval",
            problem and problem % {"name": receiver.name},
        )


def _deputies(handover: Handover, receiver: Person, now: datetime) -> Iterator[Duty]:
    """Absences of others in which they stand in, from today on."""
    today = handover.workspace.day_at(now)
    rows = Absence.objects.filter(deputy=handover.leaver, archived_at__isnull=True, ends_date__gte=today)
    away = list(Absence.objects.filter(person=receiver, archived_at__isnull=True).exclude(state=REQUESTED))
    for one in rows.select_related("person"):
        days = {"from": date_format(one.starts_date, "DATE_FORMAT"), "until": date_format(one.ends_date, "DATE_FORMAT")}
        yield Duty(
            states.DEPUTY,
            str(one.pk),
            one.person.name,
            _("%(from)s to %(until)s") % days,
            reverse("team:absence", args=[handover.workspace.slug, one.pk]),
            _cannot_stand_in(one, receiver, away),
            handover.kind != states.SUDDEN and one.ends_date <= handover.last_date,
        )


def _cannot_stand_in(absence: Absence, receiver: Person, away: list[Absence]) -> str:
    if absence.person_id == receiver.pk:
        return _("%(name)s is the one who is away") % {"name": receiver.name}
    if any(one.starts_date <= absence.ends_date and one.ends_date >= absence.starts_date for one in away):
        return _("%(name)s is away then, too") % {"name": receiver.name}
    if receiver.access_until_date and absence.ends_date > receiver.access_until_date:
        return _("%(name)s does not work here any more by then") % {"name": receiver.name}
    return ""


DUTIES: Mapping[str, Callable[[Handover, Person, datetime], Iterator[Duty]]] = {
    states.SHIFT: _shifts,
    states.ROUTINE: _routines,
    states.CONTROL: _controls,
    states.ITEM: _items,
    states.UNIT: _units,
    states.ANSWERS: _answers,
    states.CONTACT: _contacts,
    states.APPROVAL: _approvals,
    states.DEPUTY: _deputies,
}


def _batches(handover: Handover) -> tuple[Batch, ...]:
    rows: dict[UUID, list[HandedOn]] = {}
    for one in handover.handed_on.select_related("receiver", "by"):
        rows.setdefault(one.batch, []).append(one)
    return tuple(
        Batch(batch, found[0].at, found[0].by, tuple(found), found[0].taken_back_at is not None)
        for batch, found in rows.items()
    )


def handed_in_words(rows: Sequence[HandedOn]) -> str:
    """To whom how many went: "Emre Yıldız: 12, Tomke: 1"."""
    counts: dict[str, int] = {}
    for one in rows:
        counts[one.receiver.name] = counts.get(one.receiver.name, 0) + 1
    return ", ".join(
        pgettext("handed on", "%(name)s: %(number)s") % {"name": name, "number": number}
        for name, number in counts.items()
    )
