"""Look at the figures every five minutes, and remind people of what they promised."""

from datetime import datetime, timedelta

from django.db import transaction

from allmende.crisis.actions import learn_usual, look_at_volume, remind_of_debriefs, remind_of_updates
from allmende.crisis.models import Usual
from allmende.jobs.actions import Job
from allmende.team.models import Workspace


def watch_volume(now: datetime) -> int:
    """Is more said anywhere than is usual at this hour of the week? Returns how many signals stand because of it.

    What is usual is learnt anew once a day.
    """
    learnt = dict(Usual.objects.values_list("workspace_id", "learnt_date"))
    found = 0
    for workspace in Workspace.objects.all():
        if learnt.get(workspace.pk) != workspace.day_at(now):
            learn_usual(workspace=workspace, now=now)
        found += look_at_volume(workspace=workspace, now=now) is not None
    return found


def remind(now: datetime) -> int:
    """Updates that were promised, debriefs that are due; returns how many people were reminded of something."""
    with transaction.atomic():
        return remind_of_updates(now=now) + remind_of_debriefs(now=now)


JOBS = (
    Job("crisis.watch_volume", watch_volume, timedelta(minutes=5), "listen"),
    Job("crisis.remind", remind, timedelta(minutes=1), "listen"),
)
