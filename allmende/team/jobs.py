"""What is due here: e-mail, gaps in the rota weeks ahead, days of rest, deputies who have not answered."""

from datetime import datetime, timedelta

from allmende.jobs.actions import Job
from allmende.team.actions import (
    expire_trainings,
    remind_deputy,
    send_due_mail,
    tell_gaps,
    tell_rest_due,
    tell_unrequired,
)
from allmende.team.queries import planning_workspaces, unconfirmed_absences


def send_mail(now: datetime) -> int:
    """Mails that wait, and those whose next attempt has come."""
    return send_due_mail(now=now)


def find_gaps(now: datetime) -> int:
    """Gaps of the coming weeks, and live channels nobody is required for, in every workspace that plans duty."""
    told = 0
    for workspace in planning_workspaces():
        told += tell_gaps(workspace=workspace, now=now) + tell_unrequired(workspace=workspace, now=now)
    return told


def find_rest_due(now: datetime) -> int:
    """Days of rest for Sundays and holidays that are due soon and not planned (3.12)."""
    return sum(tell_rest_due(workspace=workspace, now=now) for workspace in planning_workspaces())


def remind_deputies(now: datetime) -> int:
    """Whoever was asked to stand in and has not said anything, once (S2-20)."""
    return sum(remind_deputy(absence=one, now=now) for one in unconfirmed_absences(now))


def end_trainings(now: datetime) -> int:
    """Trainings that were valid until a day that has passed (S3-15)."""
    return expire_trainings(now=now)


JOBS = (
    Job("team.send_mail", send_mail, timedelta(seconds=10), "listen"),
    Job("team.gaps", find_gaps, timedelta(minutes=30), "measure"),
    Job("team.rest_days", find_rest_due, timedelta(hours=1), "measure"),
    Job("team.trainings", end_trainings, timedelta(hours=1), "measure"),
    Job("team.deputies", remind_deputies, timedelta(hours=1), "measure"),
)
