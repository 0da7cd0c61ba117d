"""What an item says in a channel, as approvals and the queue see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import F, Prefetch

from allmende.channels.models import Channel, Spoken
from allmende.channels.queries import Finding, abilities_of, findings_for
from allmende.domain.ad_label import label_place
from allmende.domain.word_list import ListedWord
from allmende.domain.wording import CountingRule, DraftText, check_draft, thread_hash, words_hash
from allmende.editorial import states
from allmende.editorial.models import Item, ItemMedia, PartPicture, Variant, VariantPart
from allmende.guidelines.queries import listed_words, words_found
from allmende.plan.models import Audience
from allmende.plan.queries import audiences_of_objectives
from allmende.team.models import Workspace


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


@dataclass(frozen=True, slots=True)
class PartWords:
    """What follows a text: the next part of its thread, or its first comment. `pictures`: those of the item's, by id, that
    stand at this part and not at the text itself."""

    text: str
    is_comment: bool = False
    pictures: frozenset[UUID] = frozenset()

    @property
    def kind(self) -> str:
        return states.FIRST_COMMENT if self.is_comment else states.THREAD


def parts_of(variant: Variant) -> tuple[PartWords, ...]:
    """What follows a text, in order; one query."""
    return parts_of_variants([variant]).get(variant.pk, ())


def parts_of_variants(variants: Iterable[Variant]) -> dict[UUID, tuple[PartWords, ...]]:
    """What follows several texts, by the text's id; two queries."""
    found: dict[UUID, tuple[PartWords, ...]] = {}
    still_shown = PartPicture.objects.filter(part__variant__item__shown__media=F("media"))
    rows = VariantPart.objects.filter(variant__in=list(variants)).prefetch_related(Prefetch("shown", still_shown))
    for row in rows.order_by("place"):
        pictures = frozenset(one.media_id for one in row.shown.all())
        words = PartWords(row.text, row.kind == states.FIRST_COMMENT, pictures)
        found[row.variant_id] = (*found.get(row.variant_id, ()), words)
    return found


def listed_for(
    workspace: Workspace, item: Item | None, channels: Iterable[Channel], chosen: str | None = None
) -> dict[UUID, tuple[ListedWord, ...]]:
    """The words that hold for a text, by channel id: for the item's audience (`chosen`: the one picked in the form, by its
    id), or where it has none for those the channel's objectives mean (domain 3.9). One query, two where a word is listed
    for an audience."""
    listed, rows = listed_words(workspace), list(channels)
    audience = (str(item.audience_id or "") if item else "") if chosen is None else chosen
    whom = _addressed(workspace, audience, rows) if listed.knows_audiences else {}
    return {one.pk: listed.for_audiences(whom.get(one.pk, frozenset())) for one in rows}


def _addressed(workspace: Workspace, audience: str, channels: Sequence[Channel]) -> dict[UUID, frozenset[str]]:
    """The keys of whom a text addresses, by channel id."""
    if audience:
        known = {str(pk): key for pk, key in Audience.objects.filter(workspace=workspace).values_list("pk", "key")}
        return dict.fromkeys((one.pk for one in channels), frozenset(filter(None, [known.get(audience)])))
    meant = audiences_of_objectives(workspace, {key for one in channels for key in one.serves_keys})
    return {one.pk: frozenset(meant[key] for key in one.serves_keys if key in meant) for one in channels}


def house_findings(workspace: Workspace, text: str, listed: Sequence[ListedWord]) -> tuple[Finding, ...]:
    """Where words do not keep to the word list and the forms of the house (S2-16); each kind of place once."""
    found = {(one.code, one.found): one for one in words_found(workspace, text, listed)}
    return tuple(
        Finding(one.code, "warn", "text", {"found": one.found, "better": one.better, "reason": one.reason})
        for one in found.values()
    )


def placed(pictures: Sequence[Spoken], parts: Sequence[PartWords]) -> list[tuple[Spoken, ...]]:
    """An item's pictures as they are said: with the text those that stand at none of its parts, then with each part its own."""
    elsewhere = frozenset[UUID]().union(*(part.pictures for part in parts))
    own = (tuple(one for one in pictures if one.media.pk in part.pictures) for part in parts)
    return [tuple(one for one in pictures if one.media.pk not in elsewhere), *own]


def part_findings(channel: Channel, parts: Sequence[PartWords], pictures: Sequence[Spoken] = ()) -> tuple[Finding, ...]:
    """What speaks against saying these parts on this channel, with those of the item's `pictures` that stand there; each
    finding names its part, the text itself being 1."""
    if not parts:
        return ()
    known, found = abilities_of(channel).parts, list[Finding]()
    for kind in states.PART_KINDS:
        if kind not in known and any(part.kind == kind for part in parts):
            found.append(Finding(f"no_{kind}", "refuse", "parts"))
    for number, (part, shown) in enumerate(zip(parts, placed(pictures, parts)[1:], strict=True), 2):
        said = (*findings_for(channel, title="", text=part.text, media=shown), *word_findings(part.text, ""))
        fields = ("text", "media") if shown else ("text",)
        found += [replace(one, values={**one.values, "part": number}) for one in said if one.field in fields]
    return tuple(found)


def hash_of(title: str, text: str, pictures: Sequence[Spoken] = (), parts: Sequence[PartWords] = ()) -> str:
    """What an approval binds to: title, text, pictures with their alternative texts and where they stand, and what follows
    the text."""
    with_text, *with_parts = ([one.draft for one in said] for said in placed(pictures, parts))
    said = zip(parts, with_parts, strict=True)
    return thread_hash(words_hash(title, text, with_text), [(one.kind, one.text, shown) for one, shown in said])
