"""No words wait without an end: what has a slot is missed, what has none is given up after two days, and told."""

from datetime import datetime, timedelta

from allmende.channels.models import Dispatch

PATIENCE = timedelta(hours=48)


def is_hopeless(dispatch: Dispatch, now: datetime) -> bool:
    """Whether words without a latest time have been tried long enough."""
    return dispatch.send_before is None and now - dispatch.send_after > PATIENCE
