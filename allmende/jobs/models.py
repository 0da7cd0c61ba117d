"""Who is working on what: one row per periodic job, one per living worker."""

from django.db import models


class JobState(models.Model):
    """The lease of one job found in a room's `jobs.py`. `fence` grows with each lease: a late holder cannot write over a new one."""

    name = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    holder = models.CharField(max_length=80, default="")
    fence = models.PositiveIntegerField(default=0)
    runs = models.PositiveIntegerField(default=0)
    failures_in_row = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")


class Worker(models.Model):
    """A living worker process; `/ready` asks whether one was seen within 60 s."""

    name = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
