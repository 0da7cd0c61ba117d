"""Ask for the brief of a board meeting as PDF, and set what was asked for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.paper.typesetting import write_whole
from allmende.plan.models import BriefOrder, DecisionCheck
from allmende.plan.queries import brief_file, brief_folder, brief_sheet, typeset_brief
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

ORDERED = "plan.brief.ordered"
AT_ONCE = 5


class CannotSetBrief(Exception):
    """No paper is made; says why."""


@transaction.atomic
def order_brief(*, person: Person, check: DecisionCheck, now: datetime) -> BriefOrder:
    """Let the worker set the brief as it stands now. Raises CannotSetBrief while the guard holds it back."""
    require(person, "plan.decision.read")
    if brief_sheet(person, check, now) is None:
        raise CannotSetBrief(_("No PDF is made: the brief counts activity. Change the request first."))
    lock_workspace(check.workspace_id)
    given = {"person": person, "asked_at": now, "set_at": None}
    order, _created = BriefOrder.objects.update_or_create(check_made=check, defaults=given)
    record_audit(workspace=check.workspace, person=person, verb=ORDERED, target=check, now=now)
    return order


def set_briefs(*, now: datetime) -> int:
    """Set the briefs that were asked for; how many. What the guard holds back by now is not set."""
    waiting = BriefOrder.objects.filter(set_at__isnull=True).order_by("asked_at")
    rows = waiting.select_related("person__workspace", "check_made__workspace", "check_made__requester")
    orders = list(rows[:AT_ONCE])
    for order in orders:
        brief_folder().mkdir(parents=True, exist_ok=True)
        pdf, target = typeset_brief(order), brief_file(order)
        if pdf:
            write_whole(target, pdf)
        for earlier in brief_folder().glob(f"{order.check_made_id}-*.pdf"):
            if earlier != target:
                earlier.unlink(missing_ok=True)
        BriefOrder.objects.filter(pk=order.pk, asked_at=order.asked_at).update(set_at=now)
    return len(orders)
