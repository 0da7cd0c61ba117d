"""The practice network: a whole network on this machine, to learn and to show with, where nobody outside listens."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from allmende.channels.actions.connect_account import connect_account
from allmende.channels.models import Account
from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import Words, open_network
from allmende.team.access import require
from allmende.team.models import Person

PRACTICE_FILE = "sandbox.sqlite3"


@dataclass(frozen=True, slots=True)
class PracticePost:
    """What a simulated member says. `answers`: the place of the earlier post it answers, None opens a thread."""

    name: str
    text: str
    at: datetime
    title: str = ""
    answers: int | None = None


def open_practice(*, person: Person, name: str, now: datetime, place: str = "forum", **more: Any) -> Account:
    """Connect an account of ours on the practice network of this data folder, making the network if need be.

    `place`: "forum" or "social". `more`: further settings of the sandbox connector. Raises CannotConnect.
    """
    require(person, "channels.account.connect")
    file = settings.DATA / PRACTICE_FILE
    network = open_network(str(file))
    token = network.enrol(f"{person.workspace.slug}-{place}", name, is_ours=True)
    with _standing(file):
        return connect_account(
            person=person,
            kind="sandbox",
            name=name,
            settings={"file": str(file), "mode": "key", "place": place, "network": place, **more},
            secret=token,
            now=now,
        )


def people_the_practice(*, posts: Sequence[PracticePost]) -> list[str]:
    """Let members speak on the practice network; returns the native ids in the order of `posts`."""
    network = open_network(str(settings.DATA / PRACTICE_FILE))
    ids: list[str] = []
    for post in posts:
        parent = "" if post.answers is None else ids[post.answers]
        said = network.say(network.member(post.name), Words(post.text, title=post.title, parent=parent), now=post.at)
        ids.append(str(said["id"]))
    return ids


@contextmanager
def _standing(file: Any) -> Iterator[None]:
    """The network answers while this holds: the running one, or one put up for the moment."""
    network = open_network(str(file))
    if network.fact("url") and _answers(network.fact("url")):
        yield
        return
    face = Face(network)
    thread = threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        face.end()
        thread.join()


def _answers(url: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=1):
            return True
    except OSError:
        return False
