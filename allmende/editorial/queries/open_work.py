"""What somebody still has to bring out or to care for; asked by the team before they leave."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from allmende.channels import states as delivery
from allmende.editorial import states
from allmende.editorial.models import Item, Variant
from allmende.editorial.queries.entries import still_planned
from allmende.team.models import Person
from allmende.team.queries import Thing


def items_in_hand(person: Person) -> list[Item]:
    """The items a person owns or cares for, as long as any text of theirs is not out."""
    return list(_unfinished(person).filter(Q(owner=person) | Q(carer=person)))


def open_work_of(person: Person, now: datetime) -> list[Thing]:
    """The items a person owns, cares for or was asked to approve, as long as any text of theirs is not out."""
    slug = person.workspace.slug
    return [
        Thing("item", str(one.pk), one.title, reverse("editorial:item", args=[slug, one.pk]))
        for one in _unfinished(person)
    ]


def _unfinished(person: Person) -> "QuerySet[Item]":
    texts = Variant.objects.filter(item=OuterRef("pk"), dropped_at__isnull=True)
    unsent = texts.filter(Q(dispatch__isnull=True) | ~Q(dispatch__state=delivery.SENT))
    asked = Q(asked=person) & Exists(texts.filter(state__in=states.WRITABLE))
    hers = Q(owner=person) | Q(carer=person) | asked
    rows = Item.objects.filter(
        hers, Exists(unsent) | ~Exists(texts), workspace=person.workspace, archived_at__isnull=True
    )
    return still_planned(rows).order_by("-updated_at")
