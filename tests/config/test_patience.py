"""While the database is away everybody gets a sentence, soon, and keeps what was typed (`reliability.md`, D6)."""

import sqlite3
from contextlib import contextmanager

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from allmende.config import patience
from allmende.jobs.queries import is_away
from tests.api.conftest import Program, called, program  # noqa: F401 - fixtures

NEW = "/w/lotsenforum/plan/platform-changes/new/"
WORDS = '\nZeile "eins" & <zwei>\nZeile drei'


def failure(code: int, kind=OperationalError):
    """As Django raises what SQLite said."""
    cause = sqlite3.OperationalError("it says so")
    cause.sqlite_errorcode = code
    error = kind("it says so")
    error.__cause__ = cause
    return error


@contextmanager
def away(error: Exception, verb: str = ""):
    """Every question (that begins with `verb`) ends like this."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith(verb):
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def browser(owner):
    client = Client(raise_request_exception=False)
    client.force_login(owner.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR]
)
def test_d6_who_cannot_be_answered_now_is_told_so_and_when_to_come_back(browser, code):
    with away(failure(code)):
        answer = browser.get("/w/lotsenforum/")
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, str(patience.PATIENCE_SECONDS))
    assert "Gerade nicht möglich" in page and "Not possible just now" in page
    assert "Nichts wurde geändert" in page and "<form" not in page
    assert answer["X-Request-Id"] and "no-store" in answer["Cache-Control"]
    assert browser.get("/w/lotsenforum/").status_code == 200


def test_d6_what_was_typed_goes_once_more_with_a_button(browser, forum):
    typed = {
        "network": forum.account.kind,
        "what": WORDS,
        "noticed_date": "2026-10-05",
        "formats": ["question", "poll"],
    }
    with away(failure(sqlite3.SQLITE_BUSY), "SAVEPOINT"):
        page = browser.post(f"{NEW}?from=x", typed).content.decode()
    assert f'<form method="post" action="{NEW}?from=x">' in page
    kept = "\n" + WORDS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert f'<textarea name="what" hidden>{kept}</textarea>' in page
    assert page.count('<textarea name="formats" hidden>') == 2


@pytest.mark.parametrize(
    ("path", "typed"),
    [("/account/login/", {"login": "a@b.example", "word": "geheim"}), (NEW, {"app_password": "geheim", "a": "b"})],
)
def test_no_page_shows_a_secret_again(browser, path, typed):
    with away(failure(sqlite3.SQLITE_BUSY)):
        answer = browser.post(path, typed)
    assert answer.status_code == 503 and "geheim" not in answer.content.decode()


def test_a_mistake_of_ours_is_still_called_one(browser):
    with away(failure(sqlite3.SQLITE_ERROR)):
        answer = browser.get("/w/lotsenforum/")
    assert answer.status_code == 500 and "Allmende hat einen Fehler gemacht" in answer.content.decode()


def test_d6_a_program_is_told_the_same(program):  # noqa: F811
    caller: Program = program()
    with away(failure(sqlite3.SQLITE_BUSY)):
        answer = caller.get("evidence")
    told = answer.json()
    assert (answer.status_code, told["type"]) == (503, "urn:allmende:problem:unavailable")
    assert answer["Retry-After"] == "5" and "Idempotency-Key" in told["detail"] and "%(" not in told["detail"]


def test_what_is_away_and_what_is_wrong():
    assert is_away(OperationalError("the server closed the connection")) and is_away(InterfaceError("closed"))
    assert not is_away(ValueError("no")) and not is_away(failure(sqlite3.SQLITE_ERROR)) and not is_away(None)


@pytest.mark.parametrize(
    ("engine", "given", "wanted"),
    [
        ("django.db.backends.sqlite3", {"timeout": 20}, {"timeout": 4}),
        ("django.db.backends.postgresql", {}, {"options": "-c lock_timeout=4000", "connect_timeout": 4}),
        (
            "django.db.backends.postgresql",
            {"options": "-c a=b"},
            {"options": "-c a=b -c lock_timeout=4000", "connect_timeout": 4},
        ),
    ],
)
def test_who_answers_people_waits_no_longer_than_they_do(engine, given, wanted):
    database = {"ENGINE": engine, "OPTIONS": dict(given)}
    patience.be_impatient(database)
    assert database["OPTIONS"] == wanted
