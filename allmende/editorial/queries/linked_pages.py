"""The page a text links to, as a network that shows cards will show it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from allmende.channels.models import Channel, Dispatch, LinkCard
from allmende.channels.queries import abilities_of, card_address, known_cards
from allmende.channels.states import KEPT, SENT, WAITING
from allmende.domain.tracked_link import host_and_path
from allmende.team.models import Workspace


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """The link of a text and the card of its page; `card` is None before anybody asked the page."""

    url: str
    card: LinkCard | None = None

    @property
    def host(self) -> str:
        """Of the page itself, also behind a tracked link of ours."""
        return host_and_path(self.card.target if self.card else self.url)[0].removeprefix("www.")

    @property
    def is_awaited(self) -> bool:
        return self.card is not None and self.card.state == WAITING

    @property
    def is_kept(self) -> bool:
        return self.card is not None and self.card.state == KEPT


@dataclass(frozen=True, slots=True)
class Words:
    """A text or a part of one; `dispatch`: what the queue carries of it."""

    text: str
    has_pictures: bool
    is_answer: bool
    dispatch: Dispatch | None = None


def linked_address(channel: Channel, words: Words) -> str:
    """The address of which this channel's network shows a card; "" where it shows none."""
    if words.has_pictures or not abilities_of(channel).shows_card(is_answer=words.is_answer):
        return ""
    return card_address(words.text)


def linked_pages(workspace: Workspace, urls: Collection[str]) -> dict[str, LinkedPage]:
    """What is known of these pages, by address; one query."""
    known = known_cards(workspace, urls)
    return {url: LinkedPage(url, known.get(url)) for url in urls}


def shown_page(channel: Channel, words: Words, pages: Mapping[str, LinkedPage]) -> LinkedPage | None:
    """The card of a text: the one it leaves or left with, else what is known of its page."""
    url = linked_address(channel, words)
    carried = words.dispatch.card if words.dispatch else None
    if url and carried and carried.url == url:
        return LinkedPage(url, carried)
    is_out = words.dispatch is not None and words.dispatch.state == SENT
    return None if is_out else pages.get(url)
