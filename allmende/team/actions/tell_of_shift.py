"""Tell people of their shifts: what they are asked, and what others took off them or gave back to them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from allmende.team.actions.see_notices import settle_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.models import Notice, Person, Shift
from allmende.team.states import ASSIGNED

ASKED, SEVERAL_ASKED = "team.shift_assigned", "team.shifts_assigned"


def tell_of_shift(
    *, person: Person, shift: Shift, told: Person, kind: str, now: datetime, about: object = None
) -> None:
    """A notice about a shift, once per state of it, or once `about` what is asked."""
    url = reverse("team:shift", args=[told.workspace.slug, shift.pk])
    values = {"name": person.name, "from": shift.starts_at.isoformat(), "until": shift.ends_at.isoformat()}
    once_key = f"{kind}:{about or shift.pk}:{shift.revision}"
    send_notice(person=told, kind=kind, values=values, url=url, once_key=once_key, now=now)


def tell_of_several(*, person: Person, shifts: Sequence[Shift], now: datetime) -> None:
    """Everybody who is asked to confirm one of these new shifts is told once, of all that are theirs."""
    for told, theirs in _by_person(person, shifts):
        if len(theirs) == 1:
            tell_of_shift(person=person, shift=theirs[0], told=told, kind=ASKED, now=now)
        else:
            ids = {"shifts": [str(one.pk) for one in theirs]}
            _tell_week(person, told, SEVERAL_ASKED, theirs, now, ids)


def tell_who_lost_several(*, person: Person, shifts: Sequence[Shift], now: datetime) -> None:
    """Everybody whose shifts were taken off the rota together is told once, and asked for none of them any more."""
    for had, theirs in _by_person(person, shifts):
        settle_asked(people=[had], shifts=theirs, now=now)
        _tell_week(person, had, f"team.shift{'s' if len(theirs) > 1 else ''}_taken_off", theirs, now)


def settle_asked(*, people: Iterable[Person | None], shifts: Iterable[Shift], now: datetime) -> None:
    """These shifts are confirmed, or other people's by now: nothing asks for that any more. Who was asked about several at once
    is asked until the last of them is settled."""
    told = [one for one in people if one]
    settle_notices(people=told, starts=[f"{ASKED}:{one.pk}:" for one in shifts], now=now)
    for notice in Notice.objects.filter(person__in=told, kind=SEVERAL_ASKED, seen_at__isnull=True):
        rows = Shift.objects.filter(pk__in=notice.values["shifts"], person=notice.person_id, archived_at__isnull=True)
        if not rows.filter(state=ASSIGNED).exists():
            Notice.objects.filter(pk=notice.pk).update(seen_at=now)


def tell_who_lost(
    *, person: Person, shift: Shift, before: Mapping[str, Any], now: datetime, kind: str = "team.shift_taken_off"
) -> None:
    """Whoever had a shift `before`, as `change_record` returned it, and has it no more by somebody else's doing (S2-20).

    The notice leads to that week: the shift itself may be off the rota.
    """
    had_id = before.get("person_id", shift.person_id)
    if had_id is None or (had_id == shift.person_id and not shift.archived_at):
        return
    had = Person.objects.get(pk=had_id)
    settle_asked(people=[had], shifts=[shift], now=now)
    if had == person:
        return
    begin, end = (before.get(name, getattr(shift, name)) for name in ("starts_at", "ends_at"))
    url = _week_url(person, begin)
    values = {"name": person.name, "from": begin.isoformat(), "until": end.isoformat()}
    send_notice(person=had, kind=kind, values=values, url=url, once_key=f"{kind}:{shift.pk}:{shift.revision}", now=now)


def tell_who_got_back(*, person: Person, shift: Shift, before: Mapping[str, Any], now: datetime) -> None:
    """Whoever has a shift again, or at the times it had, because somebody else undid what they had done to it."""
    is_other_time = (before["starts_at"], before["ends_at"]) != (shift.starts_at, shift.ends_at)
    is_theirs_anew = before["person_id"] != shift.person_id or before["archived_at"] or is_other_time
    if shift.person and shift.person_id != person.pk and not shift.archived_at and is_theirs_anew:
        settle_asked(people=[shift.person], shifts=[shift], now=now)
        tell_of_shift(person=person, shift=shift, told=shift.person, kind="team.shift_put_back", now=now)


def _by_person(person: Person, shifts: Iterable[Shift]) -> list[tuple[Person, list[Shift]]]:
    """Whose they are, save those of whoever did it, each person's by time."""
    found: dict[Person, list[Shift]] = {}
    for one in sorted(shifts, key=lambda shift: shift.starts_at):
        if one.person and one.person != person:
            found.setdefault(one.person, []).append(one)
    return list(found.items())


def _tell_week(
    person: Person, told: Person, kind: str, theirs: Sequence[Shift], now: datetime, more: Mapping[str, Any] | None = None
) -> None:  # fmt: skip
    first, last = theirs[0], theirs[-1]
    values = {
        "name": person.name, "count": len(theirs), "from": first.starts_at.isoformat(), "until": first.ends_at.isoformat(),
        "last": last.starts_at.isoformat(), **(more or {}),
    }  # fmt: skip
    once_key, url = f"{kind}:{first.pk}:{first.revision}", _week_url(person, first.starts_at)
    send_notice(person=told, kind=kind, values=values, url=url, once_key=once_key, now=now)


def _week_url(person: Person, begin: datetime) -> str:
    workspace = person.workspace
    return f"{reverse('team:rota', args=[workspace.slug])}?on={workspace.day_at(begin).isoformat()}"
