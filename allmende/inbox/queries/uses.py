"""How often our answers carried a core message: what the rule of their situation says must be said, and was (S4-22)."""

from django.db.models import Count, F
from django.utils.translation import ngettext

from allmende.channels.models import Dispatch
from allmende.channels.states import SENT
from allmende.guidelines.queries import MessageUse
from allmende.team.models import Workspace

_CARRIED = "message__entry__conversation__rule__core_message"


def uses_of_messages(workspace: Workspace) -> list[MessageUse]:
    """Sent answers in which the sentence stands, by core message; one query. The guidelines ask."""
    is_carried = {f"{_CARRIED}__isnull": False, "message__text__icontains": F(f"{_CARRIED}__sentence")}
    rows = Dispatch.objects.filter(workspace=workspace, kind="reply", state=SENT, **is_carried)
    counted = rows.order_by().values_list(_CARRIED).annotate(number=Count("pk"))
    return [
        MessageUse(
            pk,
            ngettext("word for word in one answer", "word for word in %(number)s answers", number) % {"number": number},
            number,
        )
        for pk, number in counted
    ]
