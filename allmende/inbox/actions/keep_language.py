"""In which language a conversation is held: what was last supposed about a word of a member in it."""

from collections.abc import Collection

from django.db.models import F, OuterRef, Q, Subquery

from allmende.inbox.models import Conversation, Suggestion


def keep_language(*, conversation_ids: Collection[int]) -> int:
    """Bring it up to date after something was supposed, fell away, or was filed elsewhere; of how many it changed."""
    if not conversation_ids:
        return 0
    known = Suggestion.objects.filter(message__entry__conversation=OuterRef("pk")).exclude(language="")
    newest = Subquery(known.order_by("-message").values("language")[:1])
    rows = Conversation.objects.filter(pk__in=conversation_ids).annotate(held_in=newest)
    is_other = ~Q(language=F("held_in")) | Q(language__isnull=True) | Q(held_in__isnull=True)
    stale = rows.filter(is_other).exclude(language__isnull=True, held_in__isnull=True)
    return stale.update(language=newest)
