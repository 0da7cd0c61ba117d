"""The ledger and the samples without a member who asked to be forgotten."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from allmende.behaviours.models import LedgerMark, SampledItem
from allmende.members.models import Member
from allmende.members.queries import Erased, Erasing


def forget_member(member: Member, _names: Sequence[str], _now: datetime) -> Erased | None:
    """The next fill writes every month anew without them; None until it has."""
    mark = LedgerMark.objects.filter(workspace=member.workspace_id, filled_at__isnull=False).first()
    if mark and member.erased_at and mark.filled_at and mark.filled_at <= member.erased_at:
        return None
    return Erased(1 if mark else 0)


def forget_samples(member: Member, _names: Sequence[str], _now: datetime) -> Erased:
    """The drawn cases that are known by their words; those in which others began a thread stay without them."""
    items = SampledItem.objects.filter(message__identity__member=member)
    gone = items.count()
    items.delete()
    return Erased(gone)


ERASING = (
    Erasing(
        "behaviours.samples", _("Drawn cases that are about them, with what was said of each"), forget_samples,
        _("What a sample found altogether: numbers of many cases, in which nobody can be found."),
    ),
    Erasing(
        "behaviours.ledger", _("Their acts in the ledger: every month is written anew without them"), forget_member,
        _("Shares and verdicts that were counted with them: figures of many people, in which nobody can be found."),
    ),
)  # fmt: skip
