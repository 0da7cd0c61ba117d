"""Each of the commonest mistakes is made once, and found."""

import json
import shutil
import smtplib
import socket
import socketserver
import sqlite3
import sys
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from allmende.channels.actions import record_batch
from allmende.channels.models import Account, Channel, Cursor, Dispatch, Pause, Place, Proof, Trial
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.health.catalogue import TITLES
from allmende.health.queries import CHECKS, Look, examine
from allmende.health.queries.machine import differing, file_system_of
from allmende.jobs.models import JobState, Worker


class LookAt(Look):
    """A look at another database file than the tests' own."""

    @property
    def database_file(self):
        return self.__dict__["file"]


@pytest.fixture
def look(workspace):
    return Look(now=timezone.now())


def found(name, look):
    """The finding and remedy of one check, in both languages; "" if it is in order."""
    with translation.override("de"):
        german = CHECKS[name](look)
    with translation.override("en"):
        english = CHECKS[name](look)
    if english is None:
        assert german is None
        return ""
    assert all(english) and all(german) and english != german
    return " ".join(english)


def look_at(file):
    look = LookAt(now=timezone.now())
    look.__dict__["file"] = file
    return look


def test_every_check_has_its_words():
    assert list(TITLES) == list(CHECKS) and len(CHECKS) >= 20


def test_data_folder_open_to_others(look, settings, tmp_path):
    settings.DATA = tmp_path
    tmp_path.chmod(0o700)
    assert not found("data_folder", look)
    tmp_path.chmod(0o755)
    assert "chmod 700" in found("data_folder", look)


def test_disk_nearly_full(look, settings):
    settings.LEAST_FREE_MB = 0
    assert not found("disk_space", look)
    settings.LEAST_FREE_MB = 10**9
    assert "MB are free" in found("disk_space", look)


def test_database_on_a_network_file_system(settings, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n/dev/sdb {tmp_path}/local ext4 rw 0 0\n"
    )
    settings.MOUNTS = str(mounts)
    assert "nfs4" in found("database_place", look_at(tmp_path / "a.sqlite3"))
    assert not found("database_place", look_at(tmp_path / "local" / "a.sqlite3"))
    assert file_system_of(Path("/etc/hosts"), mounts) == "ext4"


def test_database_damaged_or_locked(tmp_path, db):
    file = tmp_path / "a.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE a (b)")
        writer.executemany("INSERT INTO a VALUES (?)", [("x" * 500,)] * 100)
        assert not found("database", look_at(file))
    data = bytearray(file.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    file.write_bytes(data)
    assert "damaged" in found("database", look_at(file))


@pytest.mark.django_db(transaction=True)
def test_database_locked(tmp_path, monkeypatch):
    monkeypatch.setattr("allmende.health.queries.keeping.LOCK_SECONDS", 0.05)
    file = tmp_path / "a.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE a (b)")
        writer.execute("BEGIN IMMEDIATE")
        assert "locked" in found("database", look_at(file))


def test_tables_of_an_older_version(look):
    assert not found("migrations", look)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'stakeholders'")
    assert "allmende prepare" in found("migrations", look)


def test_packages_that_differ_from_the_lock(look, settings, tmp_path):
    lock = tmp_path / "run.lock"
    lock.write_text("django==1.0 \\\n    --hash=sha256:0\ncolorama==9 ; sys_platform == 'win32' \\\nno-such-thing==1\n")
    settings.LOCK_FILE = str(lock)
    assert "django" in found("packages", look) and "colorama" not in found("packages", look)
    assert differing(lock.read_text()) == ["django", "no-such-thing"]
    settings.LOCK_FILE = str(tmp_path / "absent")
    assert not found("packages", look)


def test_a_zone_this_machine_does_not_know(look, workspace):
    assert not found("zones", look)
    type(workspace).objects.update(zone="Europe/Atlantis")
    assert "Atlantis" in found("zones", look)


def test_static_files_that_were_not_collected(look, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    assert "allmende prepare" in found("static_files", look)
    (tmp_path / "web" / "app").mkdir(parents=True)
    (tmp_path / "web" / "app" / "app.1.js").write_text("1")
    (tmp_path / "staticfiles.json").write_text(
        json.dumps({"version": "1.1", "paths": {"web/app/app.js": "web/app/app.1.js"}})
    )
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES}
    assert not found("static_files", look)


