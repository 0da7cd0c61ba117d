"""Cards of links: asked for when a text is saved or handed over, fetched by a job, settled at the latest when its post leaves."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from allmende.channels.actions.clean_text import storable
from allmende.channels.actions.keep_media import CannotKeep, Picture, decode_picture, store_picture
from allmende.channels.actions.show_media import FETCHED_TYPES, fetch_in_turn
from allmende.channels.models import Attempt, Channel, Dispatch, LinkCard, Media, TrackedLink
from allmende.channels.queries import CANNOT_OPEN, abilities_of, public_origin
from allmende.channels.queries.cards import card_address, known_cards
from allmende.channels.states import KEPT, LEFT, NOT_IN_TIME, NOT_TAKEN, SAYS_NOTHING, WAITING
from allmende.connectors.cards import LIMITS, PageWords, read_page
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.neutral import LeftOut
from allmende.domain.tracked_link import is_tracked

log = logging.getLogger("allmende.channels")

PAUSE = timedelta(seconds=20)
MOST_ATTEMPTS, MOST_PER_RUN = 3, 10
BROKEN_ATTEMPTS = 2


def ask_card(*, channel: Channel, text: str, now: datetime, is_answer: bool = False) -> LinkCard | None:
    """The card of the first link in a text, asked for if nobody knows it; None where this network shows none.

    Inside the transaction of whoever writes the text, who has taken the workspace.
    """
    url = card_address(text)
    if not url or not abilities_of(channel).shows_card(is_answer=is_answer):
        return None
    known = known_cards(channel.workspace, [url], now).get(url)
    target = "" if known else _target(channel, url)
    if known or not target:
        return known
    return LinkCard.objects.create(workspace=channel.workspace, url=url, target=target, asked_at=now, next_at=now)


def fetch_cards(*, now: datetime, client: Client | None = None) -> int:
    """Ask the pages that texts link to what they say of themselves; how many said something."""
    return fetch_in_turn(
        rows=LinkCard.objects.select_related("workspace"), most=MOST_PER_RUN, fetch=_fetch, make_client=_stranger,
        client=client, now=now,
    )  # fmt: skip


def _stranger() -> Client:
    """Who knows none of our neighbours: an address in a text is not what whoever runs this installation named."""
    return Client(limits=LIMITS)


def settle_card(*, dispatch: Dispatch, now: datetime) -> None:
    """No post waits for a page: one whose card is not there when it leaves goes without it, also when it is said again. So does
    one that a network twice answered with a fault and then did not have: it may be the card that breaks it."""
    card = dispatch.card
    if card is None or card.state == LEFT:
        return
    why = NOT_IN_TIME if card.state == WAITING else NOT_TAKEN if _broke_twice(dispatch) else ""
    if not why:
        return
    dispatch.card = _without(card, why, now)
    Dispatch.objects.filter(pk=dispatch.pk, fence=dispatch.fence).update(card=dispatch.card)
    log.info("Dispatch %s: leaves without the card of its link (%s)", dispatch.pk, why)


def _broke_twice(dispatch: Dispatch) -> bool:
    """Asked only where it was tried so often."""
    if dispatch.attempts <= BROKEN_ATTEMPTS:
        return False
    return Attempt.objects.filter(dispatch=dispatch.pk, outcome="absent").count() >= BROKEN_ATTEMPTS


def note_left_out(*, dispatch: Dispatch, left_out: LeftOut, now: datetime) -> None:
    """It stands at the network without its card or the picture of it: in the log; without the card, beside the words as well."""
    if not left_out:
        return
    log.info("Dispatch %s: left without the %s of its link, which the network did not take", dispatch.pk, left_out)
    if left_out == "card" and dispatch.card is not None:
        Dispatch.objects.filter(pk=dispatch.pk, card=dispatch.card).update(card=_without(dispatch.card, NOT_TAKEN, now))


def _without(card: LinkCard, reason_code: str, now: datetime) -> LinkCard:
    """What a dispatch has in the place of a card it does not show."""
    return LinkCard.objects.create(
        workspace_id=card.workspace_id, url=card.url, target=card.target, state=LEFT, reason_code=reason_code,
        asked_at=now, settled_at=now,
    )  # fmt: skip


def _target(channel: Channel, url: str) -> str:
    """Where the page is: a link of ours is not followed, for nobody clicked it. "" for one that leads nowhere."""
    origin = public_origin()
    if not origin or not is_tracked(url, origin):
        return url
    code = url.rpartition("/l/")[2]
    link = TrackedLink.objects.filter(workspace=channel.workspace_id, code=code, ended_at__isnull=True).first()
    return link.target if link else ""


def _fetch(card: LinkCard, client: Client, now: datetime) -> bool:
    try:
        said = read_page(card.target, client)
    except Refused as error:
        return _leave(card, error.reason_code, now)
    except CANNOT_OPEN as error:
        if card.attempts >= MOST_ATTEMPTS:
            return _leave(card, getattr(error, "reason_code", "not_reached"), now)
        LinkCard.objects.filter(pk=card.pk, state=WAITING).update(next_at=now + PAUSE * card.attempts)
        return False
    title = storable(said.title)
    if not title:
        return _leave(card, SAYS_NOTHING, now)
    # Before the transaction: on SQLite it keeps everybody else from writing, however long a server takes.
    decoded = _picture(said, client)
    with transaction.atomic():
        picture = _kept(card, decoded, now) if decoded else None
        return bool(
            LinkCard.objects.filter(pk=card.pk, state=WAITING).update(
                state=KEPT, title=title, description=storable(said.description), picture=picture, next_at=None,
                settled_at=now,
            )
        )  # fmt: skip


def _picture(said: PageWords, client: Client) -> Picture | None:
    """The page's picture, written anew as every picture is; a card is worth showing without."""
    if not said.picture:
        return None
    try:
        return decode_picture(client.read(said.picture, types=FETCHED_TYPES).body)
    except (CannotKeep, *CANNOT_OPEN):
        return None


def _kept(card: LinkCard, picture: Picture, now: datetime) -> Media:
    return store_picture(workspace=card.workspace, person=None, name="", picture=picture, now=now)[0]


def _leave(card: LinkCard, reason_code: str, now: datetime) -> bool:
    LinkCard.objects.filter(pk=card.pk, state=WAITING).update(
        state=LEFT, reason_code=reason_code[:40], next_at=None, settled_at=now
    )
    return False
