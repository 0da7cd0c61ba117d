"""What somebody still has to bring out or to care for; asked by the team before they leave."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from allmende.editorial.models import Item
from allmende.editorial.queries.asked import approvals_asked_of, unfinished
from allmende.team.models import Person
from allmende.team.queries import Thing


def items_in_hand(person: Person) -> list[Item]:
    """The items a person owns or cares for, as long as any text of theirs is not out."""
    return list(unfinished(person.workspace_id).filter(Q(owner=person) | Q(carer=person)))


def open_work_of(person: Person, now: datetime) -> list[Thing]:
    """The items a person owns, cares for or was asked to approve, as long as any text of theirs is not out."""
    slug = person.workspace.slug
    asked = (one.item for one in approvals_asked_of(person))
    found = {one.pk: one for one in (*items_in_hand(person), *asked)}
    return [
        Thing("item", str(one.pk), one.title, reverse("editorial:item", args=[slug, one.pk])) for one in found.values()
    ]
