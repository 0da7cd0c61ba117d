"""Ask a colleague to approve an item, and talk about it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.editorial import audit
from allmende.editorial.models import Comment, Item
from allmende.team.access import may, require
from allmende.team.actions import record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotAsk(Exception):
    """Nobody was asked; the message says why."""


@transaction.atomic
def ask_approval(*, person: Person, item: Item, approver: Person, now: datetime, url: str = "") -> Item:
    """Leave `approver` a notice, once per state of the item. Raises CannotAsk for somebody who may not approve."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    if approver.workspace_id != item.workspace_id or not may(approver, "editorial.item.approve"):
        raise CannotAsk(
            _("Nobody was asked. %(name)s may not approve texts here; choose somebody else.") % {"name": approver.name}
        )
    Item.objects.filter(pk=item.pk).update(asked=approver, asked_at=now)
    item.asked, item.asked_at = approver, now
    _tell(approver, "editorial.approval_asked", item, person, url, f"ask:{item.pk}:{item.revision}", now)
    record_audit(workspace=item.workspace, person=person, verb=audit.ASKED, target=item, now=now)
    return item


@transaction.atomic
def comment_on_item(
    *, person: Person, item: Item, text: str, now: datetime, url: str = "", is_for_guests: bool = False
) -> Comment:
    """Say something about an item; its owner and whoever was asked to approve learn of it.

    Among colleagues, unless `is_for_guests`: then reviewers outside read it on their page too.
    """
    require(person, "editorial.item.edit")
    comment = Comment.objects.create(
        item=item, person=person, text=text.strip(), is_for_guests=is_for_guests, created_at=now
    )
    readers = {reader.pk: reader for reader in (item.owner, item.asked) if reader and reader.pk != person.pk}
    for reader in readers.values():
        _tell(reader, "editorial.commented", item, person, url, f"comment:{comment.pk}", now)
    record_audit(workspace=item.workspace, person=person, verb=audit.COMMENTED, target=item, now=now)
    return comment


def _tell(reader: Person, kind: str, item: Item, person: Person, url: str, once_key: str, now: datetime) -> None:
    values = {"title": item.title, "name": person.name}
    send_notice(person=reader, kind=kind, values=values, url=url, once_key=once_key, now=now)
