"""D12: backup under load, killed backups and restores, an empty machine, an old backup while the network holds today's posts."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import Network, open_network
from tests.conftest import _template
from tests.drills.restore_scene import BATCH

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = int(os.environ.get("ALLMENDE_RESTORE_KILLS", "3"))
pytestmark = pytest.mark.drill


@dataclass
class House:
    """An installation of its own: data folder, database, and commands that run in their own process."""

    data: Path
    database: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data.mkdir(exist_ok=True)
        self.environment = os.environ | {
            "ALLMENDE_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
            "ALLMENDE_INSTANCE": self.data.name,
        }
        self.environment.pop("DATABASE_URL", None)
        if self.database:
            self.environment["DATABASE_URL"] = self.database

    def start(self, *words: str, program: str = "allmende") -> subprocess.Popen[str]:
        command = [sys.executable, "-m", program, *words]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *words: str, program: str = "allmende", status: int = 0, seconds: float = 120) -> str:
        process = self.start(*words, program=program)
        out, err = process.communicate(timeout=seconds)
        assert process.returncode == status, (words, process.returncode, out, err)
        return out

    def play(self, *words: str) -> str:
        return self.run(*words, program="tests.drills.restore_scene")

    def facts(self) -> dict:
        return json.loads(self.play("facts").splitlines()[-1])


@pytest.fixture
def new_house(tmp_path: Path) -> Iterator:
    """`new_house("name")` is an empty installation; on PostgreSQL it has a database of its own in the cluster of the suite."""
    given, made = settings.DATABASES["default"], []

    def make(name: str) -> House:
        if given["ENGINE"].endswith("sqlite3"):
            return House(tmp_path / name)
        database = f"drill_{name}_{uuid.uuid4().hex[:8]}"
        _on_cluster(f'CREATE DATABASE "{database}"')
        made.append(database)
        where = f"{given['USER']}@{given['HOST']}:{given['PORT']}"
        return House(tmp_path / name, f"postgres://{where}/{database}")

    yield make
    for database in made:
        _on_cluster(f'DROP DATABASE "{database}" WITH (FORCE)')


def _on_cluster(statement: str) -> None:
    import psycopg

    given = settings.DATABASES["default"]
    with psycopg.connect(
        host=given["HOST"], port=given["PORT"], user=given["USER"], dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(statement)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    network = open_network(str(tmp_path / "network.sqlite3"))
    face = Face(network)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield network
    face.end()


@pytest.fixture
def house(new_house, network) -> House:
    house = new_house("first")
    if not house.database:
        with (
            closing(sqlite3.connect(_template())) as ready,
            closing(sqlite3.connect(house.data / "allmende.sqlite3")) as own,
        ):
            ready.backup(own)
    token = network.enrol("redaktion", "Redaktion", is_ours=True)
    house.play("fill", json.dumps({"file": str(network.store.path), "mode": "list", "token": token}))
    (house.data / "media").mkdir(exist_ok=True)
    (house.data / "media" / "picture.png").write_bytes(b"not really a picture")
    (house.data / "triage").mkdir(exist_ok=True)
    (house.data / "triage" / "model.skops").write_bytes(b"what was learned")
    return house


def test_d12_a_backup_under_load_is_one_instant_and_comes_back_on_an_empty_machine(house, new_house, tmp_path):
    file = tmp_path / "a.backup"
    writer = house.start("load", "60", program="tests.drills.restore_scene")
    try:
        time.sleep(2)
        made = json.loads(house.run("backup", str(file), "--json").splitlines()[-1])
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    assert made["keys_inside"] is False and made["size"] == file.stat().st_size
    assert b"PRIVATE" not in file.read_bytes()
    for secret in (house.data / "keys").iterdir():
        if secret.suffix != ".lock":
            assert secret.read_bytes() not in file.read_bytes()
    after = house.facts()["heard"]
    second = new_house("second")
    told = json.loads(second.run("restore", str(file), "--json").splitlines()[-1])
    assert told["publishing"] == "paused" and len(told["missing_keys"]) == 1
    found = second.facts()
    assert 3 * BATCH < found["heard"] < after
    assert found["heard"] % BATCH == 0, "a transaction is in it whole or not at all"
    assert found["marked"] == found["in_ledger"] == 3 * BATCH
    assert (found["fault"], found["chain_broken_at"], found["secret"]) == ("", None, False)
    assert found["media"] == ["picture.png"]
    assert (second.data / "triage" / "model.skops").read_bytes() == b"what was learned"
    (second.data / "keys" / "sealing").write_bytes((house.data / "keys" / "sealing").read_bytes())
    assert second.facts()["secret"] is True, "with the key the log-ins open again"


def test_d12_an_old_backup_says_nothing_twice(house, new_house, network, tmp_path):
    old = tmp_path / "old.backup"
    texts = [f"Beitrag {n}." for n in range(12)]
    house.play("post", *texts, "later:Morgen.", "Doch nicht.")
    house.run("backup", str(old))
    house.play("withdraw", "Doch nicht.")
    house.play("work", "5")
    assert [network.times_seen(text) for text in texts] == [1] * 12
    other = new_house("other")
    other.run("restore", str(old))
    (other.data / "keys" / "sealing").write_bytes((house.data / "keys" / "sealing").read_bytes())
    other.play("work", "6")
    found = other.facts()
    assert found["pauses"] == ["restored"]
    assert [found["states"][text] for text in texts] == ["sent"] * 12
    assert (found["states"]["Doch nicht."], found["states"]["Morgen."]) == ("held", "waiting")
    other.run("publishing", "status", status=1)
    other.run("publishing", "resume")
    other.play("work", "4")
    assert [network.times_seen(text) for text in texts] == [1] * 12, "0 doubled"
    assert network.times_seen("Doch nicht.") == 0
    other.run("publishing", "status")


def test_d12_an_old_backup_over_the_same_installation_says_nothing_twice_and_saves_what_was_there(
    house, network, tmp_path
):
    old = tmp_path / "old.backup"
    house.play("post", "Einmal.")
    house.run("backup", str(old))
    house.play("work", "3")
    house.run("restore", str(old), status=2)
    told = json.loads(house.run("restore", str(old), "--replace", "--json").splitlines()[-1])
    house.play("work", "3")
    assert house.facts()["states"] == {"Einmal.": "sent"}
    assert network.times_seen("Einmal.") == 1
    assert Path(told["safety_copy"]).exists()
    house.run("restore", told["safety_copy"], "--replace")
    assert house.facts()["states"] == {"Einmal.": "sent"}


def test_d12_a_killed_backup_leaves_no_half_file_and_the_next_one_works(house, tmp_path):
    dice = random.Random(12)
    file = tmp_path / "b.backup"
    began = time.monotonic()
    house.run("backup", str(tmp_path / "whole.backup"))
    usual = time.monotonic() - began
    for _ in range(KILLS):
        process = house.start("backup", str(file), "--replace")
        time.sleep(dice.uniform(usual * 0.4, usual))
        process.kill()
        process.communicate()
        if file.exists():
            _check(file)
    house.run("backup", str(file), "--replace")
    _check(file)
    assert not list(tmp_path.glob(".*.part")) and not (house.data / ".backup").exists()


def test_d12_a_killed_restore_leaves_the_old_state_or_the_new_one(house, tmp_path):
    dice = random.Random(13)
    file = tmp_path / "c.backup"
    house.run("backup", str(file))
    house.play("post", "Danach.")
    began = time.monotonic()
    safety = json.loads(house.run("restore", str(file), "--replace", "--json").splitlines()[-1])["safety_copy"]
    usual = time.monotonic() - began
    turn = [safety, str(file)]
    for number in range(KILLS):
        process = house.start("restore", turn[number % 2], "--replace")
        time.sleep(dice.uniform(usual * 0.4, usual))
        process.kill()
        process.communicate()
        found = house.facts()
        assert (found["heard"], found["fault"], found["chain_broken_at"]) == (3 * BATCH, "", None)
        assert found["marked"] == found["in_ledger"]
        assert set(found["states"]) in (set(), {"Danach."})
        assert found["media"] == ["picture.png"]


def test_a_restore_waits_for_nobody_and_a_flipped_byte_is_refused(house, tmp_path):
    file = tmp_path / "d.backup"
    house.run("backup", str(file))
    house.run("backup", str(file), status=2)
    worker = house.start("work")
    try:
        time.sleep(3)
        house.run("restore", str(file), "--replace", status=3)
    finally:
        worker.terminate()
        worker.communicate(timeout=30)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    house.run("restore", str(file), "--replace", status=2)
    house.run("restore", str(tmp_path / "absent"), status=2)
    assert house.facts()["heard"] == 3 * BATCH


def _check(file: Path) -> None:
    from allmende.config.backup.parcel import check_seal

    check_seal(file)
