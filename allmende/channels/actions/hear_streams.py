"""Networks that tell at once that something is new: a stream per account is held open, and its channels are read when it says so.

A stream is a bell and nothing more: what is new is read from the cursor on as ever, so a bell that is missed, rings
twice or never was costs time only.
"""

import logging
import random
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q

from allmende.channels.models import Account, Channel, Cursor
from allmende.channels.queries import can_stream, connector_of
from allmende.channels.states import LISTENING_CHANNELS, LOGGED_OUT
from allmende.connectors.contract import Connector
from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.http import Client, Limits

log = logging.getLogger("allmende.channels")

# A network says something at least every half minute, be it nothing; after ten minutes the stream is opened anew.
PATIENCE = Limits(silence_seconds=60, whole_seconds=600)
# A worker that died leaves its streams to others then.
LEASE = timedelta(seconds=30)
MOST_STREAMS = 50
# When all were cut at once, they come back a few at a time.
MOST_OPENED = 10
SHORTEST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=30)
# One that stood for less did not stand: it is opened again later and later, so that no network is asked without end.
STEADY = timedelta(minutes=5)


def hear_due(*, now: datetime, streams: "Streams | None" = None) -> int:
    """Have channels read whose stream rang, hold the streams of this process, open those that nobody holds; how many rang."""
    return (streams or OPEN).tend(now)


def note_news(*, accounts: Collection[UUID], now: datetime) -> int:
    """Have the channels of these accounts read as soon as somebody can; how many did not wait for that already."""
    Account.objects.filter(pk__in=accounts).update(rang_at=now)
    return Cursor.objects.filter(channel__account__in=accounts, news_at__isnull=True).update(news_at=now)


class Streams:
    """The streams this process holds open, a thread each; the threads touch no row. `open_client` is a seam.

    A process that slept for longer than its lease finds its streams in another's hands and lets go of them: an account has
    one ear.
    """

    def __init__(self, open_client: Callable[[], Client] | None = None) -> None:
        self._open_client = open_client or (lambda: Client(limits=PATIENCE, neighbours=settings.NEIGHBOURS))
        self._name = uuid4()
        self._held: dict[UUID, _Stream] = {}
        self._rests: dict[UUID, tuple[datetime, timedelta]] = {}

    @property
    def has_rung(self) -> bool:
        """Whether one of them rang since it was last tended."""
        return any(stream.rang.is_set() for stream in list(self._held.values()))

    @property
    def number(self) -> int:
        """How many are held."""
        return len(self._held)

    def tend(self, now: datetime) -> int:
        """Note what rang, let go of what has ended or is not wanted any more, keep the rest, open what nobody holds."""
        rang = [account_id for account_id, stream in self._held.items() if taken(stream.rang)]
        note_news(accounts=rang, now=now)
        self._keep(now)
        wanted = _wanted()
        for account_id, stream in list(self._held.items()):
            if not stream.is_alive():
                self._let_go(account_id, now)
            elif account_id not in wanted:
                stream.is_over.set()
        free = [account for account_id, account in wanted.items() if account_id not in self._held]
        for account in self._rested(free, now)[:MOST_OPENED]:
            self._open(account, now)
        return len(rang)

    def close(self, wait: float = 0.0) -> None:
        """End all of them at their network's next sign of life, and wait so many seconds for each."""
        for stream in self._held.values():
            stream.is_over.set()
        for stream in self._held.values():
            stream.join(wait)

    def _keep(self, now: datetime) -> None:
        """Say that we still hold them, and which of them gave a sign of life; those that another took meanwhile are over."""
        ours = Account.objects.filter(pk__in=self._held, heard_by=self._name)
        alive = [account_id for account_id, stream in self._held.items() if taken(stream.lived)]
        ours.filter(pk__in=alive).update(alive_at=now, deaf_since=None, deaf_reason="")
        if ours.update(heard_until=now + LEASE) < len(self._held):
            still = set(ours.values_list("pk", flat=True))
            for account_id in self._held.keys() - still:
                self._held[account_id].is_over.set()

    def _rested(self, accounts: Collection[Account], now: datetime) -> list[Account]:
        room = MOST_STREAMS - len(self._held)
        return [one for one in accounts if self._rests.get(one.pk, (now, SHORTEST_REST))[0] <= now][: max(room, 0)]

    def _open(self, account: Account, now: datetime) -> None:
        is_free = Q(heard_until__isnull=True) | Q(heard_until__lte=now)
        ours = {"heard_until": now + LEASE, "heard_by": self._name}
        if Account.objects.filter(is_free, pk=account.pk).update(**ours):
            client = self._open_client()
            self._held[account.pk] = _Stream(connector_of(account, client), client, f"stream-{account.pk}", now)
            self._held[account.pk].start()

    def _let_go(self, account_id: UUID, now: datetime) -> None:
        """Leave it to whoever comes next; if it did not stand for long, after a rest that grows with each time."""
        stream = self._held.pop(account_id)
        was_ours = Account.objects.filter(pk=account_id, heard_by=self._name).update(heard_until=None, heard_by=None)
        is_steady = now - stream.opened_at >= STEADY
        if stream.is_over.is_set() or (stream.failure is None and is_steady):
            self._rests.pop(account_id, None)
            return
        if was_ours and stream.failure is not None:
            _note_deaf(account_id, stream.failure, now)
        _, pause = self._rests.get(account_id, (now, SHORTEST_REST))
        pause = SHORTEST_REST if is_steady else pause
        rest = max(_wish(stream.failure, now), pause * random.uniform(1, 1.2))  # noqa: S311 - not all at the same moment
        self._rests[account_id] = (now + rest, min(pause * 2, LONGEST_REST))


