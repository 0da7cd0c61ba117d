"""Take back at the network what is published there, and begin it anew where the network lets nobody change it."""

from dataclasses import replace
from datetime import datetime

from allmende.channels.actions import CannotCorrect, take_said_back
from allmende.channels.models import Message
from allmende.channels.queries import abilities_of
from allmende.editorial.actions.duplicate_item import duplicate_item
from allmende.editorial.actions.reword import CannotReword
from allmende.editorial.actions.save_item import save_item, written_of
from allmende.editorial.models import Item
from allmende.editorial.queries import said_of, standing_parts
from allmende.team.access import require
from allmende.team.models import Person


def say_anew(*, person: Person, message: Message, now: datetime) -> Item:
    """The text and its parts leave the network, the last first, where it lets us; a draft with the same words for this
    channel alone takes their place, which wants approval and a slot of its own. Raises CannotReword."""
    require(person, "editorial.item.approve")
    variant = said_of(message)
    standing = standing_parts(variant)
    if abilities_of(message.channel).can_delete:
        for one in reversed(standing):
            try:
                take_said_back(person=person, message=one, now=now)
            except CannotCorrect as error:
                raise CannotReword(str(error)) from error
    made = duplicate_item(person=person, item=variant.item, now=now)
    others = frozenset(made.variants.exclude(channel=variant.channel).values_list("channel", flat=True))
    written = written_of(made)
    follows = written.parts.get(variant.channel_id, ())
    # What stands there now: it may have been given other words than those it was approved with.
    words = [variant.text, *(one.text for one in follows)]
    for one in standing:
        if one.dispatch:
            words[one.dispatch.part - 1] = one.text
    parts = tuple(replace(one, text=text) for one, text in zip(follows, words[1:], strict=True))
    here = replace(
        written, dropped=others, shared=frozenset(), texts={variant.channel_id: words[0]},
        parts=dict(written.parts) | {variant.channel_id: parts},
    )  # fmt: skip
    return save_item(person=person, item=made, written=here, now=now, seen_revision=made.revision)
