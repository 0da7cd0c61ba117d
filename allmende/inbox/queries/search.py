"""Finding conversations by their words."""

from datetime import datetime

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext

from allmende.channels.queries import search as search_messages
from allmende.inbox.models import Conversation
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Hit


def similar_to(conversation: Conversation, limit: int = 3) -> list[Conversation]:
    """Earlier conversations whose titles share the most telling words with this one (S4-12)."""
    words = sorted({word for word in conversation.title.split() if len(word) > 4}, key=len, reverse=True)[:2]
    if not words:
        return []
    found = search_messages(conversation.workspace, " ".join(words), limit=20)
    return list(
        Conversation.objects.filter(entries__message__in=[message.pk for message in found])
        .exclude(pk=conversation.pk)
        .select_related("channel")
        .distinct()
        .order_by("-last_turn_at")[:limit]
    )


def search(workspace: Workspace, person: Person, words: str, limit: int = 8) -> list[Hit]:
    """Conversations one of whose messages holds all the words; archived ones too."""
    if not may(person, "inbox.conversation.read"):
        return []
    found = [message.pk for message in search_messages(workspace, words, limit=limit * 3)]
    rows = Conversation.objects.filter(entries__message__in=found).select_related("channel").distinct()
    return [
        Hit(
            gettext("Conversation"),
            one.title,
            f"{one.channel.name}, {_day(one.last_turn_at)}",
            reverse("inbox:conversation", args=[workspace.slug, one.public_id]),
        )
        for one in rows.order_by("-last_turn_at")[:limit]
    ]


def _day(at: datetime) -> str:
    """The day of its last word, which tells apart what bears the same title."""
    return formats.date_format(timezone.localtime(at), pgettext("date format", "j F Y")).replace(
        " ", "\N{NO-BREAK SPACE}"
    )
