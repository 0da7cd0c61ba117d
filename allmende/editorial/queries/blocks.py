"""Words kept to be inserted."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from allmende.editorial.models import TextBlock
from allmende.editorial.states import BLOCK_KINDS
from allmende.team.models import Workspace

BlockGroups = list[tuple[str, list[TextBlock]]]


def blocks_of(workspace: Workspace, channels: Collection[UUID] | None = None) -> BlockGroups:
    """(kind, blocks by name) of all that were not put away, kinds without a block left out; one query.

    With `channels` only those that hold for one of these, or everywhere.
    """
    rows = TextBlock.objects.filter(workspace=workspace, archived_at__isnull=True).select_related("channel")
    if channels is not None:
        rows = rows.filter(Q(channel__isnull=True) | Q(channel__in=channels))
    found = list(rows.order_by("name"))
    groups = [(kind, [one for one in found if one.kind == kind]) for kind in BLOCK_KINDS]
    return [(kind, blocks) for kind, blocks in groups if blocks]
