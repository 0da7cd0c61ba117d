"""End the offers of a swap that are about something else by now (S2-20)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from allmende.team import states
from allmende.team.actions.change_record import change_record
from allmende.team.actions.see_notices import settle_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.models import Person, Shift, SwapOffer

# What two people agree about when they swap.
AGREED_ABOUT = ("person_id", "hours_id", "starts_at", "ends_at", "archived_at")


def end_swaps(
    *, person: Person, shift: Shift, before: Mapping[str, Any], now: datetime, but: SwapOffer | None = None
) -> None:
    """Nobody is asked any more about a shift that has other times or hours, another person, or begun; whoever offered learns it.

    `before`: what the shift was, as far as it may be another now, under the names of its columns.
    """
    is_same = all(before.get(name, getattr(shift, name)) == getattr(shift, name) for name in AGREED_ABOUT)
    if is_same and shift.state not in states.BEGUN:
        return
    rows = SwapOffer.objects.filter(Q(shift=shift) | Q(wanted=shift), answer="", archived_at__isnull=True)
    for offer in rows.exclude(pk__in=[but.pk] if but else []).select_related("created_by", "shift").order_by("pk"):
        _end(person, offer, before if offer.shift_id == shift.pk else {}, now)


def _end(person: Person, offer: SwapOffer, before: Mapping[str, Any], now: datetime) -> None:
    change_record(record=offer, person=person, now=now, seen_revision=None, archived_at=now)
    settle_offer(offer, now)
    asker = offer.created_by
    if asker is None or asker.pk == person.pk:
        return
    begin, end = (before.get(name, getattr(offer.shift, name)) for name in ("starts_at", "ends_at"))
    workspace = person.workspace
    url = f"{reverse('team:rota', args=[workspace.slug])}?on={workspace.day_at(begin).isoformat()}"
    values = {"name": person.name, "from": begin.isoformat(), "until": end.isoformat()}
    once_key = f"team.swap_ended:{offer.pk}"
    send_notice(person=asker, kind="team.swap_ended", values=values, url=url, once_key=once_key, now=now)


def settle_offer(offer: SwapOffer, now: datetime) -> None:
    """Whoever was asked is asked no more, whosever shift it is by now."""
    people = Person.objects.filter(workspace=offer.workspace_id)
    settle_notices(people=people, starts=[f"team.swap_offered:{offer.pk}:"], now=now)
