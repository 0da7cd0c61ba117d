"""What one person was asked to approve and has not answered, to be handed on to somebody else (S0-22)."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from allmende.channels import states as delivery
from allmende.editorial import states
from allmende.editorial.models import Item, Reviewer, Variant
from allmende.editorial.queries.approvals import steps_of
from allmende.editorial.queries.entries import still_planned
from allmende.team.access import may
from allmende.team.models import Person

# The two ways of being asked: for the item as a whole, and as the reviewer of a step.
ITEM, REVIEWER = "item", "reviewer"


@dataclass(frozen=True)
class AskedOf:
    """An approval asked of somebody; `ref` names it, `right` is what whoever gives it needs, `others` are asked already."""

    ref: str
    item: Item
    right: str
    others: frozenset[object] = frozenset()

    def can_go_to(self, receiver: Person) -> bool:
        """May they give it, and are they not asked already?"""
        return receiver.pk not in self.others and may(receiver, self.right)


def approvals_asked_of(person: Person) -> list[AskedOf]:
    """What waits for their yes, now or when its turn comes; some queries for each item with steps."""
    mine = [
        AskedOf(f"{ITEM}/{one.pk}", one, "editorial.item.approve")
        for one in unfinished(person.workspace_id).filter(asked_item(person))
    ]
    rows = Reviewer.objects.filter(person=person, step__item__in=unfinished(person.workspace_id))
    for item in Item.objects.filter(pk__in=rows.values("step__item")).order_by("-updated_at"):
        mine += _of_steps(person, item)
    return mine


def asked_item(person: Person) -> Q:
    """Items they were asked for as a whole, while a text of them can still be approved."""
    texts = Variant.objects.filter(item=OuterRef("pk"), dropped_at__isnull=True)
    return Q(Exists(texts.filter(state__in=states.WRITABLE)), asked=person)


def unfinished(workspace_id: UUID) -> QuerySet[Item]:
    """Items of which a text is not out yet, the newest first."""
    texts = Variant.objects.filter(item=OuterRef("pk"), dropped_at__isnull=True)
    unsent = texts.filter(Q(dispatch__isnull=True) | ~Q(dispatch__state=delivery.SENT))
    rows = Item.objects.filter(Exists(unsent) | ~Exists(texts), workspace=workspace_id, archived_at__isnull=True)
    return still_planned(rows).order_by("-updated_at")


def _of_steps(person: Person, item: Item) -> list[AskedOf]:
    found = []
    for state in steps_of(item):
        others = frozenset(said.reviewer.person_id for said in state.said if said.reviewer.person_id)
        for said in state.said:
            if said.reviewer.person_id == person.pk and not state.is_done and not said.is_standing:
                ref = f"{REVIEWER}/{said.reviewer.pk}"
                found.append(AskedOf(ref, item, "editorial.item.read", others))
    return found
