"""Take an approval back because the words become others, and tell those who had given it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from allmende.channels.actions import withdraw_dispatch
from allmende.channels.states import SENT
from allmende.editorial import audit, states
from allmende.editorial.models import Answer, ApprovalStep, Item, Variant
from allmende.team.actions import record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

# A step that is taken back asks anew, and reminds anew.
UNASKED = {"asked_at": None, "reminded_at": None, "overdue_at": None, "escalated_at": None}


@transaction.atomic
def take_back(*, person: Person, variant: Variant, now: datetime) -> bool:
    """Back to `checked`, out of the queue, every answer to its words taken back; whether there was anything to take.

    Whoever had approved learns who changed the words. The slot stays an intention. Raises channels' CannotWithdraw when
    a network may be hearing the words just now.
    """
    lock_workspace(person.workspace_id)
    standing = Answer.objects.filter(variant=variant, taken_back_at__isnull=True)
    readers = _approvers(variant, person)
    is_bound = variant.state in (states.APPROVED, states.HANDED_OVER)
    if not is_bound and not standing.exists():
        unask(variant.item)
        return False
    if variant.state == states.HANDED_OVER and variant.dispatch:
        withdraw_dispatch(person=person, dispatch=variant.dispatch, now=now)
    standing.update(taken_back_at=now)
    unask(variant.item)
    if is_bound:
        variant.state, variant.approved_hash, variant.dispatch = states.CHECKED, "", None
        variant.approved_by, variant.approved_at, variant.revision = None, None, variant.revision + 1
        variant.save(update_fields=["state", "approved_hash", "dispatch", "approved_by", "approved_at", "revision"])
    _tell(readers, person, variant, now)
    record_audit(workspace=variant.workspace, person=person, verb=audit.TAKEN_BACK, target=variant, now=now)
    return True


def unask(item: Item) -> None:
    """There is something nobody was asked about: the steps wait to be asked again, and tell their reviewers anew."""
    ApprovalStep.objects.filter(item=item, asked_at__isnull=False).update(**UNASKED)


def take_back_all(*, person: Person, item: Item, now: datetime) -> int:
    """Take the approval back from every text of the item that is not out; how many had one."""
    rows = Variant.objects.select_related("dispatch", "workspace", "item", "channel", "approved_by").filter(item=item)
    return sum(
        take_back(person=person, variant=variant, now=now)
        for variant in rows.order_by("pk")
        if variant.dispatch is None or variant.dispatch.state != SENT
    )


def _approvers(variant: Variant, person: Person) -> list[Person]:
    rows = Answer.objects.filter(variant=variant, answer=states.YES, taken_back_at__isnull=True)
    found = {one.reviewer.person for one in rows.select_related("reviewer__person")} | {variant.approved_by}
    return [one for one in found if one is not None and one != person and one.left_at is None]


def _tell(readers: list[Person], person: Person, variant: Variant, now: datetime) -> None:
    for reader in readers:
        send_notice(
            person=reader,
            kind="editorial.approval_taken_back",
            values={"title": variant.item.title, "channel": variant.channel.name, "name": person.name},
            url=reverse("editorial:item", args=[variant.workspace.slug, variant.item_id]),
            once_key=f"taken_back:{variant.pk}:{now.isoformat()}",
            now=now,
        )
