"""What is due here: e-mail to colleagues and stakeholders."""

from datetime import datetime, timedelta

from allmende.jobs.actions import Job
from allmende.team.actions import send_due_mail


def send_mail(now: datetime) -> int:
    """Mails that wait, and those whose next attempt has come."""
    return send_due_mail(now=now)


JOBS = (Job("team.send_mail", send_mail, timedelta(seconds=10), "listen"),)
