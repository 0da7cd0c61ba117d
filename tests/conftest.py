"""What most tests start from: one workspace, its owner, a fixed now. Everything is built by the real actions."""

import gc
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.test import Client

from allmende.team.models import Person
from tests.bedrock import BUILDERS, NOW, Bedrock, move_network, open_forum, person_of, practising

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
        fresh = Path(settings.DATA, "fresh.sqlite3")
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
        database["TEST"]["NAME"] = shutil.copy(_template(), Path(settings.DATA, "test.sqlite3"))
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture
def now() -> datetime:
    """A Wednesday in service hours: 7 October 2026, 9:40 in Berlin."""
    return NOW


@pytest.fixture(scope="session")
def bedrock(django_db_setup: None, django_db_blocker) -> Iterator[Bedrock]:  # type: ignore[no-untyped-def]
    """What stands for many tests; taken away before the database goes."""
    laid = Bedrock(BUILDERS)
    yield laid
    with django_db_blocker.unblock():
        laid.be(())


@pytest.fixture
def beneath(request: pytest.FixtureRequest, bedrock: Bedrock, now: datetime, django_db_blocker) -> Bedrock:  # type: ignore[no-untyped-def]
    """The bedrock as this test asks for it. None where its now is another, or where it commits: then it builds its own."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames) or (marker and marker.kwargs)
    asked = () if commits or now != NOW else tuple(name for name in BUILDERS if name in request.fixturenames)
    with django_db_blocker.unblock():
        bedrock.be(asked)
    bedrock.tidy()
    return bedrock


@pytest.fixture
def _django_db_helper(beneath: Bedrock, _django_db_helper: None) -> None:
    """pytest-django's own transaction around a test, upon the bedrock."""


@pytest.fixture
def new_person(db: None, now: datetime) -> Callable:
    """`new_person("manager")` joins the owner's workspace; `new_person("owner", slug="other")` opens a new one."""

    def make(role: str, name: str = "", slug: str = "lotsenforum") -> Person:
        return person_of(role, name, slug, now)

    return make


@pytest.fixture
def owner(beneath: Bedrock, new_person: Callable):  # type: ignore[no-untyped-def]
    return beneath.found("owner", "owner") or new_person("owner", "Jana Petersen")


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
def practice(request: pytest.FixtureRequest, tmp_path: Path, now: datetime):  # type: ignore[no-untyped-def]
    """A practice network on loopback: `network` to look and act in it, `token` our log-in, `at` what its clock says."""
    file, token = tmp_path / "network.sqlite3", ""
    if "forum" in request.fixturenames:
        beneath = request.getfixturevalue("beneath")
        if content := beneath.newest("network"):
            file.write_bytes(content)
            token = beneath.found("forum", "token")
    with practising(file, now, token) as stage:
        yield stage


@pytest.fixture
def forum(owner, now: datetime, practice, beneath: Bedrock):  # type: ignore[no-untyped-def]
    """A live forum on the practice network, opened by the real actions, with the shipped reaction plan in force."""
    laid = beneath.found("forum", "forum")
    return move_network(laid, practice) if laid else open_forum(owner, practice, now)
