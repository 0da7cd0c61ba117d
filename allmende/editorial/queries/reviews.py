"""What somebody outside sees of an item over their link: the texts as they will appear, and what is meant for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from allmende.channels.models import Spoken
from allmende.channels.queries import text_limit
from allmende.editorial.models import Answer, Comment, Item, Reviewer
from allmende.editorial.queries.approvals import Asked, asked_texts, steps_of
from allmende.editorial.queries.linked_pages import LinkedPage, Words, linked_address, linked_pages, shown_page
from allmende.editorial.queries.words import PartWords
from allmende.team.models import Workspace


@dataclass(frozen=True)
class Look:
    """One text as its network will show it."""

    text: Asked
    is_social: bool
    card: LinkedPage | None = None
    part_cards: Sequence[LinkedPage | None] = ()

    @property
    def parts(self) -> "list[tuple[PartWords, Sequence[Spoken], LinkedPage | None]]":
        """What follows it: words, pictures, card."""
        return [(part, shown, card) for (part, shown), card in zip(self.text.said, self.part_cards, strict=True)]


@dataclass(frozen=True)
class Review:
    """The page of a reviewer outside. `is_open`: an answer of theirs counts now; `last`: what they said last.

    Comments among colleagues are not in here at all.
    """

    item: Item
    workspace: Workspace
    looks: Sequence[Look]
    comments: Sequence[Comment]
    last: Answer | None
    is_open: bool
    is_answered: bool


def _looks(item: Item) -> list[Look]:
    texts = asked_texts(item)
    said = {one.variant.pk: () if item.without_card or one.rewording else _words(one) for one in texts}
    urls = {linked_address(one.variant.channel, words) for one in texts for words in said[one.variant.pk]} - {""}
    pages = linked_pages(item.workspace, urls) if urls else {}
    return [
        _look(one, [shown_page(one.variant.channel, words, pages) for words in said[one.variant.pk]]) for one in texts
    ]


def _words(text: Asked) -> tuple[Words, ...]:
    parts = (Words(part.text, bool(shown), is_answer=True) for part, shown in text.said)
    return (Words(text.text, bool(text.pictures), is_answer=False), *parts)


def _look(text: Asked, cards: Sequence[LinkedPage | None]) -> Look:
    # What nobody asked for yet, or says nothing, is no matter for somebody outside.
    kept = [one if one and one.is_kept else None for one in cards] or [None] * (1 + len(list(text.said)))
    return Look(text, not text_limit(text.variant.channel).has_title, kept[0], kept[1:])


def review_of(reviewer: Reviewer) -> Review:
    """For the page behind a guest link."""
    item = reviewer.step.item
    state = next(one for one in steps_of(item) if one.step.pk == reviewer.step_id)
    said = next(one for one in state.said if one.reviewer.pk == reviewer.pk)
    return Review(
        item=item,
        workspace=item.workspace,
        looks=_looks(item),
        comments=list(item.comments.filter(is_for_guests=True).select_related("person").order_by("created_at")),
        last=said.last,
        is_open=state.is_turn,
        is_answered=said.is_standing,
    )
