"""Write the history of waits as the fold gave it: whole, and without touching what stays the same."""

from collections.abc import Mapping

from allmende.domain.response_clock import Clock
from allmende.domain.response_clock import Wait as FoldedWait
from allmende.inbox.models import Wait

WRITTEN = ("due_at", "ended_at", "ended_by", "service_minutes", "is_breached")


def write_waits(*, clocks: Mapping[int, Clock]) -> None:
    """Upsert the waits of each conversation (by id) and remove those the fold no longer knows."""
    # Turns of one moment begin several waits at once; a statement may touch a row only once.
    found = [_row(conversation_id, wait) for conversation_id, clock in clocks.items() for wait in clock.waits]
    rows = list({(row.conversation_id, row.clock, row.started_at): row for row in found}.values())
    Wait.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["conversation", "clock", "started_at"],
        update_fields=list(WRITTEN),
        batch_size=500,
    )
    wanted = {(row.conversation_id, row.clock, row.started_at) for row in rows}
    stale = [
        pk
        for pk, *key in Wait.objects.filter(conversation__in=clocks).values_list(
            "pk", "conversation", "clock", "started_at"
        )
        if tuple(key) not in wanted
    ]
    if stale:
        Wait.objects.filter(pk__in=stale).delete()


def _row(conversation_id: int, wait: FoldedWait) -> Wait:
    return Wait(
        conversation_id=conversation_id,
        clock=wait.clock,
        started_at=wait.started_at,
        due_at=wait.due_at,
        ended_at=wait.ended_at,
        ended_by_id=wait.ended_by,
        service_minutes=None if wait.service_time is None else int(wait.service_time.total_seconds() // 60),
        is_breached=wait.is_breached,
    )
