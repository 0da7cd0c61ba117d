"""What a briefing can name: audiences by rank, core messages that hold, campaigns in use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from allmende.editorial.models import Item
from allmende.editorial.queries.board import campaign_names
from allmende.guidelines.models import CoreMessage
from allmende.plan.models import Audience
from allmende.team.models import Workspace


@dataclass(frozen=True)
class BriefChoices:
    """(id, words) of audiences and core messages; of what ended, only what the item names already."""

    audiences: Sequence[tuple[UUID, str]]
    messages: Sequence[tuple[UUID, str]]
    campaigns: Sequence[str]


def brief_choices(workspace: Workspace, item: Item | None, today: date) -> BriefChoices:
    """For the composer; three queries."""
    audience, message = (item.audience_id, item.core_message_id) if item else (None, None)
    ranked = Q(rank__isnull=False, archived_at__isnull=True) | Q(pk=audience)
    audiences = Audience.objects.filter(ranked, workspace=workspace).order_by("rank")
    ended = Q(valid_until_date__lt=today)
    holds = Q(archived_at__isnull=True, valid_from_date__lte=today) & ~ended
    messages = CoreMessage.objects.filter(holds | Q(pk=message), workspace=workspace)
    return BriefChoices(
        list(audiences.values_list("pk", "name")),
        list(messages.values_list("pk", "sentence")),
        campaign_names(workspace),
    )
