"""What an item says in a channel, as approvals and the queue see it."""

from collections.abc import Sequence
from uuid import UUID

from allmende.channels.models import Spoken
from allmende.channels.queries import Finding
from allmende.domain.ad_label import label_place
from allmende.domain.wording import words_hash
from allmende.editorial import states
from allmende.editorial.models import Item, ItemMedia


def pictures_of(item: Item) -> tuple[Spoken, ...]:
    """The pictures of an item with their alternative texts, in order; one query."""
    return pictures_of_items([item]).get(item.pk, ())


def pictures_of_items(items: Sequence[Item]) -> dict[UUID, tuple[Spoken, ...]]:
    """The pictures of several items, by the item's id; one query."""
    found: dict[UUID, tuple[Spoken, ...]] = {}
    for row in ItemMedia.objects.select_related("media").filter(item__in=items).order_by("place", "pk"):
        found[row.item_id] = (*found.get(row.item_id, ()), Spoken(row.media, row.alt))
    return found


LABEL_WORDS = {states.ANZEIGE: "Anzeige", states.WERBUNG: "Werbung"}


def label_findings(text: str, ad_label: str) -> tuple[Finding, ...]:
    """What keeps an advertisement from being approved: its word has to be the first of the text (domain 3.11)."""
    word = LABEL_WORDS.get(ad_label)
    if word is None or not text.strip():
        return ()
    place = label_place(text, word)
    return () if place == "first" else (Finding(f"ad_label_{place}", "refuse", "text", {"word": word}),)


def hash_of(title: str, text: str, pictures: Sequence[Spoken] = ()) -> str:
    """What an approval binds to: title, text and pictures with their alternative texts."""
    return words_hash(title, text, (one.draft for one in pictures))
