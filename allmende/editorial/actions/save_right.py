"""Say what a picture shows, and on what ground we may show it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from allmende.channels.models import Media
from allmende.editorial import audit
from allmende.editorial.actions.watch_rights import stop_late
from allmende.editorial.models import MediaRight
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def save_right(
    *,
    person: Person,
    media: Media,
    alt: str = "",
    ground: str = "",
    holder: str = "",
    note: str = "",
    ends_date: date | None = None,
    now: datetime,
    revision: int | None = None,
) -> MediaRight:
    """Write down what is known about a picture; what was planned beyond its new end leaves the queue.

    Raises StaleRevision when somebody changed it meanwhile.
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    fields: dict[str, Any] = {
        "alt": alt.strip(), "ground": ground, "holder": holder.strip(), "note": note.strip(), "ends_date": ends_date,
    }  # fmt: skip
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    right, is_new = MediaRight.objects.get_or_create(
        media=media, workspace=person.workspace, defaults={**fields, **by, "archived_at": None}
    )
    if not is_new:
        change_record(record=right, person=person, now=now, seen_revision=revision, **fields)
    record_audit(
        workspace=person.workspace, person=person, verb=audit.RIGHT_SAVED, target=right, now=now,
        after={"ground": ground, "ends_date": ends_date.isoformat() if ends_date else ""},
    )  # fmt: skip
    stop_late(media=media, now=now)
    return right
