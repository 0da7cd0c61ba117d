"""Note an idea before it is forgotten."""

from datetime import datetime, timedelta

from django.db import transaction

from allmende.editorial import audit, states
from allmende.editorial.models import Item
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person

SAME_PRESS = timedelta(minutes=1)


@transaction.atomic
def note_idea(*, person: Person, title: str, idea: str = "", serves_key: str = "", now: datetime) -> Item:
    """An item in the first column of the board; what it serves may be said later. Pressed twice, it is noted once."""
    require(person, "editorial.item.edit")
    fields = {"title": title.strip(), "idea": idea.strip(), "serves_key": serves_key, "stage": states.IDEA}
    fresh = Item.objects.filter(workspace=person.workspace, created_by=person, created_at__gt=now - SAME_PRESS)
    if twin := fresh.filter(archived_at__isnull=True, **fields).first():
        return twin
    item = Item.objects.create(
        workspace=person.workspace,
        owner=person,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
        **fields,
    )
    record_audit(workspace=item.workspace, person=person, verb=audit.NOTED, target=item, now=now)
    return item
