"""Give a person the item they ask for, or behave as if it did not exist."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from allmende.channels.models import LinkCard, Media, Message
from allmende.channels.queries import card_address
from allmende.channels.states import SENT
from allmende.editorial import states
from allmende.editorial.models import (
    Answer,
    ApprovalStep,
    IdeaSource,
    Item,
    Occurrence,
    PlanChange,
    PostImport,
    PostingSlot,
    Reviewer,
    Rewording,
    Series,
    TextBlock,
    Variant,
)
from allmende.plan.access import find_feed
from allmende.plan.models import CalendarFeed
from allmende.team.access import find_guest_link, may
from allmende.team.models import Person

REVIEW_KIND = "editorial.review"


def find_item(person: Person, item_id: UUID) -> Item:
    """The item of the person's workspace, or 404."""
    return get_object_or_404(
        Item.objects.select_related(
            "owner", "updated_by", "workspace", "audience", "core_message", "occurrence__series__item"
        ),
        workspace=person.workspace,
        pk=item_id,
    )


def find_block(person: Person, block_id: UUID) -> TextBlock:
    """A text block of the person's workspace that was not put away, or 404."""
    return get_object_or_404(TextBlock, workspace=person.workspace, pk=block_id, archived_at__isnull=True)


def block_in(person: Person, asked: str) -> TextBlock | None:
    """The text block an address names, if it is one of the person's workspace."""
    try:
        key = UUID(asked)
    except ValueError:
        return None
    return TextBlock.objects.filter(workspace=person.workspace, pk=key, archived_at__isnull=True).first()


def find_picture(person: Person, media_id: UUID) -> Media:
    """A picture somebody of the person's workspace kept, or 404."""
    return get_object_or_404(
        Media.objects.select_related("right"), workspace=person.workspace, pk=media_id, created_by__isnull=False
    )


def find_posts(person: Person, post_import_id: UUID) -> PostImport:
    """A table of posts of the person's workspace, or 404."""
    rows = PostImport.objects.select_related("workspace", "created_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=post_import_id)


def find_variant(person: Person, variant_id: UUID) -> Variant:
    """The variant of the person's workspace, or 404."""
    return get_object_or_404(
        Variant.objects.select_related("item", "channel", "dispatch", "workspace"),
        workspace=person.workspace,
        pk=variant_id,
    )


def find_said(person: Person, published_id: int) -> Message:
    """A published text of an item of the person's workspace, or one of its parts; else 404."""
    rows = Message.objects.select_related("channel__account", "channel__workspace", "dispatch")
    texts = Variant.objects.filter(workspace=person.workspace).values("dispatch")
    return get_object_or_404(
        rows.filter(Q(dispatch__in=texts) | Q(dispatch__head__in=texts), dispatch__state=SENT, native_id__isnull=False),
        pk=published_id,
        channel__workspace=person.workspace,
    )


def find_rewording(person: Person, rewording_id: UUID) -> Rewording:
    """Other words for a published text of the person's workspace, or 404."""
    rows = Rewording.objects.select_related("variant__item", "variant__workspace", "message")
    return get_object_or_404(rows, variant__workspace=person.workspace, pk=rewording_id)


def find_step(person: Person, step_id: int) -> ApprovalStep:
    """A step of approval of an item of the person's workspace, or 404."""
    rows = ApprovalStep.objects.select_related("item__workspace", "made_by")
    return get_object_or_404(rows, item__workspace=person.workspace, pk=step_id)


def find_outside(person: Person, reviewer_id: int) -> Reviewer:
    """A reviewer from outside of an item of the person's workspace, or 404."""
    rows = Reviewer.objects.select_related("step__item__workspace").filter(person__isnull=True)
    return get_object_or_404(rows, step__item__workspace=person.workspace, pk=reviewer_id)


def find_guest_reviewer(token: str, now: datetime) -> Reviewer:
    """Who came over this link, or 404: wrong, expired and revoked look the same, and so does an item put away."""
    link = find_guest_link(token, REVIEW_KIND, now)
    rows = Reviewer.objects.select_related("step__item__workspace", "step__asked_by", "step__item__owner")
    return get_object_or_404(
        rows, pk=link.object_id, step__item__workspace=link.workspace_id, step__item__archived_at__isnull=True
    )


def find_guest_picture(token: str, media_id: UUID, now: datetime) -> Media:
    """A picture of the item this link leads to, or 404."""
    item = find_guest_reviewer(token, now).step.item
    shown = {*item.shown.values_list("media", flat=True), *_card_pictures(item)}
    return get_object_or_404(Media, pk__in=shown, pk=media_id)


def _card_pictures(item: Item) -> set[UUID]:
    """The pictures of the cards of links that stand in the item's texts."""
    rows = item.variants.values_list("text", "parts__text")
    urls = {card_address(text) for row in rows for text in row if text} - {""}
    known = LinkCard.objects.filter(workspace=item.workspace_id, url__in=urls, picture__isnull=False)
    return set(known.values_list("picture", flat=True))


def find_turn(person: Person, item: Item) -> Reviewer:
    """The reviewer this person is in one of the item's steps that are asked, the earliest; 404 when nothing is asked of them."""
    rows = Reviewer.objects.select_related("step__item__workspace").filter(
        step__item=item, person=person, step__asked_at__isnull=False
    )
    done = Answer.objects.filter(reviewer=OuterRef("pk"), answer=states.YES, taken_back_at__isnull=True)
    found = rows.order_by(Exists(done), "step__place").first()
    if found is None:
        raise Http404
    return found


def find_plan_change(person: Person, change_id: UUID) -> PlanChange:
    """A change of the plan of the person's workspace, or 404."""
    rows = PlanChange.objects.select_related("person", "undone_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=change_id)


def find_texts_feed(token: str, now: datetime) -> CalendarFeed:
    """The open calendar address of this token, whose person may still read the editorial calendar, or 404."""
    feed = find_feed(token, now, states.TEXTS_FEED)
    if not may(feed.person, "editorial.item.read"):
        raise Http404
    return feed


def find_slot(person: Person, slot_id: UUID) -> PostingSlot:
    """A weekly slot of the person's workspace that was not taken out, or 404."""
    rows = PostingSlot.objects.select_related("channel")
    return get_object_or_404(rows, workspace=person.workspace, pk=slot_id, archived_at__isnull=True)


def find_series(person: Person, series_id: UUID) -> Series:
    """A series of the person's workspace, or 404."""
    rows = Series.objects.select_related("item", "workspace", "updated_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=series_id)


def find_occurrence(person: Person, occurrence_id: int) -> Occurrence:
    """One time of a series of the person's workspace, or 404."""
    rows = Occurrence.objects.select_related("series__item", "series__workspace", "item", "channel")
    return get_object_or_404(rows, series__workspace=person.workspace, pk=occurrence_id)


def find_source(person: Person, source_id: UUID) -> IdeaSource:
    """A feed that brings ideas to the person's workspace, or 404."""
    rows = IdeaSource.objects.select_related("channel", "workspace")
    return get_object_or_404(rows, workspace=person.workspace, pk=source_id, archived_at__isnull=True)
