"""Look again at what is scheduled while the rota changes: tell who owns it that its care is lost, and let into the queue
what waited for somebody to be on duty (S2-02)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from allmende.channels.states import WAITING
from allmende.editorial import states
from allmende.editorial.actions.approve_variant import keep_slot
from allmende.editorial.models import Variant
from allmende.editorial.queries import Lack, lacks_in, standing_overrides
from allmende.team.actions import send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import CoverageRequirement, Workspace
from allmende.team.queries import cover, may_still

AHEAD = timedelta(days=28)


def watch_care(*, now: datetime) -> int:
    """Of the texts of the next four weeks: how many owners were told that nobody is on duty any more, each once a slot,
    and how many texts went into the queue because somebody is."""
    planning = CoverageRequirement.objects.filter(archived_at__isnull=True).values("workspace")
    return sum(_watch(workspace, now) for workspace in Workspace.objects.filter(pk__in=planning).order_by("pk"))


def _watch(workspace: Workspace, now: datetime) -> int:
    texts = _planned(workspace, now)
    if not texts:
        return 0
    longest = max(timedelta(minutes=one.item.care_minutes) for one in texts)
    found = cover(workspace, now, now + AHEAD + longest)
    borne = standing_overrides([one.pk for one in texts])
    done = 0
    for one in texts:
        assert one.slot_at is not None  # noqa: S101 - for the type checker
        care = timedelta(minutes=one.item.care_minutes)
        lacks = lacks_in(found, workspace, one.channel.hours_id, one.slot_at, care)
        bears = borne.get(one.pk)
        if lacks and not (bears and bears.until >= one.slot_at + care):
            done += _tell(one, lacks, now)
        elif one.dispatch_id is None:
            done += queue_after_duty(one, now)
    return done


def _planned(workspace: Workspace, now: datetime) -> Sequence[Variant]:
    """What stands in the calendar as scheduled and is not out: in the queue, or approved and refused there."""
    rows = Variant.objects.filter(
        Q(state=states.APPROVED) | Q(state=states.HANDED_OVER, dispatch__state=WAITING),
        workspace=workspace, slot_at__gt=now, slot_at__lt=now + AHEAD, paused_at__isnull=True, dropped_at__isnull=True,
        item__archived_at__isnull=True,
    )  # fmt: skip
    return list(rows.select_related("item__owner", "channel", "workspace", "updated_by").order_by("slot_at", "pk"))


def _tell(variant: Variant, lacks: Sequence[Lack], now: datetime) -> bool:
    owner = variant.item.owner
    reader = owner if owner.left_at is None else variant.updated_by
    if reader is None or variant.slot_at is None:
        return False
    lack = lacks[0]
    values = {
        "title": variant.item.title, "channel": variant.channel.name, "at": variant.slot_at.isoformat(),
        "from": lack.starts_at.isoformat(), "until": lack.ends_at.isoformat(),
    }  # fmt: skip
    return send_notice(
        person=reader,
        kind="editorial.care_lost",
        values=values,
        url=reverse("editorial:item", args=[variant.workspace.slug, variant.item_id]),
        once_key=f"care_lost:{variant.pk}:{variant.slot_at.isoformat()}",
        now=now,
    )


@transaction.atomic
def queue_after_duty(variant: Variant, now: datetime) -> bool:
    """Into the queue, unless somebody moved or changed it since it was read."""
    lock_workspace(variant.workspace_id)
    by, locked = variant.updated_by, Variant.objects.select_for_update(of=("self",)).get(pk=variant.pk)
    if by is None or locked.revision != variant.revision or not may_still(by, "editorial.item.schedule", now):
        return False
    return bool(keep_slot(by, variant, now).dispatch_id)
