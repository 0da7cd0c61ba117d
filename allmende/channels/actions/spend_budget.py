"""A network's stated budget: what all workers together may say with one account in a span of time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from allmende.channels.models import Account, Attempt, Channel, Dispatch
from allmende.channels.states import REPLY
from allmende.connectors.contract import Budget


def is_spent(now: datetime) -> Q:
    """The account of the outer dispatch has used its budget up for now."""
    mine = Channel.objects.filter(pk=OuterRef("channel"))
    answers, posts = mine.filter(account__answers_spent_until__gt=now), mine.filter(account__posts_spent_until__gt=now)
    return Q(Q(Exists(answers)), kind=REPLY) | Q(~Q(kind=REPLY), Q(Exists(posts)))


def is_affordable(*, pk: int, budgets: Sequence[Budget], now: datetime) -> bool:
    """Whether every budget leaves room for this dispatch; if not, the account is marked until one does.

    Called inside the claim's transaction: the account's row is locked, so that two workers never spend the last one twice.
    """
    named = Dispatch.objects.filter(pk=pk).values_list("channel__account", "kind").first()
    if named is None or named[0] is None:
        return False
    account_pk, is_answer = named[0], named[1] == REPLY
    account = Account.objects.select_for_update(no_key=True).only("pk").get(pk=account_pk)
    ends = [free_at for one in budgets if one.covers(is_answer) and (free_at := _free_at(account, one, now))]
    if not ends:
        return True
    field = "answers_spent_until" if is_answer else "posts_spent_until"
    Account.objects.filter(pk=account_pk).update(**{field: max(ends)})
    return False


def spent_accounts(now: datetime) -> dict[UUID, datetime]:
    """Accounts whose budget is used up, for answers or for posts, and when they may go on with either."""
    is_spent = Q(posts_spent_until__gt=now) | Q(answers_spent_until__gt=now)
    rows = Account.objects.filter(is_spent).values_list("pk", "posts_spent_until", "answers_spent_until")
    return {pk: min(end for end in ends if end and end > now) for pk, *ends in rows}


def _free_at(account: Account, budget: Budget, now: datetime) -> datetime | None:
    """When the oldest of those that fill the budget no longer counts; None: there is room."""
    spent = Attempt.objects.filter(account=account, verb="send", started_at__gt=now - budget.within)
    if budget.of != "everything":
        spent = spent.filter(Q(dispatch__kind=REPLY) if budget.of == "answers" else ~Q(dispatch__kind=REPLY))
    nth = spent.order_by("-started_at").values_list("started_at", flat=True)[budget.times - 1 : budget.times]
    return next((oldest + budget.within for oldest in nth), None)
