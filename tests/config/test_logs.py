"""D16: logs, metrics, the doctor and the backup's manifest name nobody and tell no secret."""

import io
import json
import logging
import sqlite3

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import timezone

from allmende.config.logs import formatter, logging_settings, scrubbed
from allmende.jobs.actions import Job, run_due
from allmende.jobs.actions.lease_job import register_jobs

TOKEN = "kanari9f8e7d6c5b4a39281706f5e4d3c2b1a0"
PERSON = "Karla Kanari"
ADDRESS = "karla.kanari@lotsen.example"
HANDLE = "@karla_kanari@lotsen.example"
WORDS = "Mein Antrag beim Finanzamt wurde abgelehnt"
CANARIES = (TOKEN, "Kanari", "kanari", "Finanzamt", "lotsen.example/users")


@pytest.fixture
def lines():
    """Everything that is logged meanwhile, as JSON and as people read it."""
    streams = {form: io.StringIO() for form in ("json", "human")}
    handlers = []
    for form, stream in streams.items():
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter(form))
        handlers.append(handler)
        logging.getLogger().addHandler(handler)
    yield streams
    for handler in handlers:
        logging.getLogger().removeHandler(handler)


def clean(text):
    assert not [one for one in CANARIES if one in text], text
    return text


def test_what_a_job_raised_is_told_without_its_words(db, lines, now):
    def broken(_now):
        raise ValueError(f"{PERSON} <{ADDRESS}> schrieb: {WORDS} ({TOKEN})")

    job = Job("room.broken", broken, timezone.timedelta(seconds=1))
    register_jobs(jobs=[job], now=now)
    run_due(jobs=[job], holder="w", now=lambda: now)
    row = json.loads(clean(lines["json"].getvalue()).splitlines()[0])
    assert (row["level"], row["logger"], row["error"]) == ("error", "allmende.jobs", "ValueError")
    assert "room.broken" in row["event"] and any("broken" in frame for frame in row["frames"])
    assert "ValueError" in clean(lines["human"].getvalue())


def test_a_request_that_fails_is_told_by_its_pattern(db, lines):
    Client(raise_request_exception=False).get(f"/login/{TOKEN}/nirgends/?user={ADDRESS}")
    Client().get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    clean(lines["json"].getvalue())
    clean(lines["human"].getvalue())


def test_a_crash_behind_a_door_names_the_door_and_not_the_key(db, lines, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError(f"no link {TOKEN} of {ADDRESS}")

    monkeypatch.setattr("allmende.team.views.render", broken)
    answer = Client(raise_request_exception=False).get(f"/login/{TOKEN}/")
    assert answer.status_code == 500 and answer["X-Request-Id"]
    rows = [json.loads(line) for line in clean(lines["json"].getvalue()).splitlines()]
    assert {row.get("request") for row in rows} == {answer["X-Request-Id"]}
    assert any(row.get("route") == "login/<str:token>/" for row in rows)
    clean(lines["human"].getvalue())


@pytest.mark.parametrize(
    "text",
    [
        f"cannot reach https://user:{TOKEN}@lotsen.example/users/karla_kanari?token={TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        f"{ADDRESS} wrote to {HANDLE}",
        f"password={TOKEN}",
        f"key '{TOKEN}' is wrong",
    ],
)
def test_addresses_handles_paths_and_secrets_are_left_out(text):
    assert clean(scrubbed(text))


def test_what_the_machine_says_is_kept(lines):
    log = logging.getLogger("allmende.test")
    for error in (OSError(28, "No space left on device"), OperationalError("database is locked")):
        try:
            raise error
        except type(error):
            log.exception("Not written")
    told = lines["json"].getvalue()
    assert "No space left" in told and "database is locked" in told
    assert sqlite3


def test_a_form_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="human, json"):
        logging_settings("xml")


def test_metrics_count_and_name_nobody(owner, forum, practice, now):
    from allmende.channels.actions import hand_over

    owner.name = owner.user.name = PERSON
    owner.save(update_fields=["name"])
    hand_over(person=owner, channel=forum, kind="post", title=WORDS, text=WORDS, send_after=now, now=now)
    Client().get("/health")
    answer = Client().get("/metrics")
    text = clean(answer.content.decode())
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
    for line in (
        'allmende_dispatches{state="waiting"} 1.0',
        "allmende_conversations_waiting 0.0",
        "allmende_worker_age_seconds -1.0",
        "allmende_http_requests_total{",
    ):
        assert line in text
    assert forum.account.name not in text and forum.name not in text


@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "203.0.113.9", 403),
        ("", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 403),
        (TOKEN, {}, "127.0.0.1", 403),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}"}, "203.0.113.9", 200),
        (TOKEN, {"Authorization": "Bearer x"}, "127.0.0.1", 403),
    ],
)
def test_metrics_are_for_this_machine_or_whoever_has_the_token(db, settings, token, headers, address, status):
    settings.METRICS_TOKEN = token
    assert Client(headers=headers, REMOTE_ADDR=address).get("/metrics").status_code == status


def test_the_doctor_names_nobody(owner, forum, practice, settings, capsys):
    from allmende.channels.models import Account, Cursor
    from allmende.config.cli import main

    settings.STATIC_ROOT = settings.DATA / "static"
    Account.objects.update(state="logged_out", rest_reason=f"{HANDLE}: {TOKEN}", handle=HANDLE)
    Cursor.objects.update_or_create(channel=forum, defaults={"failures_in_row": 9, "last_error": WORDS})
    assert main(["doctor", "--json"]) == 1
    rows = [json.loads(line) for line in clean(capsys.readouterr().out).splitlines()]
    assert len(rows) >= 20 and all(set(row) == {"schema", "check", "ok", "finding", "remedy"} for row in rows)
    assert not next(row for row in rows if row["check"] == "accounts")["ok"]


def test_the_manifest_of_a_backup_names_nobody(owner, forum, practice, settings, tmp_path):
    from allmende.config.backup.take import _manifest

    settings.EMAIL_HOST_PASSWORD = settings.SECRET_KEY = TOKEN
    owner.name = PERSON
    owner.save(update_fields=["name"])
    told = json.dumps(_manifest(timezone.now(), {"team": "0001"}), default=str)
    clean(told)
    assert practice.token not in told


def test_requests_are_counted_by_room_and_never_by_address(db):
    from allmende.config.requests import _where

    request = RequestFactory().get(f"/login/{TOKEN}/")
    assert _where(request) == ("none", "none")
