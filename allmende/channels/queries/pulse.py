"""What the worker changes on screens that show what leaves, besides what stands in the audit book."""

from django.db.models import Max, OuterRef, Subquery

from allmende.channels.models import Dispatch
from allmende.team.access import Pulse


def _last(field: str) -> Subquery:
    found = Dispatch.objects.filter(workspace=OuterRef("workspace")).order_by().values("workspace")
    return Subquery(found.annotate(last=Max(field)).values("last")[:1])


QUEUE_PULSE: Pulse = {"pulse_spoken": _last("spoke_at"), "pulse_settled": _last("settled_at")}
