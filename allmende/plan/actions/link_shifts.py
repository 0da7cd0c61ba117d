"""Shifts that serve a plan element stand there as work. The team is a lower room: it says so in its own rows, and the
plan looks for them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan.actions.link_work import link_work
from allmende.plan.models import WorkLink
from allmende.team.catalogue import speaking
from allmende.team.models import Shift
from allmende.team.states import ACCEPTED

SHIFT = "shift"
# A shift that has begun is kept as it was; older ones need no second look.
LOOKED_BACK = timedelta(days=92)

Place = tuple[object, str, str]


@transaction.atomic
def link_shifts(*, now: datetime) -> int:
    """Link what has begun and somebody accepted, mend what was planned otherwise meanwhile; returns how many changed."""
    since = now - LOOKED_BACK
    shifts = Shift.objects.filter(
        archived_at__isnull=True, state__in=ACCEPTED, starts_at__gt=since, starts_at__lte=now
    ).exclude(serves_key="")
    wanted: Mapping[Place, Shift] = {
        (one.workspace_id, one.serves_key, str(one.pk)): one for one in shifts.select_related("workspace", "hours")
    }
    links = WorkLink.objects.filter(kind=SHIFT, at__gt=since)
    known = {(one.workspace_id, one.key, one.ref): one for one in links}
    rota = Shift.objects.filter(workspace__in={one.workspace_id for one in known.values()})
    ours = {(workspace, str(pk)) for workspace, pk in rota.values_list("workspace", "pk")}
    # A book brings links whose shifts stayed behind: they are no mistake of this rota.
    gone = [link.pk for place, link in known.items() if place not in wanted and (link.workspace_id, link.ref) in ours]
    WorkLink.objects.filter(pk__in=gone).delete()
    fresh = [shift for place, shift in wanted.items() if place not in known or known[place].at != shift.starts_at]
    for shift in fresh:
        _link(shift)
    return len(gone) + len(fresh)


def _link(shift: Shift) -> None:
    zone = ZoneInfo(shift.workspace.zone)
    begins, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    with speaking(shift.workspace.language, shift.workspace.gender_form):
        name = shift.hours.name if shift.hours else _("all channels")
    link_work(
        workspace=shift.workspace,
        key=shift.serves_key,
        kind=SHIFT,
        ref=str(shift.pk),
        label=f"{name}, {begins:%H:%M}–{ends:%H:%M}",
        url=reverse("team:shift", args=[shift.workspace.slug, shift.pk]),
        at=shift.starts_at,
    )
