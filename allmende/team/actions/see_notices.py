"""Remember that a person has seen notices."""

from datetime import datetime

from allmende.team.models import Notice, Person


def see_notices(*, person: Person, now: datetime, notice_id: int | None = None) -> int:
    """Mark one notice of `person` as seen, or all of them; returns how many were new to them."""
    rows = Notice.objects.filter(person=person, seen_at__isnull=True)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(seen_at=now)


def undo_seen(*, person: Person, now: datetime, seen_at: str) -> None:
    """Let the notices be new again that were marked at that moment."""
    Notice.objects.filter(person=person, seen_at=datetime.fromisoformat(seen_at)).update(seen_at=None)
