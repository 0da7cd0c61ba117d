"""Write an item and the words of its variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import ask_card, withdraw_dispatch
from allmende.channels.models import Channel, Media, Spoken
from allmende.channels.queries import findings_for
from allmende.channels.states import SENT
from allmende.editorial import audit, states
from allmende.editorial.actions.take_back import take_back, take_back_all, unask
from allmende.editorial.models import Item, ItemMedia, PartPicture, Variant, VariantPart
from allmende.editorial.queries import PartWords, hash_of, part_findings, parts_of, pictures_of, placed, word_findings
from allmende.plan.actions import link_work
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

# Who sends the same new item again within this time pressed the button twice.
SAME_PRESS = timedelta(minutes=1)
# The fields of the briefing, named alike in ItemText and Item.
BRIEF = ("idea", "core_message_id", "audience_id", "format", "campaign", "ad_label", "minutes_each")
# What else an approval was given for, besides words and pictures.
SHOWN_WITH = ("title", "without_card")


class CannotSave(Exception):
    """The item was not saved; the message says why and what is safe."""


@dataclass(frozen=True)
class ItemText:
    """What a person typed, by channel id: `texts` where a channel has words of its own, `shared` where it takes the
    item's `text`, `dropped` where nothing shall be said. A channel that is not named stays as it is. `pictures`: kept
    media with their alternative texts, in order; None leaves them as they are. `minutes_each`: what an expected reply
    takes; `format` is one of `domain.formats`, `ad_label` a word of `states`. `parts`: what follows the text, by channel
    id; where nothing is said about a channel, they stay as they are. `without_card`: links are not shown as cards.
    """

    title: str
    serves_key: str = ""
    no_objective_reason: str = ""
    expected_behaviour: str = ""
    expected_replies: int | None = None
    texts: Mapping[UUID, str] = field(default_factory=dict)
    text: str = ""
    shared: frozenset[UUID] = frozenset()
    dropped: frozenset[UUID] = frozenset()
    carer_id: UUID | None = None
    care_minutes: int = 240
    pictures: tuple[tuple[UUID, str], ...] | None = None
    idea: str = ""
    core_message_id: UUID | None = None
    audience_id: UUID | None = None
    format: str = ""
    campaign: str = ""
    ad_label: str = ""
    minutes_each: int | None = None
    parts: Mapping[UUID, tuple[PartWords, ...]] = field(default_factory=dict)
    without_card: bool = False

    @property
    def words(self) -> dict[UUID, str]:
        """What each channel shall say."""
        return {**self.texts, **dict.fromkeys(self.shared, self.text)}


def written_of(item: Item) -> ItemText:
    """An item as it is saved, as somebody would write it once more."""
    variants = list(item.variants.all())
    return ItemText(
        title=item.title,
        serves_key=item.serves_key,
        no_objective_reason=item.no_objective_reason,
        expected_behaviour=item.expected_behaviour,
        expected_replies=item.expected_replies,
        texts={variant.channel_id: variant.text for variant in variants if not variant.is_shared},
        text=item.text,
        shared=frozenset(variant.channel_id for variant in variants if variant.is_shared),
        carer_id=item.carer_id,
        care_minutes=item.care_minutes,
        **{name: getattr(item, name) for name in BRIEF},
        pictures=tuple((one.media.pk, one.alt) for one in pictures_of(item)),
        parts={variant.channel_id: parts_of(variant) for variant in variants},
        without_card=item.without_card,
    )


@transaction.atomic
def save_item(
    *, person: Person, item: Item | None, written: ItemText, now: datetime, seen_revision: int = 0, url: str = ""
) -> Item:
    """Create or change an item. Other words take an approval back and the dispatch with it (S2-10, complaint 9).

    Raises CannotSave when somebody else saved since `seen_revision`, or when the network may already have heard the text.
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    if item is None:
        if twin := _pressed_twice(person, written, now):
            return twin
    else:
        list(Variant.objects.select_for_update(of=("self",)).filter(item=item).order_by("pk"))
        if any(getattr(item, name) != getattr(written, name) for name in SHOWN_WITH) or _shows_others(item, written):
            take_back_all(person=person, item=item, now=now)
    saved = _create(person, written, now) if item is None else _change(person, item, written, seen_revision, now)
    pictures, words = _show(saved, written), written.words
    for channel in Channel.objects.filter(workspace=person.workspace, pk__in=list(words)):
        follows = _within(pictures, written.parts.get(channel.pk))
        said = Said(words[channel.pk], channel.pk in written.shared, pictures, saved.ad_label, follows)
        _save_variant(person, saved, channel, said, now)
        if not saved.without_card:
            _ask_cards(channel, said, now)
    for variant in saved.variants.select_related("dispatch").filter(channel__in=written.dropped):
        if variant.dispatch:
            withdraw_dispatch(person=person, dispatch=variant.dispatch, now=now)
        # The barriers let parts go only from a text without an approval.
        Variant.objects.filter(pk=variant.pk).update(state=states.DRAFT, approved_hash="", dispatch=None)
        variant.delete()
    if saved.serves_key:
        link_work(
            workspace=saved.workspace,
            key=saved.serves_key,
            kind="item",
            ref=str(saved.pk),
            label=saved.title,
            url=url,
            at=now,
        )
    return saved


