"""What most tests start from: one workspace, its owner, a fixed now. Everything is built by the real actions."""

import atexit
import gc
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

# Before Django reads its settings: tests never touch a person's own data folder.
DATA = tempfile.mkdtemp(prefix="allmende-test-")
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
Path(DATA, "static").mkdir()
os.environ["ALLMENDE_DATA"] = DATA
os.environ["DJANGO_SETTINGS_MODULE"] = "allmende.config.settings"
os.environ.setdefault("ALLMENDE_STATIC", "django.contrib.staticfiles.storage.StaticFilesStorage")

import django
import pytest

django.setup()

from django.conf import settings
from django.test import Client

# What makes guessing a password slow makes four hundred tests slow.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: without walking through it again and again a tenth of the time is saved."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _template() -> Path:
    """A migrated, empty SQLite file, made once per state of the migrations: migrating costs five seconds a process."""
    files = sorted(Path(__file__).resolve().parent.parent.glob("allmende/*/migrations/*.py"))
    state = hashlib.sha256(b"".join(file.read_bytes() for file in files) + django.__version__.encode()).hexdigest()[:16]
    template = Path(tempfile.gettempdir()) / f"allmende-migrated-{os.getuid()}-{state}.sqlite3"
    if not template.exists():
        fresh = Path(DATA, "fresh.sqlite3")
        program = "import django; django.setup(); from django.core.management import call_command as call; call('migrate', verbosity=0)"
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{fresh}"}
        subprocess.run([sys.executable, "-c", program], check=True, env=environment)
        with closing(sqlite3.connect(fresh)) as done:
            done.execute("PRAGMA journal_mode=DELETE")
        fresh.replace(template)
    return template


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Every process tests on its own copy of the migrated file; PostgreSQL migrates as usual, a database per process."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = shutil.copy(_template(), Path(DATA, "test.sqlite3"))
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture
def now() -> datetime:
    """A Wednesday in service hours: 7 October 2026, 9:40 in Berlin."""
    return datetime(2026, 10, 7, 7, 40, tzinfo=UTC)


@pytest.fixture
def new_person(db: None, now: datetime) -> Callable:
    """`new_person("manager")` joins the owner's workspace; `new_person("owner", slug="other")` opens a new one."""
    from allmende.team.actions import create_workspace, join_person
    from allmende.team.models import Person, User

    def make(role: str, name: str = "", slug: str = "lotsenforum") -> Person:
        owner = Person.objects.filter(workspace__slug=slug, role="owner").first()
        number = User.objects.count() + 1
        name = name or f"{role.title()} {number}"
        user = User.objects.create_user(email=f"p{number}@example.org", password="vier Wege am Deich", name=name)
        if owner:
            return join_person(person=owner, user=user, role=role, now=now)
        workspace = create_workspace(owner=user, slug=slug, name=slug.title(), now=now)
        return workspace.people.get()

    return make


@pytest.fixture
def owner(new_person: Callable):  # type: ignore[no-untyped-def]
    return new_person("owner", "Jana Petersen")


@pytest.fixture
def workspace(owner):  # type: ignore[no-untyped-def]
    return owner.workspace


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """A test that is undone takes its numbers back: the next one, in the same minute, could stand as this one did."""
    from allmende.inbox.queries import forget_lists

    forget_lists()


@pytest.fixture
def client_of() -> Callable:
    """`client_of(person)` is a logged-in test client."""

    def make(person) -> Client:  # type: ignore[no-untyped-def]
        client = Client()
        client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data; tests that need it skip, saying so, where it is absent."""
    folder = SHARED / "data"
    if not folder.exists():
        pytest.skip("left out: ../shared/data is absent")
    return folder


@pytest.fixture
def practice(tmp_path: Path, now: datetime):  # type: ignore[no-untyped-def]
    """A practice network on loopback: `network` to look and act in it, `token` our log-in, `at` what its clock says."""
    import threading
    from types import SimpleNamespace

    from allmende.connectors.sandbox.face import Face
    from allmende.connectors.sandbox.network import open_network

    file = str(tmp_path / "network.sqlite3")
    network = open_network(file)
    stage = SimpleNamespace(network=network, file=file, at=now)
    face = Face(network, clock=lambda: stage.at)
    thread = threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    stage.face, stage.token = face, network.enrol("team", "Lotsenteam", is_ours=True)
    yield stage
    face.end()
    thread.join()


@pytest.fixture
def forum(owner, now: datetime, practice):  # type: ignore[no-untyped-def]
    """A live forum on the practice network, opened by the real actions, with the shipped reaction plan in force."""
    from allmende.channels.actions import choose_channel, connect_account
    from allmende.guidelines.actions import draft_from_catalogue, open_channel, put_in_force

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
