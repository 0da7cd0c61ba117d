"""The other side of the restore drill: `python -m tests.drills.restore_scene VERB ...` works on the data folder of its environment."""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

BATCH = 7


def fill(network: str) -> None:
    """A workspace with a channel on the network, a collected past and its ledger."""
    from django.core.management import call_command

    from allmende.behaviours.actions import fill_ledger
    from allmende.channels.actions import choose_channel, connect_account, set_live
    from allmende.team.actions import create_workspace
    from allmende.team.models import User

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    told = json.loads(network)
    user = User.objects.create_user(email="drill@example.org", password=None, name="Jana Petersen")
    person = create_workspace(owner=user, slug="drill", name="Drill", now=now).people.get()
    settings: dict[str, Any] = {
        "file": told["file"], "mode": told["mode"], "place": "social", "network": "drill", "quarantine_seconds": 0,
    }  # fmt: skip
    by = {"person": person, "now": now}
    account = connect_account(kind="sandbox", name="drill", settings=settings, secret=told["token"], **by)
    channel = choose_channel(name="drill", slug="drill", kind="social_network", account=account, **by)
    set_live(channel=channel, reaction_plan_version_key="drill", **by)
    for _ in range(3):
        _hear()
    fill_ledger(workspace=person.workspace, now=now)


def log_in() -> None:
    """Print the session of the one person there is."""
    from django.test import Client

    from allmende.team.models import User

    client = Client()
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    print(client.cookies["sessionid"].value)


def post(*texts: str) -> None:
    """Posts that are due at once; "later:" before a text puts it off for a day, "past:" gives it a slot of three days ago."""
    from allmende.channels.actions import hand_over
    from allmende.channels.models import Channel
    from allmende.team.models import Person

    now, person, channel = datetime.now(UTC), Person.objects.get(), Channel.objects.get()
    for text in texts:
        when, _, words = text.rpartition(":")
        at = now + {"later": timedelta(days=1), "past": timedelta(days=-3)}.get(when, timedelta())
        end = at + timedelta(minutes=30) if when == "past" else None
        hand_over(
            person=person, channel=channel, kind="post", text=words, send_after=at, send_before=end, now=min(at, now)
        )


def withdraw(text: str) -> None:
    from allmende.channels.actions import withdraw_dispatch
    from allmende.channels.models import Dispatch
    from allmende.team.models import Person

    dispatch = Dispatch.objects.get(message__text=text)
    withdraw_dispatch(person=Person.objects.get(), dispatch=dispatch, now=datetime.now(UTC))


def work(rounds: str) -> None:
    """Speak and settle some rounds, as a worker does."""
    from allmende.channels.jobs import send_due

    for _ in range(int(rounds)):
        send_due(datetime.now(UTC))
        time.sleep(0.05)


def load(seconds: str) -> None:
    """Write BATCH messages in each of many transactions, until the time is over."""
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        _hear()


def facts() -> None:
    """What is there, as one line of JSON."""
    import pyarrow.parquet as pq
    from django.conf import settings
    from django.db import connection

    from allmende.behaviours.models import LedgerMark
    from allmende.channels.models import Account, Dispatch, Message, Pause
    from allmende.config.databases import integrity_fault, sqlite_file
    from allmende.ledger.files import Ledger
    from allmende.team.models import Workspace
    from allmende.team.queries import check_audit

    workspace = Workspace.objects.get()
    mark = LedgerMark.objects.get()
    files = Ledger(settings.LEDGER).paths(str(workspace.pk))
    found = {
        "heard": Message.objects.filter(direction="inward").count(),
        "states": {one.message.text: one.state for one in Dispatch.objects.select_related("message")},
        "pauses": [one.reason for one in Pause.objects.filter(ended_at=None)],
        "marked": mark.interactions,
        "in_ledger": sum(pq.read_metadata(file).num_rows for file in files),
        "chain_broken_at": check_audit(workspace).broken_at,
        "secret": bool(Account.objects.get().secret),
        "fault": integrity_fault(sqlite_file()) if connection.vendor == "sqlite" else "",
        "media": sorted(file.name for file in (settings.DATA / "media").glob("*")),
    }
    print(json.dumps(found))


def _hear() -> None:
    from allmende.channels.actions import record_batch
    from allmende.channels.models import Channel, Message
    from allmende.connectors.neutral import Author, Batch, Item, Ref

    now, number = datetime.now(UTC), Message.objects.count()
    items = [
        Item(
            Ref(f"{number}-{n}"),
            "message",
            "asked",
            Author(f"m{n}", name=f"Mitglied {n}"),
            now,
            f"{number}-{n}",
            text="Wie?",
        )
        for n in range(BATCH)
    ]
    record_batch(channel=Channel.objects.get(), batch=Batch(items, ""), now=now)


if __name__ == "__main__":
    from allmende.config import terminal

    terminal.begin_django()
    globals()[sys.argv[1]](*sys.argv[2:])
