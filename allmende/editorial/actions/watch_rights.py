"""No picture leaves after its right has ended: what was planned beyond that day waits outside the queue, and owners learn of
it; they learn too that what is published still shows it (domain 3.11)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.urls import reverse

from allmende.channels.actions import CannotWithdraw, withdraw_dispatch
from allmende.channels.models import Media
from allmende.channels.states import HELD, SENT, WAITING
from allmende.editorial import audit, states
from allmende.editorial.actions.schedule_variant import end_override
from allmende.editorial.models import Item, MediaRight, Variant
from allmende.editorial.queries import ended_right
from allmende.team.actions import record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

# So long after its end a right is news.
NEWS = timedelta(days=30)
# Approved, and neither out nor put away.
_TO_COME = (
    Q(state=states.HANDED_OVER, dispatch__state__in=(WAITING, HELD)) | Q(state=states.APPROVED, dispatch=None)
) & Q(dropped_at__isnull=True, item__archived_at__isnull=True)


def watch_rights(*, now: datetime) -> int:
    """How many owners were told that a text cannot leave, or that a post still shows what ended."""
    stopped, today, day = stop_late(now=now), now.date(), timedelta(days=1)
    rights = MediaRight.objects.filter(ends_date__range=(today - NEWS - day, today + day))
    fresh = (one for one in rights.select_related("media", "workspace") if _ended_lately(one, now))
    return stopped + sum(_tell_of_published(one, now) for one in fresh)


def stop_late(*, now: datetime, media: Media | None = None) -> int:
    """Approved texts with this picture, or any, whose slot lies after its right has ended: out of the queue, and their
    owners told, each once a slot; how many.

    The slot stays as an intention and the words stay approved. What is being said just now is left alone.
    """
    # A day of the calendar here may be the next one there: which it is, is looked at one by one.
    ended = Q(item__shown__media__right__ends_date__lte=F("day"))
    if media is not None:
        ended &= Q(item__shown__media=media)
    rows = Variant.objects.annotate(day=TruncDate("slot_at", tzinfo=UTC)).filter(_TO_COME, ended, slot_at__gt=now)
    return sum(_stop(*found, now) for found in sorted(set(rows.values_list("item__workspace_id", "pk"))))


@transaction.atomic
def _stop(workspace_id: UUID, pk: UUID, now: datetime) -> bool:
    """Looked at anew: somebody may have moved it meanwhile, written it anew or taken it out."""
    lock_workspace(workspace_id)
    list(Variant.objects.select_for_update(of=("self",)).filter(pk=pk))
    rows = Variant.objects.select_related("item__owner", "item__workspace", "channel", "dispatch", "updated_by")
    variant = rows.filter(_TO_COME, pk=pk, slot_at__gt=now).first()
    if variant is None or variant.slot_at is None:
        return False
    right = ended_right(variant.item, variant.slot_at, variant.item.workspace.zone)
    if right is None or not _is_out_of_queue(variant, right, now):
        return False
    at = variant.slot_at.isoformat()
    values = {"channel": variant.channel.name, "at": at}
    return _tell(variant.item, variant.updated_by, "editorial.right_stops", right, now, f"{pk}:{at}", **values)


def _is_out_of_queue(variant: Variant, right: MediaRight, now: datetime) -> bool:
    if variant.dispatch is None:
        return True
    try:
        withdraw_dispatch(person=None, dispatch=variant.dispatch, now=now)
    except CannotWithdraw:
        return False
    variant.state, variant.dispatch = states.APPROVED, None
    variant.revision, variant.updated_at = variant.revision + 1, now
    variant.save(update_fields=["state", "dispatch", "revision", "updated_at"])
    end_override(variant, now)
    record_audit(
        workspace=variant.item.workspace, person=None, verb=audit.WITHDRAWN, target=variant, now=now,
        after={"picture": str(right.media_id)},
    )  # fmt: skip
    return True


def _ended_lately(right: MediaRight, now: datetime) -> bool:
    today = right.workspace.day_at(now)
    return right.ends_date is not None and today - NEWS < right.ends_date < today


def _tell_of_published(right: MediaRight, now: datetime) -> int:
    """The owner of each item of which a published post shows the picture, once for this end."""
    items = Item.objects.filter(
        shown__media=right.media, variants__dispatch__state=SENT,
        variants__dispatch__message__deleted_at__isnull=True,
    )  # fmt: skip
    found = items.select_related("owner", "workspace", "updated_by").distinct().order_by("pk")
    return sum(_tell(one, one.updated_by, "editorial.right_over", right, now, str(one.pk)) for one in found)


def _tell(
    item: Item, otherwise: Person | None, kind: str, right: MediaRight, now: datetime, once: str, **values: str
) -> bool:
    reader = item.owner if item.owner.left_at is None else otherwise
    if reader is None or reader.left_at is not None or right.ends_date is None:
        return False
    ends = right.ends_date.isoformat()
    return send_notice(
        person=reader,
        kind=kind,
        values={"title": item.title, "picture": right.media.name, "ends": ends, **values},
        url=reverse("editorial:item", args=[item.workspace.slug, item.pk]),
        once_key=f"{right.pk.hex}:{once}:{ends}",
        now=now,
    )
