"""SIGKILL of the worker while the network has accepted a post but not yet answered: each is there exactly once.

What the networks showed the public is the judge. Every network of `networks.py` stands twice: read as usual, so that our
own post is recognised when it is collected, and never read, so that only looking before speaking again can find it.
20 kills; `ALLMENDE_KILLS=200` for the long run.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drills.networks import NETWORKS, Ground
from tests.drills.test_restore import ROOT, House, new_house  # noqa: F401 - a fixture
from tests.drills.test_starved import asked, states

KILLS = int(os.environ.get("ALLMENDE_KILLS", "20"))
VOICES = 4
# A kill comes so soon after the first post that appears, and the network is silent for longer: a life takes no more posts than
# it has voices, however slow the machine, and the queue never runs dry before the last kill.
SOON, SILENCE = 0.45, 8.0
# Usually a minute: a claim rests 35 seconds before anybody may look. On a busy machine workers start slowly.
LONGEST_SECONDS = 240 + 3 * max(KILLS - 20, 0)


class Stable:
    """Starts workers on a data folder and kills them."""

    def __init__(self, house: House, neighbours: list[str]) -> None:
        house.environment |= {
            "ALLMENDE_VOICES": str(VOICES),
            "ALLMENDE_NEIGHBOURS": ",".join(filter(None, neighbours)),
        }
        self._house = house
        self._process: subprocess.Popen[str] | None = None

    def prepare(self, scenes: str, posts: int) -> None:
        """A queue of so many posts; on a busy machine each takes half a second."""
        seconds = 120 + posts / 2
        self._house.run("prepare", scenes, str(posts), program="tests.drills.worker_scene", seconds=seconds)

    def open(self) -> None:
        command = [sys.executable, "-m", "tests.drills.worker_scene", "stable"]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._house.environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def start(self) -> int:
        assert self._process and self._process.stdin and self._process.stdout
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(60)


@dataclass(frozen=True)
class Scene:
    """One network of the drill and how we listen to it."""

    name: str
    ground: Ground
    hears: bool

    @property
    def slug(self) -> str:
        return f"{self.name}-{'heard' if self.hears else 'unheard'}"

    def told(self) -> dict[str, object]:
        """What a worker's side must know."""
        ground = self.ground
        settings = dict(ground.settings) | {"network": self.slug, "quarantine_seconds": 2}
        named = {"kind": ground.kind, "settings": settings, "secret": ground.secret}
        return named | {"slug": self.slug, "hears": self.hears}


@pytest.fixture
def scenes(tmp_path: Path) -> Iterator[list[Scene]]:
    made = []
    for name, start in NETWORKS.items():
        for hears in (True, False):
            folder = tmp_path / f"{name}-{hears}"
            folder.mkdir()
            made.append(Scene(name, start(folder), hears))
    yield made
    for scene in made:
        scene.ground.end()


@pytest.mark.drill
def test_twenty_kills_between_accepting_and_answering_leave_each_post_exactly_once(
    scenes: list[Scene],
    new_house,  # noqa: F811
) -> None:
    house, posts = new_house("kills"), VOICES * KILLS + 2 * len(scenes)
    stable = Stable(house, neighbours=[scene.ground.neighbour for scene in scenes])
    stable.prepare(json.dumps([scene.told() for scene in scenes]), posts)
    began = time.monotonic()
    for scene in scenes:
        scene.ground.hang(SILENCE)
    stable.open()
    dice, pid, cut_off = random.Random(2026), 0, []
    kills = 0
    try:
        while kills < KILLS and time.monotonic() - began < LONGEST_SECONDS:
            before = _seen(scenes)
            pid = stable.start()
            if not _until(lambda before=before: _seen(scenes) != before, 20):
                os.killpg(pid, signal.SIGKILL)
                continue
            time.sleep(dice.uniform(0, SOON))  # the network has it; the worker does not know
            os.killpg(pid, signal.SIGKILL)
            kills += 1
            cut_off += [text for text in _seen(scenes) - before if _dispatch(house, text)["state"] == "speaking"]
        for scene in scenes:
            scene.ground.heal()
        pid = stable.start()
        settled = _until(lambda: states(house) == {"sent": posts}, LONGEST_SECONDS - (time.monotonic() - began))
    finally:
        _end(pid)
        stable.close()
    assert kills == KILLS
    assert len(cut_off) >= KILLS * 0.9
    assert settled, states(house)
    assert _seen(scenes) == {f"Beitrag {number}.": 1 for number in range(posts)}
    for scene in scenes:  # the last one follows the one before as its second part
        said = [int(text.split()[1][:-1]) for text in scene.ground.appeared()]
        assert said.index(max(said)) > said.index(max(said) - len(scenes))
    assert _integrity(house) == "ok"
    ways = {text: _dispatch(house, text) for text in cut_off}
    struck = Counter(way["channel"].rpartition("-")[0] for way in ways.values())
    assert struck.keys() == NETWORKS.keys(), struck
    unheard = [way["found"] for way in ways.values() if way["channel"].endswith("-unheard")]
    assert len(unheard) >= KILLS // 2 - 2 and all(unheard), ways
    # Where somebody listens, whoever is faster knows first: the ear, or the mouth that looks before it speaks again.
    assert all(way["found"] or way["seen"] for way in ways.values()), ways


def _seen(scenes: list[Scene]) -> Counter:
    """How often the public has seen each text appear, on all networks together."""
    return Counter(text for scene in scenes for text in scene.ground.appeared())


def _dispatch(house: House, text: str) -> dict[str, str]:
    """What the queue knows of the post with this text: state, channel, found by looking, seen by listening."""
    question = f"""SELECT d.state, c.slug,
            EXISTS (SELECT 1 FROM channels_attempt a WHERE a.dispatch_id = d.id AND a.verb = 'find' AND a.outcome = 'sent'),
            (d.reason_code = 'adopted' OR EXISTS (SELECT 1 FROM channels_attempt a WHERE a.dispatch_id = d.id AND a.outcome = 'seen'))
        FROM channels_dispatch d JOIN channels_message m ON m.id = d.message_id JOIN channels_channel c ON c.id = d.channel_id
        WHERE m.text = '{text}'"""
    return dict(zip(("state", "channel", "found", "seen"), asked(house, question)[0], strict=True))


def _integrity(house: House) -> str:
    return "ok" if house.database else str(asked(house, "PRAGMA integrity_check")[0][0])


def _until(is_so: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return is_so()


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    if not _until(lambda: not Path(f"/proc/{pid}").exists(), 10):
        os.killpg(pid, signal.SIGKILL)
