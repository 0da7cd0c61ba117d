"""Work finds itself: leases, fences, lanes, and failures that stay with the job they happened to."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from allmende.jobs.actions import Job, ending, finish_job, lease_job, renew_leases, run_due, run_worker
from allmende.jobs.actions.bury_workers import bury_workers, place_name, worker_name
from allmende.jobs.actions.find_jobs import find_jobs
from allmende.jobs.actions.lease_job import LEASE, due_jobs, register_jobs
from allmende.jobs.models import JobState, Worker
from allmende.jobs.queries import failing_jobs, is_worker_alive

EVERY = timedelta(minutes=1)


def job(name="room.work", run=lambda now: 1, lane="listen", every=EVERY):
    return Job(name=name, run=run, every=every, lane=lane)


def test_a_due_job_is_leased_once(db, now):
    register_jobs(jobs=[job()], now=now)
    assert lease_job(job=job(), holder="a", now=now)
    assert lease_job(job=job(), holder="b", now=now) is None


def test_an_expired_lease_goes_to_another_and_the_late_holder_cannot_write(db, now):
    register_jobs(jobs=[job()], now=now)
    first = lease_job(job=job(), holder="a", now=now)
    later = now + LEASE + timedelta(seconds=1)
    second = lease_job(job=job(), holder="b", now=later)
    assert second.fence == first.fence + 1
    renew_leases(leases=[first], now=later + LEASE)
    assert not finish_job(lease=first, now=later)
    assert JobState.objects.get().lease_until == later + LEASE
    assert finish_job(lease=second, now=later)
    assert JobState.objects.get().next_at == later + EVERY


def test_a_renewed_lease_stays(db, now):
    register_jobs(jobs=[job()], now=now)
    lease = lease_job(job=job(), holder="a", now=now)
    renew_leases(leases=[lease], now=now + LEASE / 2)
    assert lease_job(job=job(), holder="b", now=now + LEASE + timedelta(seconds=1)) is None


def test_a_crashing_job_backs_off_and_stops_no_other(db, now):
    done = []

    def crash(_):
        raise RuntimeError("The network sent a cow.")

    jobs = [job("room.crash", crash, every=timedelta(seconds=1)), job("room.fine", done.append)]
    register_jobs(jobs=jobs, now=now)
    moments = [now + timedelta(hours=hour) for hour in range(5)]
    for moment in moments:
        run_due(jobs=jobs, holder="a", now=lambda moment=moment: moment)
    assert done == moments
    row = failing_jobs()[0]
    assert (row.name, row.failures_in_row) == ("room.crash", 5)
    assert "cow" in row.last_error
    assert row.next_at == moments[-1] + timedelta(seconds=32)


def test_alive_means_seen_within_a_minute(db, now):
    Worker.objects.create(name="w", started_at=now, seen_at=now)
    assert is_worker_alive(now + timedelta(seconds=60))
    assert not is_worker_alive(now + timedelta(seconds=61))


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_its_lanes_and_ends_cleanly():
    ran, stop = [], threading.Event()
    both = threading.Barrier(2, timeout=5)

    def meet(_):
        both.wait()  # passes only if the lanes run side by side
        ran.append(threading.current_thread().name)
        return 1

    jobs = [job("room.speak", meet, "speak"), job("room.measure", meet, "measure")]
    worker = threading.Thread(target=run_worker, args=(stop, lambda: datetime.now(UTC), jobs))
    worker.start()
    until = time.monotonic() + 5
    while len(ran) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    worker.join(10)
    assert sorted(ran) == ["measure", "speak"]
    assert not worker.is_alive()
    assert not Worker.objects.exists()
    assert all(row.lease_until is None for row in JobState.objects.all())


@pytest.mark.django_db(transaction=True)
def test_the_threads_of_a_run_know_that_their_worker_must_end():
    told, begun, stop = [], threading.Event(), threading.Event()

    def run(_):
        is_ending = ending()
        voice = threading.Thread(target=lambda: told.extend([is_ending(), begun.set(), stop.wait(30), is_ending()]))
        voice.start()
        voice.join()
        return 1

    worker = threading.Thread(
        target=run_worker, args=(stop, lambda: datetime.now(UTC), [job("room.speak", run, "speak")])
    )
    worker.start()
    begun.wait(30)
    stop.set()
    worker.join(30)
    assert told == [False, None, True, True]
    assert not ending()()


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_end_waits_for_all_its_lanes_together_only_so_long():
    """What loads something in its first seconds cannot be told; whoever started the worker would kill it in the end."""
    stop, free, ran = threading.Event(), threading.Event(), []

    def load(_):
        ran.append(1)
        free.wait(30)
        return 1

    jobs = [job(f"room.{lane}", load, lane) for lane in ("listen", "measure", "renew")]
    ended = []
    worker = threading.Thread(
        target=lambda: ended.append(run_worker(stop, lambda: datetime.now(UTC), jobs, last_seconds=0.5))
    )
    worker.start()
    until = time.monotonic() + 10
    while len(ran) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    began = time.monotonic()
    stop.set()
    worker.join(10)
    took = time.monotonic() - began
    # Whoever finds this process gone frees what its runs still hold.
    left = Worker.objects.get().name
    held = set(JobState.objects.values_list("holder", flat=True))
    free.set()
    until = time.monotonic() + 10
    while JobState.objects.exclude(lease_until=None).exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert (ended, took < 1.4) == ([False], True)
    assert held == {f"{left}/{lane}" for lane in ("listen", "measure", "renew")}
    assert not JobState.objects.exclude(lease_until=None).exists()


def test_the_leases_of_a_worker_that_died_here_are_free_at_once(db, now):
    import subprocess

    gone = subprocess.Popen(["true"])
    gone.wait()
    dead, alive = f"{place_name()}:{gone.pid}:aa", worker_name()
    for name in (dead, alive, f"elsewhere:{gone.pid}:aa"):
        Worker.objects.create(name=name, started_at=now, seen_at=now)
    jobs = [job("room.dead"), job("room.alive")]
    register_jobs(jobs=jobs, now=now)
    lease_job(job=jobs[0], holder=f"{dead}/listen", now=now)
    lease_job(job=jobs[1], holder=f"{alive}/listen", now=now)
    assert bury_workers(now=now) == 1
    assert lease_job(job=jobs[0], holder="b", now=now)
    assert lease_job(job=jobs[1], holder="b", now=now) is None
    assert set(Worker.objects.values_list("name", flat=True)) == {alive, f"elsewhere:{gone.pid}:aa"}


def test_all_rooms_together_name_their_jobs_differently():
    """Otherwise no worker starts: whoever joins two rooms' work learns it here, not from a silent installation."""
    names = [job.name for job in find_jobs()]
    assert len(names) == len(set(names)) and "channels.send_due" in names


def test_a_job_that_names_its_moment_runs_at_that_moment_and_not_before(db, now):
    moments = [now + timedelta(seconds=5)]
    woken = Job("room.moment", lambda _: 1, timedelta(hours=1), "speak", lambda _: moments[0] if moments else None)
    register_jobs(jobs=[woken], now=now)
    assert run_due(jobs=[woken], holder="w", now=lambda: now) == 1  # its first turn
    assert run_due(jobs=[woken], holder="w", now=lambda: now + timedelta(seconds=4)) == 0
    assert run_due(jobs=[woken], holder="w", now=lambda: now + timedelta(seconds=5)) == 1
    moments.clear()
    assert run_due(jobs=[woken], holder="w", now=lambda: now + timedelta(seconds=6)) == 0


def test_a_lane_takes_up_again_what_the_database_would_not_let_it_end(db, now):
    register_jobs(jobs=[job()], now=now)
    left = lease_job(job=job(), holder="a", now=now)
    assert due_jobs(jobs=[job()], holder="a", now=now) and not due_jobs(jobs=[job()], holder="b", now=now)
    assert lease_job(job=job(), holder="a", now=now).fence == left.fence + 1
    assert not finish_job(lease=left, now=now)
