"""Send what waits in the queue of e-mails."""

import smtplib
from datetime import datetime, timedelta
from email.utils import formataddr

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F

from allmende.team.models import Mail

BATCH = 20
# A worker that dies while it speaks: another one takes the mail up after so long.
CLAIM = timedelta(minutes=5)
# Waits after the first, second ... failed attempt; after the last one it is given up.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
# What a mail server's trouble looks like: refused, cut, no such host, time over; or a header nobody can write.
TROUBLE = (smtplib.SMTPException, OSError, ValueError)


def send_due_mail(*, now: datetime) -> int:
    """Send up to a batch of mails that wait; returns how many left. One that fails waits longer each time.

    Each is claimed by moving its next attempt into the future with a conditional update: two workers never send the same.
    """
    waiting = Mail.objects.filter(sent_at__isnull=True, given_up_at__isnull=True, send_after__lte=now)
    sent = 0
    for mail in waiting.order_by("send_after")[:BATCH]:
        claim = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, send_after=mail.send_after)
        if claim.update(attempts=F("attempts") + 1, send_after=now + CLAIM):
            sent += _send(mail, now)
    return sent


def _written(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.body,
        to=[formataddr((mail.to_name, mail.to_address))],
        headers={"Message-ID": f"<{mail.pk}@allmende>", "Auto-Submitted": "auto-generated"},
        connection=get_connection(),
    )
    if mail.calendar:
        # RFC 6047: the part says its method, so that a mail program offers to take it over.
        message.attach_alternative(mail.calendar, f"text/calendar; method={mail.calendar_method}")
    return message


def _send(mail: Mail, now: datetime) -> bool:
    row = Mail.objects.filter(pk=mail.pk)
    try:
        _written(mail).send()
    except TROUBLE as trouble:
        said = f"{type(trouble).__name__}: {trouble}"[:300]
        if mail.attempts < len(WAITS):
            row.update(send_after=now + WAITS[mail.attempts], last_error=said)
        else:
            row.update(given_up_at=now, last_error=said, body="", calendar="")
        return False
    row.update(sent_at=now, last_error="", body="", calendar="")
    return True
