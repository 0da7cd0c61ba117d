"""What somebody outside sees of an item over their link: the texts as they will appear, and what is meant for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from allmende.channels.queries import text_limit
from allmende.editorial.models import Answer, Comment, Item, Reviewer
from allmende.editorial.queries.approvals import Asked, asked_texts, steps_of
from allmende.team.models import Workspace


@dataclass(frozen=True)
class Look:
    """One text as its network will show it."""

    text: Asked
    is_social: bool


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


def review_of(reviewer: Reviewer) -> Review:
    """For the page behind a guest link."""
    item = reviewer.step.item
    state = next(one for one in steps_of(item) if one.step.pk == reviewer.step_id)
    said = next(one for one in state.said if one.reviewer.pk == reviewer.pk)
    return Review(
        item=item,
        workspace=item.workspace,
        looks=[Look(one, not text_limit(one.variant.channel).has_title) for one in asked_texts(item)],
        comments=list(item.comments.filter(is_for_guests=True).select_related("person").order_by("created_at")),
        last=said.last,
        is_open=state.is_turn,
        is_answered=said.is_standing,
    )
