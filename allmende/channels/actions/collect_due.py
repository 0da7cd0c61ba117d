"""The ear: read every channel that is due, batch by batch, each with its cursor."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from allmende.channels.actions.record_batch import record_batch
from allmende.channels.actions.renew_secret import meet_log_out
from allmende.channels.actions.rest_account import count_success
from allmende.channels.models import Channel, Cursor
from allmende.channels.queries import abilities_of, account_of, connector_of
from allmende.channels.states import LISTENING_CHANNELS, LOGGED_OUT
from allmende.connectors.errors import ConnectorError, LoggedOut, TryLater
from allmende.connectors.http import Client
from allmende.connectors.neutral import Batch

log = logging.getLogger("allmende.channels")

# While a channel is being read nobody else reads it; a worker that died leaves it for so long.
READING = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(minutes=30)
# A network where much happens rings all the time: what came meanwhile is read in one go, and its budget lasts.
BETWEEN_RINGS = timedelta(seconds=2)
# Then the other channels have their turn, and this one goes on after them.
LONGEST_READ = timedelta(seconds=30)

CAUGHT_UP: dict[str, Any] = {"behind_since": None, "caught_up": 0, "reached_at": None}

Clock = Callable[[], datetime]


def collect_due(*, now: datetime, client: Client | None = None) -> int:
    """Read the channels that are due; how many messages and gestures were new."""
    due = Channel.objects.filter(
        Q(cursor__isnull=True) | Q(cursor__in=Cursor.objects.filter(_is_due(now))),
        account__isnull=False,
        archived_at__isnull=True,
        state__in=LISTENING_CHANNELS,
    ).exclude(account__state=LOGGED_OUT)
    clock = _running(now)
    return sum(
        collect_channel(channel=channel, now=clock(), client=client)
        for channel in due.select_related("account", "workspace").order_by("cursor__next_at")
    )


def collect_channel(
    *, channel: Channel, now: datetime, client: Client | None = None, clock: Clock | None = None
) -> int:
    """Read one channel up to now; what is new. A network that fails is asked again later, and the row says why.

    Each batch bears the time it came (`clock`, else `now` and what passes meanwhile): whoever files looks back only a
    little, and must not overlook what took long to read.
    """
    clock, is_read = clock or _running(now), True
    Cursor.objects.get_or_create(channel=channel)
    mine = Cursor.objects.filter(_is_due(now), channel=channel)
    claim = {"reads_until": now + READING, "looked_at": now}
    is_rung = bool(mine.filter(news_at__isnull=False).update(news_at=None, **claim))
    if not is_rung and not mine.update(**claim):
        return 0
    account = account_of(channel)
    new = 0
    try:
        connector = connector_of(account, client)
        connector.is_rung = is_rung
        for batch in connector.collect(_begin(channel, now)):
            recorded = record_batch(channel=channel, batch=batch, now=clock())
            new += recorded.new + recorded.gestures
            _catch_up(channel, batch)
            if clock() - now > LONGEST_READ:
                is_read = False
                break
    except LoggedOut as error:
        again_at = meet_log_out(account=account, error=error, now=clock(), client=client)
        _fail(channel, error, again_at)
    except TryLater as error:
        _fail(channel, error, max(error.due(now), now + _pause(channel)))
    except ConnectorError as error:
        _fail(channel, error, now + _pause(channel))
    except Exception as error:
        log.exception("Channel %s was not read", channel.pk)
        _fail(channel, error, now + _pause(channel))
    else:
        next_at = now + _spread(channel, abilities_of(channel).ask_every) if is_read else clock()
        _settle(channel, now, next_at, is_read)
        if account.failures_in_row == 0:
            count_success(account=account)
    return new


def _begin(channel: Channel, now: datetime) -> str:
    """Where reading goes on; at the beginning more has gathered than a look reads."""
    cursor = Cursor.objects.get(channel=channel)
    if not cursor.value and cursor.behind_since is None:
        Cursor.objects.filter(channel=channel).update(behind_since=now)
    return cursor.value


def _catch_up(channel: Channel, batch: Batch) -> None:
    """Tell how far it is, as long as there is something to catch up with."""
    if batch.items:
        Cursor.objects.filter(channel=channel, behind_since__isnull=False).update(
            caught_up=F("caught_up") + len(batch.items), reached_at=batch.items[-1].occurred_at
        )


def _settle(channel: Channel, now: datetime, next_at: datetime, is_read: bool) -> None:
    """Read to the end, nothing is behind any more; cut short, the card tells from now on how far it is."""
    behind = CAUGHT_UP if is_read else {"behind_since": Coalesce("behind_since", Value(now))}
    Cursor.objects.filter(channel=channel).update(
        next_at=next_at, reads_until=None, failures_in_row=0, last_error="", **behind
    )


def _is_due(now: datetime) -> Q:
    """Its time has come, or its network said that something is new and was not read just now; one that fails keeps its pause."""
    is_time = Q(next_at__isnull=True) | Q(next_at__lte=now)
    is_old = Q(looked_at__isnull=True) | Q(looked_at__lte=now - BETWEEN_RINGS)
    is_told = is_old & Q(news_at__isnull=False, failures_in_row=0)
    return (Q(reads_until__isnull=True) | Q(reads_until__lte=now)) & (is_time | is_told)


def _running(now: datetime) -> Clock:
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _pause(channel: Channel) -> timedelta:
    failures = Cursor.objects.get(channel=channel).failures_in_row
    every = abilities_of(channel).ask_every
    return _spread(channel, max(min(every * 2 ** min(failures, 10), LONGEST_PAUSE), every))


def _spread(channel: Channel, pause: timedelta) -> timedelta:
    """Up to a tenth longer, each channel by its own measure: those that began together do not ask together for ever."""
    return pause * (1 + channel.pk.int % 1_000 / 10_000)


def _fail(channel: Channel, error: Exception, next_at: datetime) -> None:
    cursor = Cursor.objects.get(channel=channel)
    cursor.failures_in_row += 1
    cursor.last_error, cursor.next_at, cursor.reads_until = str(error)[:500], next_at, None
    cursor.save(update_fields=["failures_in_row", "last_error", "next_at", "reads_until"])
