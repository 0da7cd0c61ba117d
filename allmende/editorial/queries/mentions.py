"""Whom an item can name."""

from collections.abc import Sequence
from urllib.parse import urlencode

from allmende.channels.queries import abilities_of
from allmende.editorial.queries.drafts import Draft
from allmende.members.models import Identity
from allmende.team.models import Workspace

MOST = 200
# The list of a text that goes to every network, and how those of one network's own texts begin.
EVERYWHERE, THERE = "members-there", "members-"


def mentionable(workspace: Workspace, drafts: Sequence[Draft]) -> list[tuple[str, list[tuple[str, str]], str]]:
    """Lists of those who were met last where "@" and a handle name somebody; one query, none where nothing does.

    Each with its name, handle and name of its members, and how `members:mentions` is asked for those it leaves out. One for
    each network, for the same handle names somebody else elsewhere, and one of all.
    """
    channels = [draft.channel for draft in drafts if draft.channel.account and not draft.is_out]
    networks = {channel.network for channel in channels if abilities_of(channel).can_mention}
    if not networks:
        return []
    met = Identity.objects.filter(
        workspace=workspace, network__in=networks, is_us=False, member__erased_at__isnull=True
    )
    known = met.exclude(handle="").exclude(handle__contains=" ").order_by("-pk")[:MOST]
    asked = {EVERYWHERE: urlencode([("network", one) for one in sorted(networks)])}
    asked |= {f"{THERE}{one}": urlencode({"network": one}) for one in networks}
    lists: dict[str, dict[str, str]] = {}
    for network, handle, name in known.values_list("network", "handle", "name"):
        for one in (EVERYWHERE, f"{THERE}{network}"):
            lists.setdefault(one, {}).setdefault(handle.lstrip("@"), name)
    return [(one, list(found.items()), asked[one]) for one, found in lists.items()]
