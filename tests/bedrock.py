"""The bedrock many tests stand on: an owner's workspace, a live forum in it, and what rooms lay upon them; laid once and kept while
tests ask for it.

Each is built by the real actions inside a transaction of its own; every test runs in a savepoint within and leaves it as it
was found. Tests that ask for nothing find an empty database, as ever: the bedrock is taken away before they begin. Whoever asks for
a layer asks for the fixture of its name, which says what else it needs.
"""

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from allmende.channels.actions import choose_channel, connect_account
from allmende.channels.models import Account, Channel
from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import open_network
from allmende.guidelines.actions import draft_from_catalogue, open_channel, put_in_force
from allmende.inbox.queries import model_file
from allmende.team.actions import create_workspace, join_person
from allmende.team.models import Person, User

# A Wednesday in service hours: 7 October 2026, 9:40 in Berlin.
NOW = datetime(2026, 10, 7, 7, 40, tzinfo=UTC)


# What lays each layer from what was made below it, in the order in which they may lie upon each other.
BUILDERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def stands(name: str) -> Callable:
    """Lets the decorated function lay the layer `name` for every test that asks for the fixture of that name."""

    def keep(build: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable:
        BUILDERS[name] = build
        return build

    return keep


@dataclass
class Layer:
    """What stands, what was made with it, and the connection it was laid on."""

    name: str
    made: dict[str, Any]
    around: transaction.Atomic
    laid_on: object


@dataclass
class Bedrock:
    """Layers upon each other, `names` in their order; `builders` make a layer from what was made below it."""

    builders: dict[str, Callable[[dict[str, Any]], dict[str, Any]]]
    layers: list[Layer] = field(default_factory=list)

    def be(self, names: tuple[str, ...]) -> None:
        """Let exactly these layers stand."""
        if any(layer.laid_on is not connection.connection for layer in self.layers):
            self._take_away(0)
        same = [layer.name for layer in self.layers]
        shared = next(
            (n for n, (a, b) in enumerate(zip(same, names, strict=False)) if a != b), min(len(same), len(names))
        )
        self._take_away(shared)
        for name in names[shared:]:
            self._lay(name)

    def found(self, layer: str, name: str) -> Any:
        """A copy of what was made, for one test; None where the layer does not stand."""
        made = next((one.made for one in self.layers if one.name == layer), None)
        return None if made is None else deepcopy(made[name])

    def newest(self, name: str) -> Any:
        """A copy of what the uppermost layer that made it calls so; None where none did."""
        made = next((one.made for one in reversed(self.layers) if name in one.made), None)
        return None if made is None else deepcopy(made[name])

    def tidy(self) -> None:
        """Forget what the process and its files keep by the keys of what stands: other tests left it."""
        cache.clear()
        for workspace in [one.made["owner"].workspace_id for one in self.layers if one.name == "owner"]:
            left = [
                file for folder in (settings.LEDGER, model_file(None).parent) for file in folder.glob(f"*{workspace}*")
            ]
            for one in left:
                shutil.rmtree(one) if one.is_dir() else one.unlink()

    def _lay(self, name: str) -> None:
        around = transaction.atomic()
        # As Django's own: what asks for a transaction of its own must not take this one for it.
        around._from_testcase = True  # type: ignore[attr-defined]
        around.__enter__()
        below = {key: value for layer in self.layers for key, value in deepcopy(layer.made).items()}
        self.layers.append(Layer(name, {}, around, connection.connection))
        try:
            with translation.override(settings.LANGUAGE_CODE):
                self.layers[-1].made = self.builders[name](below)
            # Otherwise PostgreSQL would check each row that stands once more at the end of every test upon it.
            connection.check_constraints()
        except BaseException:
            self._take_away(len(self.layers) - 1)
            raise

    def _take_away(self, kept: int) -> None:
        while len(self.layers) > kept:
            layer = self.layers.pop()
            if not connection.closed_in_transaction:
                transaction.set_rollback(True)
            layer.around.__exit__(None, None, None)


@stands("owner")
def lay_owner(below: dict[str, Any]) -> dict[str, Any]:
    """The first user of an installation, and the workspace they open."""
    return {"owner": open_workspace("Jana Petersen", "lotsenforum", "p1@example.org", NOW)}


def open_workspace(name: str, slug: str, email: str, now: datetime) -> Person:
    """A user who opens a workspace; returns its owner."""
    user = User.objects.create_user(email=email, password="vier Wege am Deich", name=name)
    return create_workspace(owner=user, slug=slug, name=slug.title(), now=now).people.get()


def person_of(role: str, name: str = "", slug: str = "lotsenforum", now: datetime = NOW) -> Person:
    """Somebody who joins that owner's workspace; an owner where there is none opens it."""
    owner = Person.objects.filter(workspace__slug=slug, role="owner").first()
    number = User.objects.count() + 1
    name, email = name or f"{role.title()} {number}", f"p{number}@example.org"
    if owner is None:
        return open_workspace(name, slug, email, now)
    user = User.objects.create_user(email=email, password="vier Wege am Deich", name=name)
    return join_person(person=owner, user=user, role=role, now=now)


@stands("forum")
def lay_forum(below: dict[str, Any]) -> dict[str, Any]:
    """A live forum, and its network as bytes: each test goes on with a network of its own."""
    with tempfile.TemporaryDirectory() as folder, practising(Path(folder, "network.sqlite3"), NOW) as stage:
        forum = open_forum(below["owner"], stage, NOW)
        with closing(sqlite3.connect(stage.file)) as network:
            return {"forum": forum, "network": network.serialize(), "token": stage.token}


@contextmanager
def practising(file: Path, now: datetime, token: str = "") -> Iterator[SimpleNamespace]:
    """A practice network on loopback: `network` to look and act in it, `token` our log-in (made, unless it is known there),
    `at` what its clock says."""
    network = open_network(str(file))
    stage = SimpleNamespace(network=network, file=str(file), at=now)
    face = Face(network, clock=lambda: stage.at)
    thread = threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    stage.face, stage.token = face, token or network.enrol("team", "Lotsenteam", is_ours=True)
    yield stage
    face.end()
    thread.join()


def open_forum(owner: Person, practice: SimpleNamespace, now: datetime) -> Channel:
    """A live forum on the practice network, with the shipped reaction plan in force."""
    account = connect_account(
        person=owner,
        kind="sandbox",
        name="Forum Lotsenteam",
        settings={"file": practice.file, "mode": "key", "place": "forum", "quarantine_seconds": 0},
        secret=practice.token,
        now=now,
    )
    channel = choose_channel(
        person=owner, name="Forum", slug="forum", kind="own_forum", account=account, place="", now=now
    )
    put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=channel, now=now), now=now)
    return open_channel(person=owner, channel=channel, now=now)


def move_network(forum: Channel, practice: SimpleNamespace) -> Channel:
    """Where this test's own network lies."""
    account = Account.objects.get(pk=forum.account_id)
    settings_here = account.settings | {"file": practice.file}
    Account.objects.filter(pk=account.pk).update(settings=settings_here)
    # What stood with it still names the folder it was laid in, which is gone.
    if "account" in forum._state.fields_cache:
        forum.account.settings = settings_here
    return forum


@contextmanager
def living_on(below: dict[str, Any], made: dict[str, Any]) -> Iterator[Channel]:
    """The forum of a layer below, on its network; what the network has become is `made` with this layer."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "network.sqlite3")
        file.write_bytes(below["network"])
        with practising(file, NOW, below["token"]) as stage:
            yield move_network(below["forum"], stage)
            with closing(sqlite3.connect(file)) as network:
                made["network"] = network.serialize()
