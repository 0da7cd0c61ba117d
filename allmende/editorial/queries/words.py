"""What an item says in a channel, as approvals and the queue see it."""

from collections.abc import Sequence
from uuid import UUID

from allmende.channels.models import Spoken
from allmende.channels.queries import Finding
from allmende.domain.ad_label import label_place
from allmende.domain.wording import CountingRule, DraftText, check_draft, words_hash
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
# In square brackets a mark looks like a gap to fill in.
_MARKS = {f"[{form}]" for word in LABEL_WORDS.values() for form in (word, word.upper())}


def word_findings(text: str, ad_label: str) -> tuple[Finding, ...]:
    """What keeps words from being approved, whatever the network: gaps of a template nobody filled in, and an
    advertisement whose mark is not its first word (domain 3.11)."""
    found = [
        Finding("placeholder_left", "refuse", "text", {"found": finding.values["text"]})
        for finding in check_draft(DraftText(text), CountingRule())
        if finding.code == "placeholder_left" and finding.values["text"] not in _MARKS
    ]
    word = LABEL_WORDS.get(ad_label)
    if word and text.strip() and (place := label_place(text, word)) != "first":
        found.append(Finding(f"ad_label_{place}", "refuse", "text", {"word": word}))
    return tuple(found)


def hash_of(title: str, text: str, pictures: Sequence[Spoken] = ()) -> str:
    """What an approval binds to: title, text and pictures with their alternative texts."""
    return words_hash(title, text, (one.draft for one in pictures))
