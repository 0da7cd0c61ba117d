"""Tell people of their shifts: what they are asked, and what others took off them or gave back to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from allmende.team.actions.see_notices import settle_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.models import Person, Shift


def tell_of_shift(
    *, person: Person, shift: Shift, told: Person, kind: str, now: datetime, about: object = None
) -> None:
    """A notice about a shift, once per state of it, or once `about` what is asked."""
    url = reverse("team:shift", args=[told.workspace.slug, shift.pk])
    values = {"name": person.name, "from": shift.starts_at.isoformat(), "until": shift.ends_at.isoformat()}
    once_key = f"{kind}:{about or shift.pk}:{shift.revision}"
    send_notice(person=told, kind=kind, values=values, url=url, once_key=once_key, now=now)


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
    settle_notices(people=[had], starts=[f"team.shift_assigned:{shift.pk}:"], now=now)
    if had == person:
        return
    begin, end = (before.get(name, getattr(shift, name)) for name in ("starts_at", "ends_at"))
    workspace = person.workspace
    url = f"{reverse('team:rota', args=[workspace.slug])}?on={workspace.day_at(begin).isoformat()}"
    values = {"name": person.name, "from": begin.isoformat(), "until": end.isoformat()}
    send_notice(person=had, kind=kind, values=values, url=url, once_key=f"{kind}:{shift.pk}:{shift.revision}", now=now)


def tell_who_got_back(*, person: Person, shift: Shift, before: Mapping[str, Any], now: datetime) -> None:
    """Whoever has a shift again, or at the times it had, because somebody else undid what they had done to it."""
    is_other_time = (before["starts_at"], before["ends_at"]) != (shift.starts_at, shift.ends_at)
    is_theirs_anew = before["person_id"] != shift.person_id or before["archived_at"] or is_other_time
    if shift.person and shift.person_id != person.pk and not shift.archived_at and is_theirs_anew:
        settle_notices(people=[shift.person], starts=[f"team.shift_assigned:{shift.pk}:"], now=now)
        tell_of_shift(person=person, shift=shift, told=shift.person, kind="team.shift_put_back", now=now)
