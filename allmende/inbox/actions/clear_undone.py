"""After an import was undone: conversations whose words went with it go too, those that keep some are read anew."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F

from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.actions.keep_language import keep_language
from allmende.inbox.models import Conversation


@transaction.atomic
def clear_undone(*, channel_id: UUID, now: datetime, most: int) -> int:
    """Look at up to `most` conversations of the channel that count other turns than they hold; how many there were.

    An empty one in which a person of ours left a note, asked somebody or decided something stays: what we wrote is not the
    import's to take. Nobody waits in it any more.
    """
    unlike = (
        Conversation.objects.filter(channel_id=channel_id)
        .annotate(held=Count("entries"))
        .exclude(turns=F("held"))
        .order_by("pk")
        .values_list("pk", "held")
    )
    found = list(unlike[:most])
    emptied = Conversation.objects.filter(pk__in=[pk for pk, held in found if not held])
    untouched = emptied.filter(notes__isnull=True, decisions__isnull=True, merged__isnull=True)
    untouched.filter(inquiries__isnull=True, readings__isnull=True).delete()
    emptied.update(turns=0)
    left = [*emptied.values_list("pk", flat=True), *(pk for pk, held in found if held)]
    fold_conversations(conversation_ids=left, now=now)
    keep_language(conversation_ids=left)
    return len(found)
