"""Count a call of a program, and say when the next one is too many."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from allmende.api.models import ApiToken, CallCount

OLD = timedelta(hours=1)


class TooManyCalls(Exception):
    """The call is not answered; the next may come in `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds)


def note_call(*, token: ApiToken, most: int, now: datetime) -> None:
    """Count the call for its person and keep the day on which the token was used. Raises TooManyCalls.

    All processes count in one row a minute, and calls that are refused count too.
    """
    minute = now.replace(second=0, microsecond=0)
    if _counted(token, minute) > most:
        raise TooManyCalls(60 - now.second)
    today = token.workspace.day_at(now)
    if token.last_used_date != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_date=today)


@transaction.atomic
def _counted(token: ApiToken, minute: datetime) -> int:
    rows = CallCount.objects.filter(person=token.person_id, minute=minute)
    if not rows.update(calls=F("calls") + 1):
        CallCount.objects.filter(person=token.person_id, minute__lt=minute - OLD).delete()
        try:
            with transaction.atomic():
                CallCount.objects.create(person=token.person, minute=minute, calls=1)
        except IntegrityError:
            # Another process was first.
            rows.update(calls=F("calls") + 1)
    return rows.values_list("calls", flat=True).get()
