"""What is left until a promise, in the time it counts."""

from datetime import datetime, timedelta

from allmende.domain.service_hours import Hours, service_time_between

MINUTE = timedelta(minutes=1)


def time_left(
    due_at: datetime | None, hours: Hours | None, now: datetime, counts_service_hours: bool = True
) -> timedelta | None:
    """What is left until `due_at`, in service time where the rule counts it; negative when overdue."""
    if due_at is None:
        return None
    if hours is None or not hours.is_ever_open or not counts_service_hours:
        return due_at - now
    return service_time_between(hours, now, due_at) if due_at >= now else -service_time_between(hours, due_at, now)


def in_minutes(left: timedelta | None) -> timedelta | None:
    """Whole minutes, as lists show it, so that it stays the same for a while; overdue by seconds is overdue all the same."""
    if left is None:
        return None
    minutes = abs(left) // MINUTE * MINUTE
    return minutes if left >= timedelta(0) else min(-minutes, -timedelta.resolution)
