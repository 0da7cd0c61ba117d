"""The other side of the kill drill: a data folder with a queue, and workers that are started only to be killed.

`python -m tests.drills.worker_scene prepare SCENE POSTS [APART]` fills the queue, `... film SCENE BYTES` with a heavy film alone; `... stable` reads lines from standard input and
forks one real worker per line, a session of its own, printing its process number.
"""

import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any


def prepare(scene: str, posts: int, apart: float = 0.0) -> None:
    """A workspace, a channel per network of the scene, and posts that are due at once or so many seconds apart, handed round the
    channels; the last of each channel follows the one before as the second part of a thread.

    `scene` is a JSON list of networks, each with `kind`, `settings`, `secret`, `slug` and `hears`: a channel that does
    not hear is never read, so that only looking before speaking again can tell what became of a post.
    """
    from django.core.management import call_command

    from allmende.channels.actions import choose_channel, connect_account, hand_over, set_live
    from allmende.channels.models import Cursor
    from allmende.team.actions import create_workspace
    from allmende.team.models import User

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    user = User.objects.create_user(email="drill@example.org", password=None, name="Jana Petersen")
    person = create_workspace(owner=user, slug="drill", name="Drill", now=now).people.get()
    channels = []
    for one in json.loads(scene):
        by: dict[str, Any] = {"person": person, "now": now}
        way = {"kind": one["kind"], "settings": one["settings"], "secret": one["secret"]}
        account = connect_account(name=one["slug"], **way, **by)
        channel = choose_channel(name=one["slug"], slug=one["slug"], kind="social_network", account=account, **by)
        channels.append(set_live(channel=channel, reaction_plan_version_key="drill", **by))
        if not one["hears"]:
            # After a failure not even a network that rings is read before its time.
            Cursor.objects.filter(channel=channel).update(next_at=now + timedelta(days=1), failures_in_row=1)
    said = []
    for number in range(posts):
        channel = channels[number % len(channels)]
        follows = said[number - len(channels)] if number >= posts - len(channels) else None
        text, at = f"Beitrag {number}.", datetime.now(UTC) + timedelta(seconds=number * apart) if apart else now
        said.append(
            hand_over(person=person, channel=channel, kind="post", text=text, send_after=at, now=now, follows=follows)
        )


def film(scene: str, size: int) -> None:
    """The first channel of the scene, and a post with a film that weighs so many bytes."""
    from allmende.channels.actions import Spoken, hand_over, keep_media
    from allmende.channels.models import Channel, media_path
    from allmende.team.models import Person
    from tests.networks.film import film as short_film

    prepare(scene, 0)
    person, now = Person.objects.get(), datetime.now(UTC)
    media = keep_media(person=person, name="a.mp4", content=short_film(), now=now)
    with media_path(media.file).open("r+b") as kept:
        kept.truncate(size)
    said = {"text": "Beitrag 0.", "send_after": now, "media": [Spoken(media, "Ein langer Film")]}
    hand_over(person=person, channel=Channel.objects.get(), kind="post", now=now, **said)


def stable() -> None:
    """One worker per line read; they are children of this process and share nothing but the data folder."""
    from allmende.jobs.actions import find_jobs

    find_jobs()  # imported before the fork, so that a worker stands at once
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed workers leave no zombies
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _work()
        print(pid, flush=True)


def _work() -> None:
    from allmende.jobs.actions import share_work

    os.setsid()  # killed as a whole: a worker is two processes
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        share_work(stop)
    finally:
        os._exit(0)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        prepare(sys.argv[2], int(sys.argv[3]), *map(float, sys.argv[4:]))
    elif sys.argv[1] == "film":
        film(sys.argv[2], int(sys.argv[3]))
    else:
        stable()
