"""A whole network beside the tests: the sandbox behind its loopback face, on the tests' own clock."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from allmende.channels.actions import choose_channel, collect_channel, connect_account, hand_over, send_due, set_live
from allmende.channels.models import Account, Channel, Dispatch, Message
from allmende.connectors.http import Client, Limits
from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import Network, Words, open_network
from allmende.team.models import Person
from tests.networks.patience import PATIENT

QUARANTINE = timedelta(seconds=60)


@dataclass
class World:
    """A person, a channel on the sandbox, and the clock both sides read."""

    now: datetime
    owner: Person
    network: Network
    face: Face
    client: Client
    account: Account
    channel: Channel
    tokens: dict[str, str] = field(default_factory=dict)

    def pass_time(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def post(self, text: str, **given) -> Dispatch:
        given = {"title": "Neu im Forum", "kind": "post", "send_after": self.now, "person": self.owner} | given
        return hand_over(channel=self.channel, text=text, now=self.now, **given)

    def reply(self, text: str, to: Message, **given) -> Dispatch:
        return self.post(text, kind="reply", reply_to=to, title="", **given)

    def send(self) -> int:
        return send_due(now=self.now, client=self.client)

    def collect(self) -> int:
        from allmende.channels.models import Cursor

        Cursor.objects.filter(channel=self.channel).update(next_at=self.now)
        return collect_channel(channel=self.channel, now=self.now, client=self.client)

    def settle(self, dispatch: Dispatch, rounds: int = 6) -> Dispatch:
        """Let time pass and the worker look until the dispatch rests."""
        for _ in range(rounds):
            self.send()
            dispatch.refresh_from_db()
            if dispatch.state in ("sent", "refused"):
                break
            self.pass_time(minutes=10)
        return dispatch

    def says(self, name: str, text: str, reply_to: str = "", title: str = "Frage") -> str:
        member = self.network.member(name)
        words = Words(text=text, title="" if reply_to else title, parent=reply_to)
        return self.network.say(member, words, now=self.now)["id"]

    def seen(self, text: str) -> int:
        return self.network.times_seen(text)

    def plant(self, verb: str, kind: str, **how) -> None:
        self.face.faults.plant(verb, kind, **how)


@pytest.fixture
def new_world(owner: Person, now: datetime, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """`new_world(mode="blind")` is one more network with a live channel on it."""
    worlds: list[World] = []

    def make(mode: str = "key", slug: str = "forum", kind: str = "own_forum", **options) -> World:
        network = open_network(str(tmp_path / f"{slug}.sqlite3"))
        token = network.enrol("redaktion", "Redaktion", is_ours=True)
        face = Face(network, clock=lambda: world.now)
        threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        client = Client(limits=Limits(silence_seconds=0.3, whole_seconds=0.6))
        settings = {
            "file": str(tmp_path / f"{slug}.sqlite3"),
            "mode": mode,
            "network": slug,
            "place": "social" if kind == "social_network" else "forum",
            "quarantine_seconds": QUARANTINE.total_seconds(),
        } | options
        world = World(now, owner, network, face, client, None, None)  # type: ignore[arg-type]
        worlds.append(world)
        patient = Client(limits=PATIENT)
        world.account = connect_account(
            person=owner, kind="sandbox", name="Forum", settings=settings, secret=token, now=now, client=patient
        )
        patient.close()
        world.channel = choose_channel(
            person=owner, name=slug.title(), slug=slug, kind=kind, account=world.account, now=now, mark="F"
        )
        set_live(person=owner, channel=world.channel, reaction_plan_version_key="plan-1", now=now)
        return world

    make.worlds = worlds  # type: ignore[attr-defined]
    yield make
    for world in worlds:
        world.client.close()
        world.face.end()


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    return new_world()


@pytest.fixture
def visit(owner, client_of):
    """Open a page of the channels, or an address from its beginning; with `data` a form is sent."""
    client = client_of(owner)

    def go(path, data=None):
        address = path if path.startswith("/") else f"/w/{owner.workspace.slug}/channels/{path}"
        return client.post(address, data) if data is not None else client.get(address)

    return go
