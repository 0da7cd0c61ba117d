"""Finding conversations by their words."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext

from allmende.channels.models import Message
from allmende.channels.queries import NOBODY, found_ids
from allmende.channels.queries import search as search_messages
from allmende.channels.states import OUTWARD
from allmende.domain.folding import fold_text
from allmende.inbox.models import Conversation, Entry
from allmende.inbox.queries.filters import private_to
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Hit

# Of a title's longest words so many are looked for
TELLING = 3
# A word that so many of the newest messages hold says little by itself
COMMON = 20
IN_TITLE, STEM = 3, 6
OURS = ("staff", "expert")


def similar_to(conversation: Conversation, limit: int = 3) -> Sequence[Conversation]:
    """Earlier conversations that share the most telling words of this one's title, with their outcome (S4-12).

    A word in their title counts as IN_TITLE of those that stand elsewhere; one that stands everywhere counts in titles alone.

    `last_answer`: what we said last there, in an archive too; where nobody of ours did, `members_answer` is what somebody else
    answered last. "" where nobody did; such cases stand behind those that had an answer.
    """
    words = sorted({word.casefold() for word in re.findall(r"\w{5,}", _telling(conversation))}, key=len, reverse=True)
    shared: Counter[int] = Counter()
    for word in words[:TELLING]:
        found = [message.pk for message in search_messages(conversation.workspace, word, COMMON, NOBODY)]
        holding = Entry.objects.filter(message__in=found).exclude(conversation=conversation.pk)
        for pk, title in set(holding.values_list("conversation", "conversation__title")):
            shared[pk] += _weight(word, title, is_common=len(found) == COMMON)
    shared = +shared
    if not shared:
        return []
    private = Message.objects.filter(entry__conversation=OuterRef("pk"), visibility="direct")
    rows = Conversation.objects.filter(~Exists(private), pk__in=shared).select_related("channel", "rule")
    ours = Q(direction=OUTWARD) | Q(author_class__in=OURS)
    rows = rows.annotate(last_answer=_last(ours), members_answer=_last(~ours & Q(act="answered")))
    return sorted(
        rows,
        key=lambda one: (shared[one.pk], bool(one.last_answer or one.members_answer), one.last_turn_at),
        reverse=True,
    )[:limit]


def _weight(word: str, title: str, is_common: bool) -> int:
    """How much a shared word says; its end may differ, "Belege" and "Belegen"."""
    if fold_text(word)[:STEM] in fold_text(title):
        return IN_TITLE
    return 0 if is_common else 1


def _last(who: Q) -> Coalesce:
    """The last words of `who` in a conversation that reached the network, or ""."""
    said = Message.objects.filter(who, entry__conversation=OuterRef("pk"), deleted_at__isnull=True).exclude(text="")
    said = said.filter(native_id__isnull=False).order_by("-occurred_at", "-pk")
    return Coalesce(Subquery(said.values("text")[:1]), Value(""), output_field=TextField())


def _telling(conversation: Conversation) -> str:
    """Its title, or its first words where nobody but us was meant to read them."""
    if not getattr(conversation, "is_private", False):
        return conversation.title
    said = Message.objects.filter(entry__conversation=conversation, deleted_at__isnull=True).order_by(
        "occurred_at", "pk"
    )
    return next(iter(said.values_list("text", flat=True)[:1]), "")[:500]


def search(workspace: Workspace, person: Person, words: str, limit: int = 8) -> list[Hit]:
    """Conversations one of whose messages holds all the words; archived ones too."""
    if not may(person, "inbox.conversation.read"):
        return []
    found = found_ids(workspace, words, limit=limit * 3, private_to=private_to(person.pk))
    holding = Entry.objects.filter(message__in=found).values("conversation")
    rows = Conversation.objects.filter(pk__in=holding).select_related("channel")
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
