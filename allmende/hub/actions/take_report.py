"""Somebody reports content: not too many at once, and nobody is turned away for good (DSA Art. 16)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from allmende.hub.actions.take_comment import TooMany, is_one_too_many
from allmende.inbox.actions import receive_notice
from allmende.inbox.models import PublicNotice
from allmende.team.models import Workspace

# Reports of one network address within ten minutes
MOST_OF_ONE = 10


def take_report(*, workspace: Workspace, sender: str, language: str, now: datetime, **given: Any) -> PublicNotice:
    """Take a report in. Raises TooMany, and `inbox.actions.CannotReport` for what is missing."""
    if is_one_too_many("reports", sender, MOST_OF_ONE):
        raise TooMany(
            _(
                "Not sent yet. Those were many notices in a short time. Your text is still here; send it again in ten minutes."
            )
        )
    return receive_notice(workspace=workspace, language=language, now=now, **given)
