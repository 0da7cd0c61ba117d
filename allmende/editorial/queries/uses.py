"""How many of our contributions carry a core message (S2-08)."""

from django.db.models import Count
from django.utils.translation import ngettext

from allmende.editorial.models import Item
from allmende.guidelines.queries import MessageUse
from allmende.team.models import Workspace


def uses_of_messages(workspace: Workspace) -> list[MessageUse]:
    """Contributions by core message, planned ones too; one query. The guidelines ask."""
    rows = Item.objects.filter(workspace=workspace, archived_at__isnull=True, core_message__isnull=False)
    counted = rows.order_by().values_list("core_message").annotate(number=Count("pk"))
    return [
        MessageUse(pk, ngettext("in one post", "in %(number)s posts", number) % {"number": number}, number)
        for pk, number in counted
    ]
