"""Somebody follows a tracked link: where they go, and one more on its day."""

from collections.abc import Mapping
from datetime import datetime

from allmende.channels.actions import note_click
from allmende.channels.models import TrackedLink
from allmende.domain.tracked_link import arrival_url, is_machine


class HasEnded(Exception):
    """The link leads nowhere any more."""


def follow_link(*, link: TrackedLink, headers: Mapping[str, str], is_look: bool, now: datetime) -> str:
    """The address it leads to. `is_look`: asked for without going there (HEAD); that and machines count for nothing.

    Raises HasEnded. Nothing of `headers` is kept.
    """
    if link.has_ended(link.workspace.day_at(now)):
        raise HasEnded
    if not is_look and not is_machine(headers):
        note_click(link=link, now=now)
    return arrival_url(link.target, link.parameters)
