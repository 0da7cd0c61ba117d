"""Numbers for a monitor: how much waits, how late, whether somebody works. No names, no texts, no people."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Min

from allmende.channels.actions.claim_dispatch import due_dispatches
from allmende.channels.models import Account, Cursor, Dispatch, Message, Pause
from allmende.channels.states import ACCOUNT_STATES, DISPATCH_STATES
from allmende.inbox.models import Conversation
from allmende.jobs.models import JobState, Worker


class Gauge(NamedTuple):
    """One number as a monitor reads it; `labels` are from closed lists of ours."""

    name: str
    words: str
    value: float
    labels: dict[str, str]


def gauges(now: datetime) -> Iterator[Gauge]:
    """Everything the database knows, in a fixed number of queries."""
    states = dict(Dispatch.objects.values_list("state").annotate(number=Count("pk")).order_by())
    for state in DISPATCH_STATES:
        yield Gauge(
            "allmende_dispatches", "Outgoing posts and replies by state", states.get(state, 0), {"state": state}
        )
    oldest = due_dispatches(now).aggregate(at=Min("next_at"))["at"]
    yield _plain("allmende_queue_late_seconds", "How late the most overdue post is that may leave", _age(oldest, now))
    waiting = Conversation.objects.filter(state="waiting")
    yield _plain("allmende_conversations_waiting", "Conversations that wait for an answer", waiting.count())
    late = waiting.filter(due_at__lt=now).count()
    yield _plain("allmende_conversations_late", "Conversations that wait longer than was promised", late)
    seen = Worker.objects.aggregate(at=Max("seen_at"), number=Count("pk"))
    yield _plain("allmende_workers", "Workers that are known", seen["number"])
    yield _plain(
        "allmende_worker_age_seconds", "Since when no worker was seen; -1 if there was none", _age(seen["at"], now, -1)
    )
    for name, failures, runs, finished in JobState.objects.values_list(
        "name", "failures_in_row", "runs", "finished_at"
    ):
        job = {"job": name}
        yield Gauge("allmende_job_runs", "Runs of a job since it was first seen", runs, job)
        yield Gauge("allmende_job_failures_in_row", "Failures of a job in a row", failures, job)
        yield Gauge(
            "allmende_job_age_seconds",
            "Since the last end of a job; -1 if there was none",
            _age(finished, now, -1),
            job,
        )
    accounts = dict(
        Account.objects.filter(archived_at=None).values_list("state").annotate(number=Count("pk")).order_by()
    )
    for state in ACCOUNT_STATES:
        yield Gauge("allmende_accounts", "Log-ins at networks by state", accounts.get(state, 0), {"state": state})
    failing = Cursor.objects.filter(failures_in_row__gte=3).count()
    yield _plain("allmende_channels_unreadable", "Channels whose reading failed three times in a row", failing)
    wordless = Message.objects.filter(search_words__isnull=True).count()
    yield _plain(
        "allmende_messages_without_search_words", "Messages that are found by their exact words only", wordless
    )
    yield _plain("allmende_publishing_pauses", "Open pauses of publishing", Pause.objects.filter(ended_at=None).count())


def _plain(name: str, words: str, value: float) -> Gauge:
    return Gauge(name, words, value, {})


def _age(at: datetime | None, now: datetime, otherwise: float = 0.0) -> float:
    return max(0.0, (now - at).total_seconds()) if at else otherwise
