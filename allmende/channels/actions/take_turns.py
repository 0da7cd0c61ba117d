"""Who speaks next: accounts take turns, so that one with thousands of posts due delays no other by more than one post."""

from collections import deque
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Max, Min, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from allmende.channels.actions.claim_dispatch import due_dispatches
from allmende.channels.models import Dispatch
from allmende.channels.queries.places import here
from allmende.channels.states import POST, WAITING
from allmende.team.queries import Prepared

MOST, FEW = 500, 3
LOOK_APART = timedelta(milliseconds=20)
Waiting = deque[int]


def _in_order(due: "QuerySet[Dispatch]") -> "QuerySet[Dispatch, tuple[Any, ...]]":
    ordered = due.order_by(Case(When(kind=POST, then=1), default=0), "next_at", "pk")
    return ordered.values_list("pk", "channel__account")[:MOST]


def _newly(since: datetime, after: int, now: datetime) -> "QuerySet[Dispatch, tuple[Any, ...]]":
    due = Dispatch.objects.filter(state=WAITING, next_at__lte=now).values_list("pk").order_by()
    return due.filter(next_at__gt=since).union(due.filter(pk__gt=after))[:MOST]


def _of_account(account: UUID, now: datetime, place: str) -> "QuerySet[Dispatch, tuple[Any, ...]]":
    return _in_order(due_dispatches(now, place).filter(channel__account=account))


def _one(pk: int, now: datetime, place: str) -> "QuerySet[Dispatch, tuple[Any, ...]]":
    return _in_order(due_dispatches(now, place).filter(pk=pk))


def _parts_after(pk: int, now: datetime, place: str) -> "QuerySet[Dispatch, tuple[Any, ...]]":
    head = Subquery(Dispatch.objects.filter(pk=pk).values("head"))
    return _in_order(due_dispatches(now, place).filter(head=Coalesce(head, pk)))


_NEWLY, _OF_ACCOUNT, _PARTS_AFTER, _ONE = (
    Prepared(_newly),
    Prepared(_of_account),
    Prepared(_parts_after),
    Prepared(_one),
)


class Turns:
    """What is due, by account. Replies and holding statements come before posts, the oldest first; what becomes due in the
    meantime joins in."""

    def __init__(self, now: datetime) -> None:
        self._looked_at = now
        self._written_until = 0
        self._taken = 0
        self._known: set[int] = set()
        self._queues: dict[UUID | None, Waiting] = {}
        self._join_all(now)

    def take(self, without: Collection[UUID | None]) -> tuple[int, UUID | None] | None:
        """The next one, an account at a time; those of `without` keep what they have. None: nobody's turn."""
        if self._taken >= MOST * max(len(self._queues), 1):
            return None
        for account in list(self._queues):
            if account in without or not self._queues[account]:
                continue
            self._taken += 1
            self._queues[account] = waiting = self._queues.pop(account)  # to the end of the row
            return waiting.popleft(), account
        return None

    def leave(self, account: UUID | None) -> None:
        """Nothing of this account may leave for now. It may have no turn, if turns were made anew meanwhile."""
        self._queues.pop(account, None)

    def keep(self, account: UUID | None, pk: int) -> None:
        """This one may leave in a moment: it is still the account's next."""
        waiting = self._queues.setdefault(account, deque())
        if pk not in waiting:  # turns made anew meanwhile may have found it
            waiting.appendleft(pk)

    def come_back(self, account: UUID | None, now: datetime) -> None:
        """What kept this account from speaking is over: what of it is due has its turn, if turns were made anew meanwhile."""
        if account and not self._queues.get(account):
            due = _OF_ACCOUNT(account=account, now=now, place=here())
            self._known.difference_update(pk for pk, _ in due)
            self._join(due)

    def look(self, now: datetime) -> None:
        """What has become due since the last look, or was written since and is due already; after each post would be too often."""
        if timedelta(0) <= now - self._looked_at < LOOK_APART:  # a clock that was set back keeps nobody from looking
            return
        found = [pk for (pk,) in _NEWLY(since=self._looked_at, after=self._written_until, now=now)]
        self._looked_at, self._written_until = now, max([self._written_until, *found])
        if len(found) >= MOST:  # a pile: beside it, the few of others would not be seen
            self._join_all(now)
        elif len(pks := [pk for pk in found if pk not in self._known]) <= FEW:
            for pk in pks:  # written once, it takes a tenth of the time
                self._join(_ONE(pk=pk, now=now, place=here()))
        else:
            self._join(_in_order(due_dispatches(now).filter(pk__in=pks)))

    def follow(self, pk: int, now: datetime) -> None:
        """This one has been said: the part after it may leave."""
        self._join(_PARTS_AFTER(pk=pk, now=now, place=here()))

    def _join_all(self, now: datetime) -> None:
        """Of each account the first that are due. Who has waited longest begins: a worker that is killed again and again
        would else hear the first account only."""
        waiting = Dispatch.objects.filter(state=WAITING, next_at__lte=now).values("channel__account")
        oldest = waiting.annotate(oldest=Min("next_at"), first=Min("pk"), last=Max("pk")).order_by("oldest", "first")
        for account, last in oldest.values_list("channel__account", "last"):
            self._written_until = max(self._written_until, last)
            self._join(_OF_ACCOUNT(account=account, now=now, place=here()) if account else [])

    def _join(self, due: Iterable[tuple[int, UUID]]) -> None:
        for pk, account in due:
            if pk not in self._known:
                self._known.add(pk)
                self._queues.setdefault(account, deque()).append(pk)
