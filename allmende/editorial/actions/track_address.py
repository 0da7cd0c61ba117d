"""Let tracked links of ours count an address that stands in an item's texts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.channels.actions import end_link, make_link
from allmende.channels.models import Channel, TrackedLink
from allmende.channels.queries import public_origin
from allmende.domain.tracked_link import host_and_path, trackable_addresses, with_address
from allmende.editorial import states
from allmende.editorial.actions.save_item import CannotSave, ItemText, save_item, written_of
from allmende.editorial.models import Item, Variant
from allmende.editorial.queries import SHARED
from allmende.team.access import require
from allmende.team.actions import stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

RIGHT = "editorial.item.edit"
NAME_LENGTH = 120


class CannotTrack(Exception):
    """No link was made and nothing was saved; the message says why."""


@dataclass(frozen=True)
class Tracked:
    """The item with its short addresses, the link of each channel, and whether these texts left the shared one."""

    item: Item
    links: tuple[TrackedLink, ...]
    is_apart: bool


@transaction.atomic
def track_address(
    *, person: Person, item: Item, written: ItemText, place: str, address: str, seen_revision: int, now: datetime
) -> Tracked:
    """Save what was `written`, with a tracked link of its own for each channel in the place of `address` (S3-22).

    `place`: the shared text, or the id of a channel with words of its own. Where one channel alone takes the shared text
    it stays shared; several part with it, since each has a link of its own. Raises CannotTrack, CannotMakeLink and what
    `save_item` raises.
    """
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    origin = public_origin()
    if not origin:
        raise CannotTrack(
            _(
                "Not made. This installation has no public address, so nobody outside could follow the link. The text is "
                "as it was. Whoever runs it sets ALLMENDE_ORIGIN to the https address."
            )
        )
    channels = _channels(item, written, place, address, origin)
    links = {channel.pk: _link(person, item, written, channel, address, now) for channel in channels}
    is_apart = place == SHARED and len(written.shared) > 1
    saved = save_item(
        person=person, item=item, written=_linked(written, links, address, origin, is_apart), now=now,
        seen_revision=seen_revision, url=_url(item),
    )  # fmt: skip
    return Tracked(saved, tuple(links.values()), is_apart)


@transaction.atomic
def undo_tracking(
    *, person: Person, now: datetime, item: str, revision: int, links: Collection[str], is_apart: bool
) -> None:
    """Put the address back into the texts and end its links. Raises CannotUndo once somebody built on them."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    found = Item.objects.select_related("workspace").filter(workspace=person.workspace, pk=item).first()
    made = list(TrackedLink.objects.filter(workspace=person.workspace, pk__in=links, subject_id=item))
    if found is None or found.revision != revision or _closed(found) & {link.channel_id for link in made}:
        raise stale_undo()
    written = _unlinked(written_of(found), made, public_origin(), is_apart)
    try:
        save_item(person=person, item=found, written=written, now=now, seen_revision=revision, url=_url(found))
    except CannotSave as error:
        raise stale_undo() from error
    for link in made:
        end_link(person=person, link=link, now=now)


def _channels(item: Item, written: ItemText, place: str, address: str, origin: str) -> list[Channel]:
    """Whose texts hold the address and may still become others."""
    there = written.shared if place == SHARED else {pk for pk in written.texts if str(pk) == place}
    words, closed = written.words, _closed(item)
    holding = {pk for pk in there if address in trackable_addresses(words[pk], origin)}
    if not holding:
        raise CannotTrack(
            _(
                "Not made. This address does not stand in the text any more, or a tracked link counts it already. What "
                "you typed is still here."
            )
        )
    if not holding - closed:
        raise CannotTrack(
            _(
                "Not made. The text is approved or on its way, and that holds for exactly these words; it stays as it is. "
                "Take it back first, or change and save it; then make the link."
            )
        )
    return list(Channel.objects.filter(workspace=item.workspace, pk__in=holding - closed).order_by("name"))


def _closed(item: Item) -> set[UUID]:
    """The channels whose texts are approved or out; nobody approves another until this is done."""
    rows = Variant.objects.select_for_update(of=("self",)).filter(item=item).order_by("pk")
    return {variant.channel_id for variant in rows if variant.state not in states.WRITABLE}


def _link(person: Person, item: Item, written: ItemText, channel: Channel, address: str, now: datetime) -> TrackedLink:
    host, _path = host_and_path(address)
    return make_link(
        person=person, target=address, name=f"{written.title[: NAME_LENGTH - 42]}: {host[:40]}", now=now,
        channel=channel, serves_key=written.serves_key, campaign=written.campaign,
        subject=("item", str(item.pk), written.title),
    )  # fmt: skip


def _linked(
    written: ItemText, links: Mapping[UUID, TrackedLink], address: str, origin: str, is_apart: bool
) -> ItemText:
    """The same with short addresses."""
    texts, text = dict(written.texts), written.text
    for pk, link in links.items():
        if pk in written.shared and not is_apart:
            text = with_address(text, address, origin + link.path)
        else:
            texts[pk] = with_address(written.words[pk], address, origin + link.path)
    shared = written.shared - set(links) if is_apart else written.shared
    return replace(written, texts=texts, text=text, shared=shared)


def _unlinked(written: ItemText, links: Collection[TrackedLink], origin: str, is_apart: bool) -> ItemText:
    """The same with the addresses the links lead to; what had parted takes the shared text again."""
    texts, text, shared = dict(written.texts), written.text, set(written.shared)
    for link in links:
        if link.channel_id in shared:
            text = with_address(text, origin + link.path, link.target)
        elif is_apart and link.channel_id:
            texts.pop(link.channel_id, None)
            shared.add(link.channel_id)
        elif link.channel_id in texts:
            texts[link.channel_id] = with_address(texts[link.channel_id], origin + link.path, link.target)
    return replace(written, texts=texts, text=text, shared=frozenset(shared))


def _url(item: Item) -> str:
    return reverse("editorial:item", args=[item.workspace.slug, item.pk])
