"""Approve exactly these words."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.domain.wording import words_hash
from allmende.editorial import audit, states
from allmende.editorial.models import Variant
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person


class CannotApprove(Exception):
    """The variant was not approved; the message says why."""


@transaction.atomic
def approve_variant(*, person: Person, variant: Variant, seen_hash: str, now: datetime) -> Variant:
    """Bind the approval to the hash of the words `person` saw. A single person may approve their own (I-03).

    Approved again, the same words keep the approval they have.
    """
    require(person, "editorial.item.approve")
    Variant.objects.select_for_update().get(pk=variant.pk)
    variant = Variant.objects.select_related("item", "workspace").get(pk=variant.pk)
    current = words_hash(variant.item.title, variant.text)
    if variant.approved_hash == current == seen_hash:
        return variant
    if variant.state != states.CHECKED:
        raise CannotApprove(
            _("Not approved. The text does not pass the checks of this channel yet; see below what is missing.")
        )
    if current != seen_hash:
        raise CannotApprove(
            _("Not approved. The text has changed since you read it. Please read it again; nothing is lost.")
        )
    variant.state, variant.approved_hash, variant.approved_by, variant.approved_at = (
        states.APPROVED,
        current,
        person,
        now,
    )
    variant.save(update_fields=["state", "approved_hash", "approved_by", "approved_at"])
    record_audit(
        workspace=variant.workspace,
        person=person,
        verb=audit.APPROVED,
        target=variant,
        now=now,
        after={"text_hash": current},
    )
    return variant
