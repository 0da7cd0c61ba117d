"""Write a record that several people edit, unless somebody else wrote it meanwhile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext

from allmende.team.models import Person, Revised


class StaleRevision(Exception):
    """Not saved: somebody else changed the record since this person read it.

    `who` (Person or None for the worker) changed it at `when`; `theirs` holds the fields as they stand now; `revision`
    is what a second, knowing attempt has to name. Its text is fit for the person; templates show it beside what was
    typed with `{% include "team/revision.html" with record=… stale=… %}`.
    """

    def __init__(self, record: Revised, theirs: Mapping[str, Any]) -> None:
        self.who: Person | None = record.updated_by
        self.when: datetime | None = record.updated_at
        self.revision: int = record.revision
        self.theirs: dict[str, Any] = dict(theirs)
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """What happened and what to do, in the active language and zone."""
        when = formats.date_format(timezone.localtime(self.when), "SHORT_DATETIME_FORMAT") if self.when else "?"
        values = {"who": self.who.name if self.who else "Allmende", "when": when}
        return (
            gettext(
                "Not saved. %(who)s changed this on %(when)s, while you were writing. Your text still stands here; "
                "compare it with theirs and save once more."
            )
            % values
        )


def change_record(
    *, record: Revised, person: Person | None, now: datetime, seen_revision: int | None, **fields: Any
) -> dict[str, Any]:
    """Write `fields` of an existing record in one conditional update and return what they were before.

    `seen_revision` is the revision the person read; None when nobody read first (jobs). Raises StaleRevision when the
    record moved on and holds something else than `fields`. Call it inside the action's transaction; it writes no audit
    line. `record` carries the new values afterwards.
    """
    rows: QuerySet[Revised] = QuerySet(type(record)).filter(pk=record.pk)
    fresh = rows.select_related("updated_by").get()
    before = {name: getattr(fresh, name) for name in fields}
    if seen_revision is not None:
        rows = rows.filter(revision=seen_revision)
    written = rows.update(**fields, updated_at=now, updated_by=person, revision=F("revision") + 1)
    if not written:
        current: Revised = QuerySet(type(record)).select_related("updated_by").get(pk=record.pk)
        if any(getattr(current, name) != value for name, value in fields.items()):
            raise StaleRevision(current, {name: getattr(current, name) for name in fields})
    record.refresh_from_db()
    return before
