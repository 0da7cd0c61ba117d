"""Take one dispatch out of the queue: a single conditional update, committed before the network hears a word."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from allmende.channels.actions.spend_budget import is_affordable, is_spent
from allmende.channels.actions.watch_place import COUNT_CLAIM
from allmende.channels.models import Attempt, Channel, Dispatch, Hold, MessageMedia
from allmende.channels.queries import shown_rows
from allmende.channels.queries.places import here, is_paused
from allmende.channels.states import (
    CONNECTED,
    POST,
    RESTING,
    SENT,
    SPEAKING,
    SPEAKING_CHANNELS,
    UNCLEAR,
    WAITING,
)
from allmende.connectors.contract import FILM_PREPARATION, LONGEST_PREPARATION, USUAL_PREPARATION, Budget
from allmende.connectors.http import Limits
from allmende.team.queries import Asked, PreparedInsert, PreparedObjects, PreparedUpdate, ask_together, write_ahead

# Longer than the client waits for a whole answer: a lease that has ended means a worker that has ended. Whoever answers
# somebody or shows pictures prepares first, longest whoever shows a film.
SPEAKING_LEASE = timedelta(seconds=Limits().whole_seconds + 1) + USUAL_PREPARATION
PREPARED_LEASE = timedelta(seconds=Limits().whole_seconds + 1) + LONGEST_PREPARATION
FILM_LEASE = timedelta(seconds=Limits().whole_seconds + 1) + FILM_PREPARATION


def holds_over(dispatch: OuterRef | str = "") -> "QuerySet[Hold]":
    """Open holds in whose scope the outer dispatch lies: its channel, its account, or the whole workspace."""
    everywhere = Q(account__isnull=True, channel__isnull=True)
    here = Q(channel=OuterRef("channel")) | Q(account__channels=OuterRef("channel"))
    return Hold.objects.filter(everywhere | here, workspace=OuterRef("workspace"), ended_at__isnull=True)


def is_stopped() -> Q:
    """Held back by an open hold: posts by any, replies and holding statements only by one that includes them."""
    return Q(Exists(holds_over().filter(includes_replies=True))) | (Q(kind=POST) & Q(Exists(holds_over())))


def can_speak(now: datetime) -> Q:
    """The channel is live and its account connected, or done resting."""
    awake = Q(account__state=CONNECTED) | Q(account__state=RESTING, account__rests_until__lte=now)
    return Q(Exists(Channel.objects.filter(awake, pk=OuterRef("channel"), state__in=SPEAKING_CHANNELS)))


def is_in_turn() -> Q:
    """No part of anything, or the part before it stands at the network."""
    mine = Q(pk=OuterRef("head")) | Q(head=OuterRef("head"))
    before = Dispatch.objects.filter(mine, part=OuterRef("part") - 1, state=SENT, message__native_id__isnull=False)
    return Q(head__isnull=True) | Q(Exists(before))


def _prepares() -> Q:
    """It answers a message, or pictures or a card go with it."""
    media = MessageMedia.objects.filter(message=OuterRef("message"))
    return ~Q(kind=POST) | Q(head__isnull=False) | Q(card__isnull=False) | Q(Exists(media))


def _shows_film() -> Q:
    return Q(Exists(MessageMedia.objects.filter(message=OuterRef("message"), media__milliseconds__gt=0)))


def due_dispatches(now: datetime, place: str | None = None) -> "QuerySet[Dispatch]":
    """What may be claimed at this moment in this place (here, if none is given); the same conditions stand in the claim itself."""
    in_time = Q(send_before__isnull=True) | Q(send_before__gt=now)
    may_leave = can_speak(now) & ~is_spent(now) & ~is_stopped() & ~is_paused(place) & is_in_turn()
    return Dispatch.objects.filter(in_time, may_leave, state=WAITING, next_at__lte=now, paused_at__isnull=True)


def _claim(
    pk: int,
    holder: str,
    now: datetime,
    place: str,
    lease_until: datetime,
    prepared_until: datetime,
    film_until: datetime,
) -> "tuple[QuerySet[Dispatch], dict[str, Any]]":
    return due_dispatches(now, place).filter(pk=pk), {
        "state": SPEAKING,
        "fence": F("fence") + 1,
        "attempts": F("attempts") + 1,
        "holder": holder,
        "lease_until": Case(
            When(_shows_film(), then=Value(film_until)),
            When(_prepares(), then=Value(prepared_until)),
            default=Value(lease_until),
        ),
        "spoke_at": now,
        "first_spoke_at": Coalesce(F("first_spoke_at"), now),
        "reason_code": "",
        "reason": "",
    }


def _claimed(pk: int) -> "QuerySet[Any]":
    """What speaking needs to know, how often was tried before, and whether there are pictures to read and parts that follow."""
    tries = Attempt.objects.filter(dispatch=OuterRef("pk")).order_by().values("dispatch").annotate(n=Count("pk"))
    media = MessageMedia.objects.filter(message=OuterRef("message"))
    rows = Dispatch.objects.select_related("message", "channel__account", "created_by", "workspace").filter(pk=pk)
    later = Dispatch.objects.filter(head=Coalesce(OuterRef("head"), OuterRef("pk")), part__gt=OuterRef("part"))
    return rows.annotate(
        tries=Coalesce(Subquery(tries.values("n")), 0), has_media=Exists(media), has_parts_after=Exists(later)
    )


_CLAIM, _CLAIMED, _BEGIN = PreparedUpdate(_claim), PreparedObjects(_claimed), PreparedInsert(Attempt)


def write_claims(*, now: datetime) -> None:
    """What a claim asks, written before the first one: it holds the database while it does."""
    ends = {"lease_until": now, "prepared_until": now, "film_until": now}
    write_ahead(_CLAIM, pk=0, holder="", now=now, place="", **ends)
    write_ahead(_CLAIMED, pk=0)
    write_ahead(_BEGIN, dispatch_id=0, account_id=UUID(int=0), number=0, verb="", started_at=now)
    write_ahead(COUNT_CLAIM, fingerprint="")


@transaction.atomic(durable=True)
def claim_dispatch(*, pk: int, holder: str, now: datetime, budgets: Sequence[Budget] = ()) -> Dispatch | None:
    """Claim for sending: `speaking`, a lease, a higher fence, the intent in the log. None if it may not leave now.

    The hold, the pause of the place and of the text, the slot's end, the account's state and the channel's are conditions
    of the update itself: declared a moment before, they win. So does the network's budget, of which all workers together
    spend. When this returns, the claim is durable.
    """
    if budgets and not is_affordable(pk=pk, budgets=budgets, now=now):
        return None
    place = here()
    ends = {"lease_until": now + SPEAKING_LEASE, "prepared_until": now + PREPARED_LEASE, "film_until": now + FILM_LEASE}
    claim: dict[str, Any] = {"pk": pk, "holder": holder, "now": now, "place": place, **ends}
    claimed, found = ask_together((_CLAIM, claim), (_CLAIMED, {"pk": pk}))
    if not claimed:
        return None
    dispatch: Dispatch = _prepared(found[0])
    # The place last: until the transaction ends, whoever claims anything else in it waits for its row.
    _, counted = ask_together(_line(dispatch, "send", now), (COUNT_CLAIM, {"fingerprint": place}))
    # Not where no worker has ever looked round.
    dispatch.claimed_in, dispatch.claims_here = place, next(iter(counted), None)
    return dispatch


@transaction.atomic(durable=True)
def claim_look(*, pk: int, holder: str, now: datetime) -> Dispatch | None:
    """Claim an unclear dispatch for asking the network; None if somebody else asks already or a person decides."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    claimed = Dispatch.objects.filter(free, pk=pk, state=UNCLEAR, next_at__lte=now).update(
        fence=F("fence") + 1, holder=holder, lease_until=now + SPEAKING_LEASE
    )
    if not claimed:
        return None
    dispatch: Dispatch = _prepared(_CLAIMED(pk=pk)[0])
    ask_together(_line(dispatch, "find", now))
    return dispatch


def _line(dispatch: Any, verb: str, now: datetime) -> Asked:
    """A line of the log for this attempt."""
    return _BEGIN, {
        "dispatch_id": dispatch.pk, "account_id": dispatch.channel.account_id, "number": dispatch.tries + 1, "verb": verb,
        "started_at": now,
    }  # fmt: skip


def _prepared(dispatch: Any) -> Any:
    """With its pictures, and what belongs together put together."""
    shown = shown_rows().filter(message=dispatch.message_id) if dispatch.has_media else ()
    dispatch.message._prefetched_objects_cache = {"shown": list(shown)}  # noqa: SLF001 - as prefetching does, in a tenth of its time
    dispatch.message.channel = dispatch.channel
    return dispatch