class _Stream(threading.Thread):
    """One stream until it ends. `rang`: something is new; `lived`: there was a sign of life; `failure`: why it ended; `is_over`:
    nobody wants it any more."""

    def __init__(self, connector: Connector, client: Client, name: str, opened_at: datetime) -> None:
        super().__init__(name=name, daemon=True)
        self.rang, self.lived, self.is_over = threading.Event(), threading.Event(), threading.Event()
        self.failure: Exception | None = None
        self.opened_at = opened_at
        self._connector, self._client = connector, client

    def run(self) -> None:
        try:
            self._connector.stream(self._heard)
        except ConnectorError as error:
            self.failure = error
        except Exception as error:
            log.exception("%s ended", self.name)
            self.failure = error
        finally:
            self._client.close()

    def _heard(self, is_new: bool) -> bool:
        self.lived.set()
        if is_new:
            self.rang.set()
        return not self.is_over.is_set()


def next_ring(now: datetime) -> datetime | None:
    """Now, if a stream of this process rang."""
    return now if OPEN.has_rung else None


def _wanted() -> dict[UUID, Account]:
    """Accounts that have a channel to listen for and whose network has streams."""
    listening = Channel.objects.filter(archived_at__isnull=True, state__in=LISTENING_CHANNELS, account__isnull=False)
    accounts = Account.objects.filter(pk__in=listening.values("account"), archived_at__isnull=True)
    known = accounts.exclude(state=LOGGED_OUT).order_by("created_at", "pk")
    return {account.pk: account for account in known if can_stream(account)}


def taken(told: threading.Event) -> bool:
    """Whether it was told since this was last asked."""
    was_told = told.is_set()
    told.clear()
    return was_told


def _wish(failure: Exception | None, now: datetime) -> timedelta:
    """For how long the network wishes to be left alone; what it refuses it is not asked for soon."""
    if isinstance(failure, Refused):
        return LONGEST_REST
    return (
        failure.due(now) - now if isinstance(failure, TryLater) and failure.reason_code == "too_many" else timedelta(0)
    )


def _note_deaf(account_id: UUID, failure: Exception, now: datetime) -> None:
    """Why the network is only asked, and since when."""
    reason = failure.reason_code if isinstance(failure, ConnectorError) else type(failure).__name__
    deaf = Account.objects.filter(pk=account_id)
    deaf.update(deaf_reason=reason[:60])
    deaf.filter(deaf_since__isnull=True).update(deaf_since=now)


OPEN = Streams()
