"""An item in the composer: its channels, what was written for each, what the checks found, how it will look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from allmende.channels import states as delivery
from allmende.channels.models import Channel, Dispatch, Spoken
from allmende.channels.queries import Counting, Finding, abilities_of, findings_for
from allmende.domain.service_hours import instant
from allmende.domain.word_list import ListedWord
from allmende.domain.wording import CountingRule, Unit, text_length
from allmende.editorial import states
from allmende.editorial.models import Comment, Item, Rewording, Variant
from allmende.editorial.queries.approvals import StepState, steps_of
from allmende.editorial.queries.calendar import Day, care_day
from allmende.editorial.queries.linked_pages import LinkedPage, Words, linked_address, linked_pages, shown_page
from allmende.editorial.queries.rewordings import open_rewordings
from allmende.editorial.queries.rooms import Room, rooms_for
from allmende.editorial.queries.words import (
    PartWords,
    hash_of,
    house_findings,
    listed_for,
    part_findings,
    parts_of_variants,
    pictures_of,
    placed,
    word_findings,
)
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of

SHARED, OWN, NOT_HERE = "shared", "own", "none"
_UNITS: Mapping[str, Unit] = {
    "graphemes": "graphemes",
    "characters": "characters",
    "utf16_units": "utf16",
    "utf8_bytes": "bytes",
    "weighted": "weighted",
}


@dataclass(frozen=True)
class DraftPart:
    """One part of a text: its number on the network (the text itself is 1), its length there, its pictures, how it stands."""

    words: PartWords
    number: int
    length: int
    pictures: Sequence[Spoken] = ()
    dispatch: Dispatch | None = None
    card: LinkedPage | None = None


@dataclass(frozen=True)
class Draft:
    """A channel's place in the composer: its variant if there is one, the text as saved or typed, what the checks found.

    `words_hash` is of the saved words, which an approval binds to. `mode`: shared, own or none. `length` is counted as
    the network counts; `is_judged`: there was something to check. `known_parts`: what may follow a text on this network.
    `pictures` stand with the text itself, `all_pictures` are the item's.
    `rewording`: other words for what is published, proposed or on their way. `has_cards`: the network shows links as cards;
    `card` is that of the text's own.
    """

    channel: Channel
    variant: Variant | None
    mode: str
    title: str
    text: str
    pictures: Sequence[Spoken]
    findings: Sequence[Finding]
    counting: Counting
    length: int
    words_hash: str
    is_judged: bool
    all_pictures: Sequence[Spoken] = ()
    parts: Sequence[DraftPart] = ()
    known_parts: frozenset[str] = frozenset()
    rewording: Rewording | None = None
    has_cards: bool = False
    card: LinkedPage | None = None

    @property
    def is_chosen(self) -> bool:
        return self.mode != NOT_HERE

    @property
    def can_be_approved(self) -> bool:
        return self.variant is not None and self.variant.state == states.CHECKED

    @property
    def is_out(self) -> bool:
        dispatch = self.variant.dispatch if self.variant else None
        return dispatch is not None and dispatch.state == delivery.SENT

    @property
    def is_social(self) -> bool:
        return not self.counting.has_title


@dataclass(frozen=True)
class Typed:
    """What stands in the form just now: `texts`, `modes` and `parts` by channel id; `audience_id` as chosen, unread."""

    title: str
    texts: Mapping[UUID, str]
    modes: Mapping[UUID, str]
    ad_label: str = ""
    parts: Mapping[UUID, tuple[PartWords, ...]] = field(default_factory=dict)
    audience_id: str = ""
    without_card: bool = False


def writable_channels(workspace: Workspace) -> list[Channel]:
    """The connected channels one can write for, by name; one query."""
    rows = Channel.objects.filter(workspace=workspace, account__isnull=False, archived_at__isnull=True)
    return list(rows.exclude(account__kind=states.FEED_KIND).select_related("account").order_by("name"))


def drafts_of(workspace: Workspace, item: Item | None, typed: Typed | None = None) -> list[Draft]:
    """The channels one can write for, each with what was written for it. Archives and feeds cannot speak; a channel that is
    prepared and not connected yet shows what was written for it beforehand.
    """
    variants = {}
    if item:
        rows = item.variants.select_related(
            "dispatch__message", "dispatch__card__picture", "approved_by", "channel__hours", "workspace", "item"
        )
        variants = {variant.channel_id: variant for variant in rows}
    speaks = Q(account__isnull=False) & ~Q(account__kind=states.FEED_KIND)
    channels = (
        Channel.objects.select_related("account")
        .filter(speaks | Q(pk__in=variants), workspace=workspace, archived_at__isnull=True)
        .order_by("name")
    )
    pictures = pictures_of(item) if item else ()
    follows = _follows_of(list(variants.values()))
    out = [one for one in variants.values() if one.dispatch and one.dispatch.state == delivery.SENT]
    rewordings = {one.channel_id: found.get(one.pk) for one in out} if out and (found := open_rewordings(out)) else {}
    listed = listed_for(workspace, item, channels, typed.audience_id if typed else None)
    is_blank = item is None or not (item.text or variants)
    drafts = [
        _draft(channel, item, variants.get(channel.pk), pictures, follows, rewordings.get(channel.pk), typed, is_blank)
        for channel in channels
    ]
    drafts = drafts if _is_cardless(item, typed) else _with_cards(workspace, drafts)
    return [_with_house_words(workspace, draft, listed[draft.channel.pk]) for draft in drafts]


def _is_cardless(item: Item | None, typed: Typed | None) -> bool:
    return typed.without_card if typed else item is not None and item.without_card


def _with_cards(workspace: Workspace, drafts: Sequence[Draft]) -> list[Draft]:
    """One query, and none where no network shows the links of these texts as cards."""
    urls = {linked_address(draft.channel, one) for draft in drafts if draft.is_chosen for one in _said(draft)} - {""}
    pages = linked_pages(workspace, urls) if urls else {}
    return [_with_card(draft, pages) for draft in drafts] if pages else list(drafts)


def _said(draft: Draft) -> list[Words]:
    """A text and what follows it, each with its pictures."""
    parts = [Words(one.words.text, bool(one.pictures), True, one.dispatch) for one in draft.parts]
    dispatch = draft.variant.dispatch if draft.variant else None
    return [Words(draft.text, bool(draft.pictures), False, dispatch), *parts]


def _with_card(draft: Draft, pages: Mapping[str, LinkedPage]) -> Draft:
    if not draft.is_chosen:
        return draft
    head, *rest = (shown_page(draft.channel, one, pages) for one in _said(draft))
    parts = [replace(part, card=card) for part, card in zip(draft.parts, rest, strict=True)]
    return replace(draft, card=head, parts=parts)


def _with_house_words(workspace: Workspace, draft: Draft, listed: Sequence[ListedWord]) -> Draft:
    if not draft.is_judged:
        return draft
    text = "\n".join((draft.text, *(part.words.text for part in draft.parts)))
    return replace(draft, findings=(*draft.findings, *house_findings(workspace, text, listed)))


@dataclass(frozen=True)
class _Follows:
    """What was saved to follow a text, and what the queue carries of it, by part."""

    parts: tuple[PartWords, ...] = ()
    dispatches: Mapping[int, Dispatch] = field(default_factory=dict)


_NOTHING = _Follows()


def _follows_of(variants: Sequence[Variant]) -> dict[UUID, _Follows]:
    """By channel; two queries, and one more where parts stand in the queue."""
    parts = parts_of_variants(variants)
    queued: dict[int, dict[int, Dispatch]] = {}
    heads = [variant.dispatch_id for variant in variants if variant.dispatch_id and variant.pk in parts]
    if heads:
        for row in Dispatch.objects.select_related("message", "card__picture").filter(head__in=heads):
            queued.setdefault(row.head_id or 0, {})[row.part] = row
    return {one.channel_id: _Follows(parts.get(one.pk, ()), queued.get(one.dispatch_id or 0, {})) for one in variants}


def _draft(
    channel: Channel,
    item: Item | None,
    variant: Variant | None,
    pictures: Sequence[Spoken],
    known: Mapping[UUID, _Follows],
    rewording: Rewording | None,
    typed: Typed | None,
    is_blank: bool,
) -> Draft:
    follows = known.get(channel.pk, _NOTHING)
    saved_title, saved_text = (item.title if item else ""), (variant.text if variant else "")
    title = typed.title if typed else saved_title
    text = typed.texts.get(channel.pk, saved_text) if typed else saved_text
    mode = typed.modes.get(channel.pk, NOT_HERE) if typed else _mode(channel, variant, is_blank)
    label = typed.ad_label if typed else item.ad_label if item else ""
    is_judged = mode != NOT_HERE and (variant is not None or typed is not None)
    abilities = abilities_of(channel)
    counting, parts = abilities.counting, typed.parts.get(channel.pk, follows.parts) if typed else follows.parts
    rule = counting_rule(counting)
    with_text, *with_parts = placed(pictures, parts)
    return Draft(
        channel=channel,
        variant=variant,
        mode=mode,
        title=title,
        text=text,
        pictures=with_text,
        all_pictures=pictures,
        findings=(
            *findings_for(channel, title=title, text=text, media=with_text),
            *word_findings(text, label),
            *part_findings(channel, parts, pictures),
        )
        if is_judged
        else (),
        counting=counting,
        length=text_length(text, rule),
        words_hash=hash_of(saved_title, saved_text, pictures, follows.parts),
        is_judged=is_judged,
        parts=[
            DraftPart(one, number, text_length(one.text, rule), shown, follows.dispatches.get(number))
            for number, (one, shown) in enumerate(zip(parts, with_parts, strict=True), 2)
        ],
        known_parts=abilities.parts,
        rewording=rewording,
        has_cards=abilities.cards != "none",
    )


def counting_rule(counting: Counting) -> CountingRule:
    """How a network counts, in the words of the checks."""
    return CountingRule(_UNITS[counting.rule], counting.maximum, counting.link_length, counting.short_mentions)


def _mode(channel: Channel, variant: Variant | None, is_blank: bool) -> str:
    """What is new, or no more than an idea yet, is for every open channel until somebody says otherwise."""
    if variant is not None:
        return SHARED if variant.is_shared else OWN
    if is_blank and channel.state == delivery.LIVE:
        return SHARED
    return NOT_HERE


@dataclass(frozen=True)
class Desk:
    """What stands beside the words: who may approve, what was said about it, where there is room, who is there.

    `is_alone`: nobody but one person could approve; `is_solo`: nobody but one person writes at all.
    """

    approvers: Sequence[Person]
    comments: Sequence[Comment]
    rooms: Mapping[UUID, Room]
    care: Day | None
    strip: tuple[int, int]
    steps: Sequence[StepState]
    is_alone: bool
    is_solo: bool

    @property
    def has_guests(self) -> bool:
        return any(one.reviewer.person is None for step in self.steps for one in step.said)

    @property
    def is_asked(self) -> bool:
        return any(step.is_turn for step in self.steps)

    @property
    def is_answered(self) -> bool:
        return bool(self.steps) and all(step.is_done for step in self.steps)


def desk_of(workspace: Workspace, item: Item, drafts: Sequence[Draft], now: datetime) -> Desk:
    """For the composer's right side; the care day is that of the first slot ahead, else of the first there is."""
    variants = [draft.variant for draft in drafts if draft.variant]
    slots = sorted(variant.slot_at for variant in variants if variant.slot_at)
    first = next((at for at in slots if at > now), slots[0] if slots else None)
    rooms = rooms_for(workspace, [variant for variant in variants if not _is_gone(variant)], now)
    # By the instant: in the hour that comes twice a local time equals no time of another zone.
    entries = [room.entry for room in rooms.values() if room.entry]
    marked = next((entry for entry in entries if entry.at and instant(entry.at) == first), None)
    minutes = timedelta(minutes=item.care_minutes)
    care, strip = care_day(workspace, first, minutes, marked) if first else (None, (8, 18))
    writers = list(holders_of(workspace, "editorial.item.edit"))
    approvers = [one for one in writers if may(one, "editorial.item.approve")]
    return Desk(
        approvers=approvers,
        steps=steps_of(item),
        is_alone=len(approvers) <= 1,
        is_solo=len(writers) <= 1,
        comments=list(item.comments.select_related("person").order_by("created_at")),
        rooms=rooms,
        care=care,
        strip=strip,
    )


def _is_gone(variant: Variant) -> bool:
    return variant.dispatch is not None and variant.dispatch.state not in (delivery.WAITING, delivery.HELD)
