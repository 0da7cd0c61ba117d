"""How often our answers carried a core message: what the rule of their situation says must be said (S4-22)."""

from django.db.models import Count
from django.utils.translation import ngettext

from allmende.channels.models import Dispatch
from allmende.channels.states import SENT
from allmende.guidelines.queries import MessageUse
from allmende.team.models import Workspace

_CARRIED = "message__entry__conversation__rule__core_message"


def uses_of_messages(workspace: Workspace) -> list[MessageUse]:
    """Sent answers by core message; one query. The guidelines ask."""
    rows = Dispatch.objects.filter(workspace=workspace, kind="reply", state=SENT, **{f"{_CARRIED}__isnull": False})
    counted = rows.order_by().values_list(_CARRIED).annotate(number=Count("pk"))
    return [
        MessageUse(pk, ngettext("in one answer", "in %(number)s answers", number) % {"number": number}, number)
        for pk, number in counted
    ]
