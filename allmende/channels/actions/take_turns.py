"""Who speaks next: accounts take turns, so that one with thousands of posts due delays no other by more than one post."""

from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Min, QuerySet, When

from allmende.channels.actions.claim_dispatch import due_dispatches
from allmende.channels.models import Dispatch
from allmende.channels.states import POST, WAITING

MOST = 500
# Words that were due when they were written are seen a little later.
JUST_NOW = timedelta(seconds=2)

Waiting = deque[int]


class Turns:
    """What is due, by account. Replies and holding statements come before posts, the oldest first; what becomes due in the
    meantime joins in."""

    def __init__(self, now: datetime) -> None:
        self._looked_at = now
        self._taken = 0
        self._known: set[int] = set()
        self._queues: dict[UUID | None, Waiting] = {}
        # Who has waited longest begins: a worker that is killed again and again would else hear the first account only.
        waiting = Dispatch.objects.filter(state=WAITING, next_at__lte=now).values("channel__account")
        oldest = waiting.annotate(oldest=Min("next_at"), first=Min("pk")).order_by("oldest", "first")
        for account in oldest.values_list("channel__account", flat=True):
            self._join(due_dispatches(now).filter(channel__account=account))

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

    def look(self, now: datetime) -> None:
        """What has become due since the last look."""
        since = self._looked_at - JUST_NOW
        self._looked_at = now
        newly = Dispatch.objects.filter(state=WAITING, next_at__gt=since, next_at__lte=now)
        if pks := [pk for pk in newly.values_list("pk", flat=True)[:MOST] if pk not in self._known]:
            self._join(due_dispatches(now).filter(pk__in=pks))

    def _join(self, due: "QuerySet[Dispatch]") -> None:
        ordered = due.order_by(Case(When(kind=POST, then=1), default=0), "next_at", "pk")
        for pk, account in ordered.values_list("pk", "channel__account")[:MOST]:
            if pk not in self._known:
                self._known.add(pk)
                self._queues.setdefault(account, deque()).append(pk)
