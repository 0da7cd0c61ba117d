"""Whom an item can name."""

from collections.abc import Sequence

from allmende.channels.queries import abilities_of
from allmende.editorial.queries.drafts import Draft
from allmende.members.models import Identity
from allmende.team.models import Workspace

MOST = 200


def mentionable(workspace: Workspace, drafts: Sequence[Draft]) -> dict[str, str]:
    """Handle -> name of those who were met last where "@" and a handle name somebody; one query, none where nothing does."""
    channels = [draft.channel for draft in drafts if draft.channel.account and not draft.is_out]
    networks = {channel.network for channel in channels if abilities_of(channel).can_mention}
    if not networks:
        return {}
    met = Identity.objects.filter(
        workspace=workspace, network__in=networks, is_us=False, member__erased_at__isnull=True
    )
    known = met.exclude(handle="").exclude(handle__contains=" ").order_by("-pk")[:MOST]
    return {handle.lstrip("@"): name for handle, name in known.values_list("handle", "name")}