@pytest.mark.parametrize(
    ("origin", "hosts", "words"),
    [
        ("https://forum.example.org", ["127.0.0.1"], "does not name it"),
        ("http://forum.example.org", ["forum.example.org"], "without encryption"),
        ("forum.example.org", ["*"], "no address"),
        ("https://forum.example.org/app", ["*"], "no address"),
        ("https://forum.example.org", [".example.org"], ""),
        ("http://127.0.0.1:8000", ["127.0.0.1"], ""),
    ],
)
def test_a_public_address_that_is_not_answered(look, settings, origin, hosts, words):
    settings.ORIGIN, settings.ALLOWED_HOSTS = origin, hosts
    told = found("public_address", look)
    assert words in told and bool(words) is bool(told)


@pytest.mark.parametrize(
    ("answer", "is_other"), [(b'HTTP/1.0 200 OK\r\n\r\n{"alive": true}', False), (b"220 ftp", True)]
)
def test_a_port_that_another_program_has(look, settings, answer, is_other):
    class Door(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(100)
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.ORIGIN = f"http://127.0.0.1:{server.server_address[1]}"
        assert ("another program" in found("port", look)) is is_other
        server.shutdown()
    assert not found("port", look), "nobody listens: the port is free"


def test_mail_that_is_not_set_up_or_not_reached(look, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.ORIGIN = "http://127.0.0.1:8000"
    assert not found("email", look), "on one machine links are handed over by hand"
    settings.ORIGIN = "https://forum.example.org"
    assert "ALLMENDE_EMAIL_URL" in found("email", look)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    assert "ConnectionRefusedError" in found("email", look)
    assert smtplib


def test_a_log_in_that_no_key_opens(look, forum, settings, tmp_path):
    key = tmp_path / "sealing"
    shutil.copy(settings.SEALING_FILE, key)
    key.chmod(0o600)
    settings.SEALING_FILE = key
    assert not found("sealing_key", look)
    key.chmod(0o644)
    assert "chmod 600" in found("sealing_key", look)
    key.write_text("another key\n")
    assert forum.account.name in found("sealing_key", look)
    key.unlink()
    assert "no sealing key" in found("sealing_key", look)


def test_a_workspace_without_owner(look, owner, workspace):
    assert not found("owners", look)
    owner.left_at = look.now
    owner.save(update_fields=["left_at"])
    assert workspace.slug in found("owners", look)


def test_no_worker(look):
    assert "No worker" in found("worker", look)
    Worker.objects.create(name="w", started_at=look.now, seen_at=look.now - timedelta(minutes=7))
    assert f"{look.now - timedelta(minutes=7):%H:%M}" in found("worker", look)
    Worker.objects.update(seen_at=look.now)
    assert not found("worker", look)


def test_jobs_that_fail_or_that_nobody_takes_up(look):
    Worker.objects.create(name="w", started_at=look.now, seen_at=look.now)
    job = JobState.objects.create(name="channels.send_due", next_at=look.now, failures_in_row=2, last_error="geheim")
    assert not found("jobs", look)
    JobState.objects.update(failures_in_row=3)
    told = found("jobs", look)
    assert job.name in told and "geheim" not in told
    JobState.objects.update(failures_in_row=0, next_at=look.now - timedelta(minutes=11))
    assert "Nobody takes up" in found("jobs", look)


def test_a_clock_that_is_behind(look):
    Worker.objects.create(name="w", started_at=look.now, seen_at=look.now + timedelta(minutes=4))
    assert not found("clock", look)
    Worker.objects.update(seen_at=look.now + timedelta(minutes=6))
    assert "timedatectl" in found("clock", look)


def test_publishing_that_is_paused(look, workspace, settings, tmp_path):
    from allmende.channels.queries.places import Mark, fingerprint_of

    settings.PLACE_FILE = tmp_path / "place.json"
    mark = Mark("key")
    settings.PLACE_FILE.write_text(mark.written())
    place = Place.objects.create(fingerprint=fingerprint_of(mark), first_seen_at=look.now, clock_at=look.now)
    assert not found("publishing", look)
    Pause.objects.create(workspace=workspace, place=place, reason="restored", created_at=look.now, updated_at=look.now)
    assert workspace.slug in found("publishing", look)


def test_accounts_logged_out_or_ended(look, forum):
    assert not found("accounts", look)
    Account.objects.update(expires_at=look.now - timedelta(hours=1))
    assert "not renewed" in found("accounts", look)
    Account.objects.update(state="logged_out")
    assert "Logged out" in found("accounts", look)


def test_a_log_in_that_lacks_a_permission_for_pictures(look, forum):
    assert not found("permissions", look)
    Account.objects.update(kind="slack", name="Werkstatt", settings={"scopes": ["chat:write", "files:read"]})
    said = found("permissions", look)
    assert "Werkstatt (files:write)" in said and "log in again under Channels" in said
    Account.objects.update(settings={"scopes": ["files:read", "files:write"]})
    assert not found("permissions", look)


def test_a_channel_that_is_asked_seldom_is_not_told_as_unheard_between_two_readings(look, forum):
    Account.objects.update(kind="webhook")
    for minutes, is_told in ((11, False), (119, False), (121, True)):
        looked_at = look.now - timedelta(minutes=minutes)
        Cursor.objects.update_or_create(channel=forum, defaults={"looked_at": looked_at})
        assert (forum.name in found("listening", look)) == is_told, minutes


def test_a_live_channel_nobody_listens_to(look, forum):
    Cursor.objects.update_or_create(channel=forum, defaults={"looked_at": look.now})
    assert not found("listening", look)
    Cursor.objects.update(looked_at=look.now - timedelta(minutes=11))
    assert forum.name in found("listening", look)
    Cursor.objects.all().delete()
    assert forum.name in found("listening", look)
    Channel.objects.update(state="closing")
    assert forum.name in found("listening", look), "until its last day somebody waits there"
    Channel.objects.update(state="paused")
    assert not found("listening", look)


def test_a_line_that_does_not_stand(look, forum):
    account = forum.account
    account.settings["streams"] = True
    account.deaf_since, account.deaf_reason = look.now - timedelta(minutes=9), "hung_up"
    account.save()
    assert not found("lines", look)
    Account.objects.update(deaf_since=look.now - timedelta(minutes=11))
    assert f"{account.name} (hung_up)" in found("lines", look)
    Account.objects.update(heard_until=look.now, heard_by=uuid4())
    assert not found("lines", look)
    Account.objects.update(heard_until=None, heard_by=None, settings=account.settings | {"streams": False})
    assert not found("lines", look)


def test_a_webhook_that_does_not_ring(look, forum, settings):
    mia = Author("7", "mia", "Mia")
    item = Item(Ref("1"), "message", "posted", mia, look.now, "1", text="Wann öffnet Raum 3?")
    record_batch(channel=forum, batch=Batch([item], "1"), now=look.now)
    Account.objects.filter(pk=forum.account.pk).update(kind="discourse", created_at=look.now - timedelta(days=2))
    settings.ORIGIN = "http://127.0.0.1:8000"
    assert not found("bells", look)  # nobody can ring here
    settings.ORIGIN = "https://haus.example"
    assert forum.account.name in found("bells", look)
    newest = forum.messages.order_by("-recorded_at").first().recorded_at
    Account.objects.update(rang_at=newest - timedelta(minutes=59))
    assert not found("bells", look)
    Account.objects.update(rang_at=newest - timedelta(minutes=61))
    assert forum.account.name in found("bells", look)
    Account.objects.update(kind="sandbox")
    assert not found("bells", look)


def test_a_channel_whose_last_proof_is_old_or_failed(look, owner, forum):
    from allmende.channels.actions import switch_nightly

    assert not found("proofs", look)
    trial = Trial.objects.create(
        channel=forum, person=owner, step="done", done_at=look.now, asked_at=look.now, step_began_at=look.now,
        next_at=look.now,
    )  # fmt: skip
    proof = Proof.objects.create(
        trial=trial, channel=forum, ability="publish", outcome="failed", proved_at=look.now, reason_code="logged_out"
    )
    assert "failed" in found("proofs", look) and forum.name in found("proofs", look)
    Proof.objects.update(outcome="proved", proved_at=look.now - timedelta(days=3))
    assert not found("proofs", look)
    Channel.objects.update(nightly_by=owner, nightly_at=look.now - timedelta(days=9))
    assert "old" in found("proofs", look) and forum.name in found("proofs", look)
    switch_nightly(person=owner, channel=forum, is_on=False, now=look.now)
    proof.proved_at = look.now - timedelta(days=31)
    proof.save()
    assert forum.name in found("proofs", look)


def test_a_channel_that_cannot_be_read(look, forum):
    Cursor.objects.update_or_create(channel=forum, defaults={"failures_in_row": 2})
    assert not found("cursors", look)
    Cursor.objects.update(failures_in_row=3, last_error="Karl schrieb: hallo")
    assert forum.name in found("cursors", look) and "Karl" not in found("cursors", look)


@pytest.fixture
def post(owner, forum, look):
    from allmende.channels.actions import hand_over

    return hand_over(
        person=owner, channel=forum, kind="post", title="Titel", text="Hallo.", send_after=look.now, now=look.now
    )


def test_a_queue_that_is_late(look, post):
    assert not found("queue", look)
    Dispatch.objects.update(next_at=look.now - timedelta(seconds=61))
    assert "late" in found("queue", look)


def test_unclear_posts_that_wait_for_somebody(look, post):
    Dispatch.objects.update(state="unclear", reason_code="worker_lost")
    assert not found("unclear", look)
    Dispatch.objects.update(reason_code="needs_person")
    assert "arrived" in found("unclear", look)


def test_a_ledger_behind_or_unreadable(look, post, settings, tmp_path, workspace):
    from allmende.channels.models import Message

    settings.LEDGER = tmp_path
    assert not found("ledger", look)
    Message.objects.update(changed_at=look.now - timedelta(hours=2))
    assert "behind" in found("ledger", look)
    folder = tmp_path / str(workspace.pk)
    folder.mkdir()
    (folder / "2026-01.parquet").write_bytes(b"nothing of the kind")
    assert "2026-01" in found("ledger", look)


def test_an_engine_without_library_java_or_master(look, settings, monkeypatch, tmp_path):
    assert not found("engine", look)
    with socket.create_server(("127.0.0.1", 0)) as master:
        settings.LEDGER_ENGINE = f"spark://127.0.0.1:{master.getsockname()[1]}"
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("JAVA_HOME", raising=False)
        monkeypatch.setitem(sys.modules, "pyspark", None)
        assert "allmende[spark]" in found("engine", look)
        monkeypatch.setitem(sys.modules, "pyspark", sys)
        assert "Java 17" in found("engine", look)
        (tmp_path / "java").touch(0o755)
        assert not found("engine", look)
    assert f"{settings.LEDGER_ENGINE}; behaviours are not counted" in found("engine", look)
    settings.LEDGER_ENGINE = "local[2]"
    assert not found("engine", look)


def test_no_backup_for_a_week(look, settings, tmp_path, workspace):
    settings.BACKUP_BOOK = tmp_path / "backups.json"
    assert not found("backups", look), "a day after the beginning there is nothing to lose"
    type(workspace).objects.update(created_at=look.now - timedelta(days=8))
    assert "never" in found("backups", look)
    for days, words in ((8, "8 days"), (1, "")):
        settings.BACKUP_BOOK.write_text(json.dumps([{"at": (look.now - timedelta(days=days)).isoformat()}]))
        assert words in found("backups", look) and bool(words) is bool(found("backups", look))


def test_a_check_that_breaks_is_told_by_its_kind_only(look, monkeypatch):
    def broken(_look):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setitem(CHECKS, "clock", broken)
    told = next(one for one in examine(look).checked if one.check == "clock")
    assert not told.ok and "RuntimeError" in told.finding and "hunter2" not in told.finding


def test_owners_see_their_own_workspace_and_nobody_elses(client_of, owner, workspace, new_person):
    stranger = new_person("owner", slug="other")
    Account.objects.create(
        workspace=stranger.workspace, kind="sandbox", name="Konto der anderen", state="logged_out",
        created_at=timezone.now(), updated_at=timezone.now(),
    )  # fmt: skip
    page = client_of(owner).get(reverse("health:index", args=[workspace.slug]))
    assert page.status_code == 200 and "Konto der anderen" not in page.content.decode()
    theirs = client_of(stranger).get(reverse("health:index", args=[stranger.workspace.slug]))
    assert "Konto der anderen" in theirs.content.decode()
    assert client_of(new_person("lead")).get(reverse("health:index", args=[workspace.slug])).status_code == 403


def test_the_page_costs_a_fixed_number_of_queries(client_of, owner, workspace, forum, django_assert_max_num_queries):
    client, url = client_of(owner), reverse("health:index", args=[workspace.slug])
    client.get(url)
    with django_assert_max_num_queries(88) as asked:
        client.get(url)
    assert sum("SAVEPOINT" not in one["sql"] for one in asked.captured_queries) <= 35