def _fields(written: ItemText) -> dict[str, object]:
    return {
        "title": written.title,
        "serves_key": written.serves_key,
        "no_objective_reason": "" if written.serves_key else written.no_objective_reason,
        "expected_behaviour": written.expected_behaviour,
        "expected_replies": written.expected_replies,
        "text": written.text,
        "carer_id": written.carer_id,
        "care_minutes": written.care_minutes,
        "without_card": written.without_card,
        **{name: getattr(written, name) for name in BRIEF},
    }


def _stage_of(written: ItemText) -> str:
    """With words it is being drafted; what says what it serves is briefed, anything else an idea."""
    if any(text.strip() for text in written.words.values()):
        return states.DRAFTING
    return states.BRIEFED if written.serves_key or written.no_objective_reason else states.IDEA


def _create(person: Person, written: ItemText, now: datetime) -> Item:
    item = Item.objects.create(
        workspace=person.workspace,
        owner=person,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
        stage=_stage_of(written),
        **_fields(written),
    )
    record_audit(workspace=item.workspace, person=person, verb=audit.CREATED, target=item, now=now)
    return item


def _pressed_twice(person: Person, written: ItemText, now: datetime) -> Item | None:
    typed = {channel: text for channel, text in written.words.items() if text.strip()}
    fresh = Item.objects.filter(workspace=person.workspace, created_by=person, created_at__gt=now - SAME_PRESS)
    for item in fresh.filter(revision=1, **_fields(written)).order_by("-created_at"):
        if dict(item.variants.values_list("channel", "text")) == typed and _follow_alike(item, written):
            return item
    return None


def _follow_alike(item: Item, written: ItemText) -> bool:
    return all(parts_of(one) == written.parts.get(one.channel_id, ()) for one in item.variants.all())


def _change(person: Person, item: Item, written: ItemText, seen_revision: int, now: datetime) -> Item:
    fields = _fields(written)
    if states.DRAFTING in (item.stage, stage := _stage_of(written)):
        fields["stage"] = states.DRAFTING
    elif item.stage == states.IDEA:
        fields["stage"] = stage
    changed = Item.objects.filter(pk=item.pk, revision=seen_revision).update(
        revision=seen_revision + 1, updated_at=now, updated_by=person, **fields
    )
    item = Item.objects.select_related("updated_by", "workspace").get(pk=item.pk)
    if not changed:
        raise CannotSave(
            _(
                "Not saved. %(name)s changed this item while you were writing. Your text stands below, theirs beside it; "
                "put together what should stay and save again."
            )
            % {"name": item.updated_by.name if item.updated_by else _("Somebody")}
        )
    record_audit(workspace=item.workspace, person=person, verb=audit.CHANGED, target=item, now=now)
    return item


@dataclass(frozen=True)
class Said:
    """What a channel shall say; `parts`: what follows, None leaves that as it is."""

    text: str
    is_shared: bool
    pictures: tuple[Spoken, ...]
    ad_label: str = ""
    parts: tuple[PartWords, ...] | None = None


def _shows_others(item: Item, written: ItemText) -> bool:
    """Do the pictures change, their order or their alternative texts?"""
    return written.pictures is not None and written.pictures != tuple(
        (one.media.pk, one.alt) for one in pictures_of(item)
    )


