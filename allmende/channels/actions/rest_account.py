"""A breaker per account: one network that fails does not keep the others waiting."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from allmende.channels.actions.notify import notify_about_account
from allmende.channels.models import Account
from allmende.channels.states import CONNECTED, LOGGED_OUT, RESTING
from allmende.connectors.errors import LoggedOut

PATIENCE = 3
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=30)


def count_success(*, account: Account) -> None:
    """The network answers: what it did before is forgotten. An account that was fresh when it was read needs nothing."""
    if account.state == CONNECTED and not account.failures_in_row:
        return
    worn = Account.objects.filter(pk=account.pk).exclude(state=LOGGED_OUT)
    worn.exclude(state=CONNECTED, failures_in_row=0).update(
        state=CONNECTED, failures_in_row=0, rests_until=None, rest_reason=""
    )


def count_failure(*, account: Account, reason: str, now: datetime, until: datetime | None = None) -> None:
    """The network does not answer as it should: from the third failure in a row the account rests, longer each time.

    `until`: the network itself said when to come back.
    """
    Account.objects.filter(pk=account.pk).update(failures_in_row=F("failures_in_row") + 1)
    account.refresh_from_db(fields=["failures_in_row", "state"])
    over = account.failures_in_row - PATIENCE
    if until is None and over >= 0:
        until = now + min(FIRST_REST * 2 ** min(over, 10), LONGEST_REST)
    if until is not None and account.state != LOGGED_OUT:
        Account.objects.filter(pk=account.pk).update(state=RESTING, rests_until=until, rest_reason=reason[:500])


@transaction.atomic
def log_out(*, account: Account, error: LoggedOut, now: datetime) -> None:
    """The network does not know our log-in: the account rests until somebody connects it again, and is told so.

    A secret that was renewed or connected again meanwhile is not meant.
    """
    changed = (
        Account.objects.filter(pk=account.pk, secret_version=account.secret_version)
        .exclude(state=LOGGED_OUT)
        .update(
            state=LOGGED_OUT, rests_until=None, rest_reason=error.detail, revision=F("revision") + 1, updated_at=now
        )
    )
    if changed:
        account.refresh_from_db()
        notify_about_account(account=account, now=now)
