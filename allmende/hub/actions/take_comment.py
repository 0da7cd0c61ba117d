"""A visitor comments. Nothing of them is kept but what they typed: no address, no cookie, no third party is asked."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import receive_comment, receive_withdrawal
from allmende.channels.models import Message
from allmende.hub import states
from allmende.hub.access import Page
from allmende.hub.models import Comment

# Comments of one address and on one page within SPAN; an address is only known as a keyed hash, in memory, for so long.
SPAN = timedelta(minutes=10)
MOST_OF_ONE, MOST_ON_PAGE = 5, 60
# More than anybody would read through: then a flood is under way.
MOST_WAITING = 1_000
# Nobody reads a post, writes below it and sends that within two seconds.
SHORTEST_WRITING, LONGEST_WRITING = timedelta(seconds=2), timedelta(hours=24)

_KEY = secrets.token_bytes(32)


class CannotComment(Exception):
    """Nothing was taken in; the message says why and what to do."""


class TooMany(CannotComment):
    """Not just now."""


def take_comment(
    *, page: Page, post: Message, answers: Message | None, name: str, text: str, begun_at: datetime, sender: str,
    now: datetime,
) -> Comment:  # fmt: skip
    """Keep a comment; it waits until a person shows it. `begun_at`: when the form was drawn; `sender`: the network address, for
    the limit alone. Raises CannotComment, TooMany."""
    if not page.takes_comments:
        raise CannotComment(_("Not sent. Nobody listens here any more, so comments are closed."))
    if now - begun_at < SHORTEST_WRITING:
        raise CannotComment(
            _("Not sent yet. That was faster than people write. Your text is still here; send it again.")
        )
    if now - begun_at > LONGEST_WRITING:
        raise CannotComment(
            _("Not sent yet. This page was open for more than a day. Your text is still here; send it again.")
        )
    _count(page, sender, now)
    with transaction.atomic():
        message = receive_comment(
            channel=page.channel, post=post, answers=answers or post, name=name, text=text, now=now
        )
        return Comment.objects.create(message=message)


def withdraw_comment(*, comment: Comment, now: datetime) -> None:
    """Whoever wrote it takes it back: from now on nobody sees it on the page. Twice is once."""
    if comment.message.deleted_at is None:
        receive_withdrawal(message=comment.message, now=now)


def is_one_too_many(what: str, sender: str, most: int) -> bool:
    """Did this network address send more than `most` of `what` within SPAN? It is only known as a keyed hash, in memory."""
    digest = hmac.new(_KEY, sender.encode(), hashlib.sha256).hexdigest()[:32]
    name = f"hub.{what}.{digest}"
    return not cache.add(name, 1, SPAN.total_seconds()) and _one_more(name) > most


def _count(page: Page, sender: str, now: datetime) -> None:
    if is_one_too_many("comments", sender, MOST_OF_ONE):
        raise TooMany(
            _(
                "Not sent yet. Those were many comments in a short time. Your text is still here; send it again in ten minutes."
            )
        )
    mine = Comment.objects.filter(message__channel=page.channel)
    is_flood = mine.filter(message__recorded_at__gt=now - SPAN).count() >= MOST_ON_PAGE
    if is_flood or mine.filter(state=states.WAITING).count() >= MOST_WAITING:
        raise TooMany(
            _("Not sent yet. Very many are writing here just now. Your text is still here; please try later.")
        )


def _one_more(name: str) -> int:
    try:
        return int(cache.incr(name))
    except ValueError:  # it ran out just now
        return 1
