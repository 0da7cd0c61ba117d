"""The parts of a post: handed over in order, each said when the one before stands at the network, ended together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allmende.channels.actions.hand_over import hand_over
from allmende.channels.models import Dispatch, Message, Spoken
from allmende.channels.states import GIVEN_UP, HELD, MISSED, POST, REFUSED, WAITING, WITHDRAWN
from allmende.team.models import Person

# What was begun in time is finished within so long after the latest time of its head.
FINISHED_WITHIN = timedelta(hours=1)
# What no network can have heard.
UNSAID = (WAITING, HELD, REFUSED, GIVEN_UP, MISSED)


@dataclass(frozen=True, slots=True)
class Part:
    """What follows a post: the next part of its thread, or (`is_comment`, the last) its first comment."""

    text: str
    is_comment: bool = False
    media: Sequence[Spoken] = ()


@transaction.atomic
def hand_over_parts(
    *, person: Person, head: Dispatch, parts: Sequence[Part], now: datetime, shows_card: bool = False
) -> list[Dispatch]:
    """Put what follows a post into the queue, in order; each has its own key and its own log. Raises CannotHandOver."""
    made, before = [], head
    for part in sorted(parts, key=lambda one: one.is_comment):
        before = hand_over(
            person=person, channel=head.channel, kind=POST, text=part.text, media=part.media, now=now,
            send_after=head.send_after, send_before=latest_of_parts(head.send_before), serves_key=head.serves_key,
            subject=(head.subject_kind, head.subject_id, head.subject_label), follows=before, is_comment=part.is_comment,
            shows_card=shows_card,
        )  # fmt: skip
        made.append(before)
    return made


def latest_of_parts(send_before: datetime | None) -> datetime | None:
    """Until when the parts may follow a head with this latest time."""
    return send_before + FINISHED_WITHIN if send_before else None


def following(dispatch: Dispatch) -> Q:
    """The parts after this one."""
    return Q(head=dispatch.head_id or dispatch.pk, part__gt=dispatch.part)


def move_parts(*, dispatch: Dispatch, now: datetime) -> None:
    """The parts go where their head went."""
    mine = Dispatch.objects.filter(following(dispatch), state__in=(WAITING, HELD))
    Message.objects.filter(dispatch__in=mine).update(occurred_at=dispatch.send_after, changed_at=now)
    mine.update(
        send_after=dispatch.send_after,
        next_at=dispatch.send_after,
        send_before=latest_of_parts(dispatch.send_before),
    )


def withdraw_parts(*, dispatch: Dispatch, reason_code: str, now: datetime) -> None:
    """Without this one the parts after it make no sense."""
    mine = Dispatch.objects.filter(following(dispatch), state__in=UNSAID)
    mine.update(state=WITHDRAWN, settled_at=now, reason_code=reason_code)


def release_parts(*, dispatch: Dispatch, now: datetime) -> None:
    """Whoever releases a post releases what follows it."""
    held = Dispatch.objects.filter(following(dispatch), state=HELD)
    held.filter(Q(send_before__isnull=True) | Q(send_before__gt=now)).update(
        state=WAITING, next_at=max(now, dispatch.send_after)
    )


def retry_parts(*, dispatch: Dispatch, now: datetime) -> None:
    """What was given up because the part before did not leave waits again."""
    given_up = Dispatch.objects.filter(following(dispatch), state=GIVEN_UP)
    given_up.filter(send_before__isnull=True, send_after__lt=now).update(send_after=now)
    given_up.update(state=WAITING, next_at=now, reason_code="", reason="")


def miss_parts(*, dispatch: Dispatch, now: datetime) -> None:
    """None of the parts of a post that missed its time leaves alone."""
    waiting = Dispatch.objects.filter(following(dispatch), state__in=(WAITING, HELD))
    waiting.update(state=MISSED, settled_at=now, reason_code="head_missed")
