"""The other side of the kill drill: a data folder with a queue, and workers that are started only to be killed.

`python -m tests.drills.worker_scene prepare FILE TOKEN POSTS` fills the queue; `... stable` reads lines from standard input and
forks one real worker per line, printing its process number.
"""

import os
import signal
import sys
import threading
from datetime import UTC, datetime
from typing import Any


def prepare(file: str, token: str, posts: int) -> None:
    """A workspace, a channel per way of looking, and posts that are due at once."""
    from django.core.management import call_command

    from allmende.channels.actions import choose_channel, connect_account, hand_over, set_live
    from allmende.team.actions import create_workspace
    from allmende.team.models import User

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    user = User.objects.create_user(email="drill@example.org", password=None, name="Jana Petersen")
    person = create_workspace(owner=user, slug="drill", name="Drill", now=now).people.get()
    channels = []
    for mode in ("list", "chosen_id"):
        settings: dict[str, Any] = {
            "file": file, "mode": mode, "place": "social", "network": mode, "quarantine_seconds": 2,
        }  # fmt: skip
        account = connect_account(person=person, kind="sandbox", name=mode, settings=settings, secret=token, now=now)
        channel = choose_channel(
            person=person, name=mode, slug=mode.replace("_", "-"), kind="social_network", account=account, now=now
        )
        channels.append(set_live(person=person, channel=channel, reaction_plan_version_key="drill", now=now))
    for number in range(posts):
        channel = channels[number % 2]
        hand_over(person=person, channel=channel, kind="post", text=f"Beitrag {number}.", send_after=now, now=now)


def stable() -> None:
    """One worker per line read; they are children of this process and share nothing but the data folder."""
    import allmende.channels.jobs  # noqa: F401 - imported before the fork, so that a worker stands at once

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed workers leave no zombies
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _work()
        print(pid, flush=True)


def _work() -> None:
    from allmende.jobs.actions import run_worker

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        run_worker(stop)
    finally:
        os._exit(0)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        prepare(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        stable()
