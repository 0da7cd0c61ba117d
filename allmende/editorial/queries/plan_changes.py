"""What was changed of the plan at once, by whom and why (S2-10)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from allmende.editorial.models import ChangedText, Item, PlanChange, Variant
from allmende.team.models import Workspace

MOST_AT_ONCE = 200
PAGE = 50


@dataclass(frozen=True)
class PlanChanges:
    """A page of changes, the newest first; `older` is where the next page begins, None at the end."""

    changes: Sequence[PlanChange]
    older: datetime | None


def plan_changes(workspace: Workspace, before: datetime | None = None) -> PlanChanges:
    """The changes made before a moment, each with `done` and `left`, the numbers of its texts; one query."""
    rows = PlanChange.objects.filter(workspace=workspace).select_related("person", "undone_by")
    if before:
        rows = rows.filter(created_at__lt=before)
    counted = rows.annotate(
        done=Count("texts", filter=Q(texts__why_not="")), left=Count("texts", filter=~Q(texts__why_not=""))
    )
    found = list(counted.order_by("-created_at")[: PAGE + 1])
    return PlanChanges(found[:PAGE], found[PAGE - 1].created_at if len(found) > PAGE else None)


@dataclass(frozen=True)
class ChangedTexts:
    """The texts of a change: what was done, and what stayed as it was with the reason."""

    done: Sequence[ChangedText]
    left: Sequence[ChangedText]


def texts_of(change: PlanChange) -> ChangedTexts:
    """By title and channel; one query."""
    rows = change.texts.select_related("variant__item", "variant__channel__account")
    texts = list(rows.order_by("variant__item__title", "variant__channel__name"))
    return ChangedTexts([one for one in texts if not one.why_not], [one for one in texts if one.why_not])


def changes_of(item: Item, limit: int = 10) -> list[ChangedText]:
    """What changes did to the texts of an item, the newest first."""
    rows = ChangedText.objects.filter(variant__item=item, why_not="")
    rows = rows.select_related("change__person", "change__undone_by", "variant__channel__account")
    return list(rows.order_by("-change__created_at", "variant__channel__name")[:limit])


def picked_texts(workspace: Workspace, picked: Collection[UUID]) -> "QuerySet[Variant]":
    """The picked texts with what a list shows of them, by their time."""
    rows = Variant.objects.filter(workspace=workspace, pk__in=list(picked), item__archived_at__isnull=True)
    return rows.select_related("item", "channel__account", "dispatch").order_by("slot_at", "item__title")
