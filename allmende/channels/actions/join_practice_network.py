"""The practice network: a whole network on this machine, to learn and to show with, where nobody outside listens."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from allmende.channels.actions.connect_account import CannotConnect, connect_account
from allmende.channels.models import Account
from allmende.channels.states import PRACTICE
from allmende.connectors.http import Client
from allmende.connectors.sandbox.chronicle import write_down
from allmende.connectors.sandbox.face import Clock, Face
from allmende.connectors.sandbox.network import Network, Words, open_network
from allmende.connectors.sandbox.script import FACT
from allmende.team.access import require
from allmende.team.models import Person

FILE = "sandbox.sqlite3"


@dataclass(frozen=True, slots=True)
class PracticePost:
    """What a simulated member says. `answers`: the place of the earlier post it answers, None opens a thread."""

    name: str
    text: str
    at: datetime
    title: str = ""
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """What a simulated member said, under a chosen id. `parent`: the id of what it answers, "" opens a thread."""

    name: str
    text: str
    at: datetime
    native_id: str
    title: str = ""
    parent: str = ""


def join_practice_network(
    *,
    person: Person,
    name: str,
    handle: str,
    now: datetime,
    place: str = "forum",
    client: Client | None = None,
    file: str = FILE,
) -> Account:
    """An account at the practice network of this data folder, made there if need be. `place`: "forum" or "social".

    `file`: another network than the usual one. Raises CannotConnect if the network does not run.
    """
    require(person, "channels.account.connect")
    if person.workspace.is_rehearsal and file == FILE:  # others are heard there
        raise CannotConnect(_("Not connected. The channels of this copy have practice networks of their own."))
    network = practice_network(file)
    token = network.enrol(handle, name, is_ours=True)
    # Members of one network are not those of another, though both may call them by the same number.
    name_of_network = "practice" if file == FILE else network.store.path.stem
    options = {
        "file": str(network.store.path),
        "mode": "key",
        "place": place,
        "network": name_of_network,
        "streams": True,
    }
    known = Account.objects.filter(workspace=person.workspace, kind=PRACTICE, handle=handle, name=name)
    before = known.filter(settings__file=options["file"]).first()
    return connect_account(
        person=person, kind=PRACTICE, name=name, settings=options, secret=token, now=now, account=before, client=client
    )


def rejoin_practice_network(
    *, person: Person, account: Account, now: datetime, client: Client | None = None
) -> Account:
    """A fresh access key for an account of the practice network. Raises CannotConnect if the network does not run."""
    require(person, "channels.account.connect")
    network = open_network(str(account.settings["file"]))
    token = network.enrol(account.handle, account.name, is_ours=True)
    return connect_account(
        person=person, kind=PRACTICE, name=account.name, settings=account.settings, secret=token, now=now,
        account=account, client=client,
    )  # fmt: skip


def people_the_practice(*, posts: Sequence[PracticePost], file: str = FILE) -> list[str]:
    """Let members speak on the practice network; returns the native ids in the order of `posts`."""
    network = practice_network(file)
    ids: list[str] = []
    for post in posts:
        parent = "" if post.answers is None else ids[post.answers]
        said = network.say(network.member(post.name), Words(post.text, title=post.title, parent=parent), now=post.at)
        ids.append(str(said["id"]))
    return ids


def tell_the_practice(*, lines: Sequence[PracticeLine], file: str) -> None:
    """Members said this on the practice network, all or none; by time, whoever answers after what is answered.

    Raises NotThere if what a line answers is neither there nor among the lines before it.
    """
    network = practice_network(file)
    members = {name: network.member(name) for name in dict.fromkeys(one.name for one in lines)}
    write_down(network, [(one.native_id, members[one.name], one.parent, one.title, one.text, one.at) for one in lines])


def script_the_practice(*, script: Mapping[str, Any], file: str) -> None:
    """What the members of the practice network will do of themselves while it is served (`sandbox.script`)."""
    practice_network(file).set_fact(FACT, json.dumps(script, ensure_ascii=False))


@contextmanager
def practice_standing(*, file: str = FILE, clock: Clock = lambda: datetime.now(UTC)) -> Iterator[None]:
    """The practice network answers while this holds: the running one, or one put up for the moment.

    `clock`: what the one put up for the moment takes for the time; a story is told with an older one.
    """
    network = practice_network(file)
    if network.fact("url") and _answers(network.fact("url")):
        yield
        return
    face = Face(network, clock=clock)
    thread = threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        face.end()
        thread.join()


def practice_network(file: str = FILE) -> Network:
    """The practice network in this file of the data folder, made if need be."""
    return open_network(str(settings.DATA / file))


def _answers(url: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=1):
            return True
    except OSError:
        return False
