"""What others can change on the screens of the inbox besides what stands in the audit book."""

from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from allmende.channels.models import Dispatch
from allmende.inbox.models import FilingMark, PublicNotice
from allmende.inbox.states import RECEIVED
from allmende.team.access import TEAM_PULSE, Pulse

# Filed, not collected: a message that waits to be filed is on no screen yet.
INBOX_PULSE: Pulse = {
    "pulse_filed": Subquery(FilingMark.objects.filter(name="messages").values("changed_until")[:1]),
    "pulse_sent": Subquery(
        Dispatch.objects.filter(workspace=OuterRef("workspace"))
        .order_by()
        .values("workspace")
        .annotate(last=Coalesce(Max("settled_at"), Max("created_at")))
        .values("last")[:1]
    ),
}
# How many notices from outside wait for an answer.
REPORTED: Pulse = {
    "reported": Subquery(
        PublicNotice.objects.filter(workspace=OuterRef("workspace"), state=RECEIVED)
        .order_by()
        .values("workspace")
        .annotate(number=Count("pk"))
        .values("number")[:1]
    )
}
# How a workspace stands, so that its lists may be remembered (`remembered`), and what the frame around them shows.
BOOK = "pulse_book"
STANDING: Pulse = {BOOK: TEAM_PULSE[BOOK], **INBOX_PULSE}
AROUND_LISTS: Pulse = {**STANDING, **REPORTED}
