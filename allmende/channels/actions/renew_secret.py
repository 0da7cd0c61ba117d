"""Log-ins that end are renewed: before they do, and when a network says that one has; by one worker, never by two.

Many networks take an old refresh token only once. So the claim is a conditional update on the version of the secret that
was seen; the new secret is stored, under the same condition, before anybody uses it.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from allmende.channels.actions.notify import notify_about_ending
from allmende.channels.actions.rest_account import log_out
from allmende.channels.models import Account, place_of, seal
from allmende.channels.queries import CANNOT_OPEN, WARNED_BEFORE, can_renew, connector_of, log_in_ends_at
from allmende.channels.states import LOGGED_OUT
from allmende.connectors.errors import ConnectorError, LoggedOut, TryLater
from allmende.connectors.http import Client, Limits
from allmende.connectors.register import KINDS, connector_class
from allmende.connectors.secret import Secret

log = logging.getLogger("allmende.channels")

# What a network says when only the session is over, not our right to open one.
EXPIRED = "expired"
NOT_RENEWABLE = "not_renewable"
MARGIN = timedelta(minutes=10)
# Longer than two whole answers: a claim that has ended means a worker that has ended. A failed renewal rests as long.
CLAIM = timedelta(seconds=2 * Limits().whole_seconds + 10)
ASK_AGAIN = timedelta(minutes=1)
SOON = timedelta(seconds=2)


def renew_due(*, now: datetime, client: Client | None = None) -> int:
    """Renew what ends within minutes, warn of what ends within days; how many were renewed."""
    _warn(now)
    kinds = [kind for kind in KINDS if can_renew(kind)]
    ending = Account.objects.filter(kind__in=kinds, expires_at__lte=now + MARGIN, archived_at__isnull=True)
    renewed = 0
    for account in ending.exclude(state=LOGGED_OUT).filter(_free(now)):
        try:
            renewed += renew_secret(account=account, now=now, client=client)
        except LoggedOut as error:
            # This one lasts until its end, and only a person can log in anew: nothing is lost before.
            if error.reason_code != NOT_RENEWABLE or (account.expires_at and account.expires_at <= now):
                log_out(account=account, error=error, now=now)
        except CANNOT_OPEN as error:
            log.warning("Account %s was not renewed yet: %s", account.pk, error)
    return renewed


def renew_secret(*, account: Account, now: datetime, client: Client | None = None) -> bool:
    """Take the place of the secret this `account` was read with; True if we did it, False if somebody had done it before.

    Afterwards `account` is as it is stored. Raises LoggedOut if a person must log in again, TryLater while another
    worker renews or the network does not answer; the old secret stays then.
    """
    seen = Account.objects.filter(pk=account.pk, secret_version=account.secret_version)
    if not seen.filter(_free(now)).update(renews_until=now + CLAIM):
        if seen.exists():
            raise TryLater(SOON, "renewing")
        account.refresh_from_db()
        return False
    connector = connector_of(account, client)
    try:
        secret = connector.renew()
    except (LoggedOut, TryLater):
        raise
    except ConnectorError as error:
        raise TryLater(ASK_AGAIN, error.reason_code, error.detail) from error
    if not secret:
        raise TryLater(ASK_AGAIN, "empty_secret")
    _store(account, secret, connector.client, now)
    return True


def meet_log_out(*, account: Account, error: LoggedOut, now: datetime, client: Client | None) -> datetime:
    """A network said that it does not know our log-in; when to try again. A session that ended goes on; else the account
    is logged out, and people are told."""
    is_stale = Account.objects.filter(pk=account.pk, secret_version__gt=account.secret_version).exists()
    if is_stale:  # it was renewed while we spoke with the old one
        return now
    if error.reason_code == EXPIRED and can_renew(account.kind):
        try:
            renew_secret(account=account, now=now, client=client)
        except TryLater as later:
            return later.due(now)
        except LoggedOut as ended:
            error = ended
        else:
            return now
    log_out(account=account, error=error, now=now)
    return now + ASK_AGAIN


@transaction.atomic
def _store(account: Account, secret: Secret, client: Client, now: datetime) -> None:
    renewed = connector_class(account.kind)(account.settings, secret, client)
    Account.objects.filter(pk=account.pk, secret_version=account.secret_version).update(
        secret=seal(secret.reveal(), place_of(Account, account.pk, "secret")),
        secret_version=F("secret_version") + 1,
        expires_at=renewed.expires_at,
        renews_until=None,
        updated_at=now,
    )
    account.refresh_from_db()


def _warn(now: datetime) -> None:
    ending = Account.objects.filter(expires_at__isnull=False, archived_at__isnull=True).exclude(state=LOGGED_OUT)
    for account in ending.select_related("workspace"):
        ends_at = log_in_ends_at(account)
        if ends_at is not None and now < ends_at <= now + WARNED_BEFORE:
            notify_about_ending(account=account, ends_at=ends_at, now=now)


def _free(now: datetime) -> Q:
    return Q(renews_until__isnull=True) | Q(renews_until__lt=now)