def _show(item: Item, written: ItemText) -> tuple[Spoken, ...]:
    """Keep which pictures the item shows; those of other workspaces are none."""
    if written.pictures is not None and _shows_others(item, written):
        alts = dict(written.pictures)
        known = Media.objects.filter(workspace=item.workspace, pk__in=alts)
        rows = {media.pk: ItemMedia(item=item, media=media, alt=alts[media.pk]) for media in known}
        ordered = [rows[pk] for pk in alts if pk in rows]
        for place, row in enumerate(ordered):
            row.place = place
        item.shown.all().delete()
        ItemMedia.objects.bulk_create(ordered)
    return pictures_of(item)


def _within(pictures: Sequence[Spoken], parts: Sequence[PartWords] | None) -> tuple[PartWords, ...] | None:
    """The parts with those of their pictures that the item shows."""
    known = {one.media.pk for one in pictures}
    return None if parts is None else tuple(replace(one, pictures=one.pictures & known) for one in parts)


def _save_variant(person: Person, item: Item, channel: Channel, said: Said, now: datetime) -> None:
    rows = item.variants.select_related("dispatch", "workspace", "item", "channel", "approved_by")
    variant = rows.filter(channel=channel).first()
    if variant is None:
        if said.text.strip() or (said.is_shared and said.pictures):
            _add_variant(person, item, channel, said, now)
            unask(item)
        return
    before = parts_of(variant)
    said = replace(said, parts=before if said.parts is None else said.parts)
    is_out = variant.dispatch is not None and variant.dispatch.state == SENT
    if is_out and (said.is_shared or variant.text == said.text) and said.parts == before:
        return  # what is out stays as members read it; the other channels go on
    is_same = variant.approved_hash == hash_of(
        item.title, said.text, said.pictures, said.parts or ()
    ) and not word_findings(said.text, said.ad_label)
    state = _state_after_check(channel, item.title, said)
    is_kept = variant.text == said.text and said.parts == before
    if is_kept and (is_same or (not variant.approved_hash and variant.state == state)):
        Variant.objects.filter(pk=variant.pk).exclude(is_shared=said.is_shared).update(is_shared=said.is_shared)
        return
    take_back(person=person, variant=variant, now=now)
    Variant.objects.filter(pk=variant.pk).update(
        text=said.text,
        is_shared=said.is_shared,
        state=state,
        approved_hash="",
        approved_by=None,
        approved_at=None,
        dispatch=None,
        updated_at=now,
        updated_by=person,
        revision=variant.revision + 1,
    )
    write_parts(variant, said.parts or ())


def write_parts(variant: Variant, parts: Sequence[PartWords]) -> None:
    """What follows the text, in the order of its places, with its pictures; a first comment comes last."""
    variant.parts.all().delete()
    ordered = sorted(parts, key=lambda one: one.is_comment)
    rows = VariantPart.objects.bulk_create(
        VariantPart(variant=variant, place=states.LAST_PLACE if one.is_comment else place, kind=one.kind, text=one.text)
        for place, one in enumerate(ordered, 2)
    )
    PartPicture.objects.bulk_create(
        PartPicture(part=row, media_id=pk) for row, one in zip(rows, ordered, strict=True) for pk in one.pictures
    )


def _ask_cards(channel: Channel, said: Said, now: datetime) -> None:
    """Ask the pages linked to for their cards now, so that the preview shows them and they are there when the post leaves."""
    parts = said.parts or ()
    texts = (said.text, *(one.text for one in parts))
    for number, (text, shown) in enumerate(zip(texts, placed(said.pictures, parts), strict=True)):
        if not shown:
            ask_card(channel=channel, text=text, now=now, is_answer=number > 0)


def _add_variant(person: Person, item: Item, channel: Channel, said: Said, now: datetime) -> None:
    variant = Variant.objects.create(
        workspace=item.workspace,
        item=item,
        channel=channel,
        text=said.text,
        is_shared=said.is_shared,
        state=_state_after_check(channel, item.title, said),
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    write_parts(variant, said.parts or ())


def _state_after_check(channel: Channel, title: str, said: Said) -> str:
    parts = said.parts or ()
    findings = (
        *findings_for(channel, title=title, text=said.text, media=placed(said.pictures, parts)[0]),
        *word_findings(said.text, said.ad_label),
        *part_findings(channel, parts, said.pictures),
    )
    return states.DRAFT if any(finding.severity == "refuse" for finding in findings) else states.CHECKED
