"""Cards of links: which address of a text gets one, what is known of its page, and the card as a network takes it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from allmende.channels.models import Dispatch, LinkCard, Spoken
from allmende.channels.queries.media import as_sent
from allmende.channels.states import KEPT, LEFT, NOT_IN_TIME, NOT_TAKEN, WAITING
from allmende.connectors.abilities import MediaAbility
from allmende.connectors.neutral import Card, Media
from allmende.domain.tracked_link import fault_of_target
from allmende.domain.wording import address_places
from allmende.team.models import Workspace

# Bytes of an address in a text that can have a card.
LONGEST_ADDRESS = 1_000
# How long what a page said of itself holds for new posts, and that it could not be read.
FRESH, LEFT_ALONE = timedelta(days=7), timedelta(minutes=10)
# What every network that shows cards takes of their pictures.
PICTURE = MediaAbility(1, frozenset({"image/jpeg", "image/png"}), 1_000_000)


def card_address(text: str) -> str:
    """The first address of a text that leads to the open web; "" if there is none."""
    found = (text[start:end] for start, end in address_places(text))
    return next((one for one in found if not fault_of_target(one) and len(one.encode()) <= LONGEST_ADDRESS), "")


def known_cards(workspace: Workspace, urls: Collection[str], now: datetime | None = None) -> dict[str, LinkCard]:
    """What is known of these pages, or being asked, by address; with `now` only what is fresh enough for a new post. One
    query."""
    rows = LinkCard.objects.select_related("picture").filter(workspace=workspace, url__in=urls)
    newest = {one.url: one for one in rows.exclude(reason_code__in=(NOT_IN_TIME, NOT_TAKEN)).order_by("asked_at", "pk")}
    return {url: one for url, one in newest.items() if now is None or _is_fresh(one, now)}


def _is_fresh(card: LinkCard, now: datetime) -> bool:
    longest = LEFT_ALONE if card.state == LEFT else FRESH
    return card.state == WAITING or card.asked_at > now - longest


def card_said(dispatch: Dispatch) -> Card | None:
    """The card a dispatch shows; None without one, or while its page has said nothing."""
    if dispatch.card_id is None:
        return None
    kept = LinkCard.objects.select_related("picture").get(pk=dispatch.card_id)
    if kept.state != KEPT:
        return None
    return Card(kept.url, kept.title, kept.description, _picture(kept))


def _picture(card: LinkCard) -> Media | None:
    """The picture as it is, or its lighter rendition; None where neither fits, or the file is gone."""
    if card.picture is None:
        return None
    (sent,) = as_sent([Spoken(card.picture)], PICTURE, lambda place, is_light: "")
    is_fit = sent.media_type in PICTURE.types and 0 < len(sent.content) <= PICTURE.maximum_bytes
    return sent if is_fit else None
