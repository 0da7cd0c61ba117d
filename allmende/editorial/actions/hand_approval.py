"""Ask somebody else for an approval that was asked of a colleague who leaves (S0-22)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.editorial import audit
from allmende.editorial.models import Item, Reviewer
from allmende.editorial.queries.asked import REVIEWER, approvals_asked_of, asked_item
from allmende.team.access import require
from allmende.team.actions import record_audit, send_notice, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotHandApproval(Exception):
    """Whoever was asked is still asked; says why and what to do."""


@transaction.atomic
def hand_approval(*, person: Person, ref: str, leaver: Person, receiver: Person, now: datetime) -> dict[str, Any]:
    """`receiver` is asked instead of `leaver`; what the leaver said of earlier words stands under their name.

    What `undo_hand_approval` needs. Raises CannotHandApproval.
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    asked = next((one for one in approvals_asked_of(leaver) if one.ref == ref), None)
    if asked is None:
        raise CannotHandApproval(_("It is answered meanwhile, or nobody is asked any more. Look at the list again."))
    if not asked.can_go_to(receiver):
        told = {"name": receiver.name}
        raise CannotHandApproval(_("%(name)s may not approve it or is asked already. Choose somebody else.") % told)
    before = _ask(ref, leaver, receiver, now)
    send_notice(
        person=receiver,
        kind="editorial.approval_asked",
        values={"title": asked.item.title, "name": person.name},
        url=reverse("editorial:item", args=[person.workspace.slug, asked.item.pk]) + "#approval",
        once_key=f"handed:{ref}:{now.isoformat()}",
        now=now,
    )
    _note(person, asked.item, receiver, now)
    return {"ref": ref, "leaver": str(leaver.pk), "receiver": str(receiver.pk), "asked_at": before}


@transaction.atomic
def undo_hand_approval(
    *, person: Person, now: datetime, ref: str, leaver: str, receiver: str, asked_at: str | None
) -> None:
    """Ask the one who was asked before. Raises CannotUndo when the other has answered, or somebody else is asked."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    kind, _slash, key = ref.partition("/")
    if kind == REVIEWER:
        reviewers = Reviewer.objects.filter(step__item__workspace=person.workspace, pk=key, person=UUID(receiver))
        found = reviewers.exclude(answers__answered_at__gte=asked_at).select_related("step__item").first()
        item = found.step.item if found else None
        changed = Reviewer.objects.filter(pk=key).update(person=leaver, opened_at=None) if found else 0
    else:
        waits = asked_item(Person.objects.get(pk=receiver))
        item = Item.objects.filter(waits, workspace=person.workspace, pk=key).first()
        rows = Item.objects.filter(pk=key, asked=UUID(receiver))
        changed = rows.update(asked=leaver, asked_at=asked_at) if item else 0
    if not changed or item is None:
        raise stale_undo()
    _note(person, item, Person.objects.get(pk=leaver), now)


def _ask(ref: str, leaver: Person, receiver: Person, now: datetime) -> str:
    """Since when `leaver` was asked for the item; of a step, since when somebody else is."""
    kind, _slash, key = ref.partition("/")
    if kind == REVIEWER:
        Reviewer.objects.filter(pk=key, person=leaver).update(person=receiver, opened_at=None)
        return now.isoformat()
    item = Item.objects.select_for_update(of=("self",)).get(pk=key)
    before = item.asked_at or now
    Item.objects.filter(pk=key, asked=leaver).update(asked=receiver, asked_at=now)
    return before.isoformat()


def _note(person: Person, item: Item, asked: Person, now: datetime) -> None:
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.ASKED,
        target=item,
        now=now,
        after={"approver": str(asked.pk)},
    )
