"""Log-ins that end are renewed once; what is secret lies sealed for its row, and the keys rotate."""

from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction

from allmende.channels.actions import (
    CannotRotate,
    add_key,
    choose_channel,
    collect_channel,
    connect_account,
    forget_keys,
    hand_over,
    renew_due,
    renew_secret,
    reseal_all,
    send_due,
    set_live,
)
from allmende.channels.models import Account, Cursor, Dispatch, Sealed, key_id_of, place_of, seal, sealing_keys
from allmende.connectors import register
from allmende.connectors.errors import TryLater
from allmende.team.models import Notice
from tests.channels.rotating import Authority


@pytest.fixture
def ending(owner, now: datetime, tmp_path, monkeypatch) -> SimpleNamespace:
    """A live channel on a network with sessions that end."""
    monkeypatch.setitem(register.KINDS, "rotating", "tests.channels.rotating:Rotating")
    authority = Authority(tmp_path / "rotating.sqlite3")
    settings = {"file": authority.file, "ends_at": (now + timedelta(hours=2)).isoformat()}
    account = connect_account(
        person=owner, kind="rotating", name="R", settings=settings, secret=authority.open(), now=now
    )
    channel = choose_channel(person=owner, name="R", slug="r", kind="own_forum", account=account, now=now)
    set_live(person=owner, channel=channel, reaction_plan_version_key="p", now=now)
    return SimpleNamespace(owner=owner, now=now, authority=authority, account=account, channel=channel)


def said(world: SimpleNamespace, text: str = "Moin", at: datetime | None = None) -> Dispatch:
    now = at or world.now
    return hand_over(person=world.owner, channel=world.channel, kind="post", text=text, now=now, send_after=now)


def test_a_log_in_is_renewed_before_it_ends(ending) -> None:
    assert ending.account.expires_at == ending.now + timedelta(hours=2)
    assert renew_due(now=ending.now) == 0
    assert renew_due(now=ending.now + timedelta(minutes=115)) == 1
    ending.account.refresh_from_db()
    assert '"a1"' in ending.account.secret
    assert ending.account.expires_at is None
    assert ending.authority.refreshes() == 1


def test_words_wait_while_a_session_is_renewed_and_go_out_once(ending) -> None:
    ending.authority.let_end()
    dispatch = said(ending)
    send_due(now=ending.now)
    dispatch.refresh_from_db()
    assert dispatch.state == "waiting"
    send_due(now=ending.now + timedelta(seconds=2))
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"
    assert ending.authority.refreshes() == 1
    assert ending.authority.asked("SELECT count(*) FROM said") == 1
    assert not Notice.objects.filter(kind="channels.account_logged_out").exists()


def test_the_ear_renews_too(ending) -> None:
    ending.authority.let_end()
    collect_channel(channel=ending.channel, now=ending.now)
    Cursor.objects.update(next_at=ending.now)
    fresh = type(ending.channel).objects.select_related("account", "workspace").get()
    collect_channel(channel=fresh, now=ending.now)
    assert Cursor.objects.get().failures_in_row == 0
    assert ending.authority.refreshes() == 1


def test_a_revoked_log_in_tells_people_and_after_reconnecting_words_go_out_once(ending) -> None:
    ending.authority.revoke()
    dispatch = said(ending)
    send_due(now=ending.now)
    ending.account.refresh_from_db()
    assert ending.account.state == "logged_out"
    assert Notice.objects.filter(kind="channels.account_logged_out").count() == 1
    connect_account(
        person=ending.owner, kind="rotating", name="R", settings=ending.account.settings,
        secret=ending.authority.grant(), now=ending.now, account=ending.account,
    )  # fmt: skip
    for minutes in (2, 4):
        send_due(now=ending.now + timedelta(minutes=minutes))
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"
    assert ending.authority.asked("SELECT count(*) FROM said") == 1


def test_somebody_who_speaks_with_the_old_secret_does_not_log_the_new_one_out(ending) -> None:
    stale = Account.objects.get()
    assert renew_secret(account=ending.account, now=ending.now) is True
    assert renew_secret(account=stale, now=ending.now) is False
    assert stale.secret == ending.account.secret
    assert ending.authority.refreshes() == 1


@pytest.mark.parametrize("mood", ["silent", "empty"])
def test_a_secret_is_never_overwritten_with_nothing(ending, mood: str) -> None:
    before = ending.account.secret
    Account.objects.update(settings=ending.account.settings | {"mood": mood})
    account = Account.objects.get()
    with pytest.raises(TryLater):
        renew_secret(account=account, now=ending.now)
    account.refresh_from_db()
    assert account.secret == before
    assert account.state == "connected"


def test_a_log_in_that_cannot_be_renewed_lasts_until_its_end(ending) -> None:
    Account.objects.update(settings=ending.account.settings | {"mood": "bound"})
    for minutes, state in ((115, "connected"), (121, "logged_out")):
        renew_due(now=ending.now + timedelta(minutes=minutes))
        assert Account.objects.get().state == state


def test_a_log_in_only_a_person_can_renew_is_announced_once(forum, owner, now) -> None:
    Account.objects.update(expires_at=now + timedelta(days=6))
    for minutes in (0, 1):
        renew_due(now=now + timedelta(minutes=minutes))
    assert Notice.objects.filter(kind="channels.account_ends_soon", person=owner).count() == 1


def raw(table: str = "channels_account", column: str = "secret") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [row[0] for row in cursor.fetchall()]


def test_a_secret_lies_sealed_and_opens_nowhere_but_in_its_row(ending) -> None:
    assert "refresh" not in raw()[0]
    other = Account.objects.create(
        workspace=ending.account.workspace, kind="rotating", name="X", secret="meins", created_at=ending.now,
        updated_at=ending.now,
    )  # fmt: skip
    assert Account.objects.get(pk=other.pk).secret == "meins"
    moved = Account.objects.filter(pk=ending.account.pk).values_list("secret", flat=True)[0]
    Account.objects.filter(pk=other.pk).update(secret=moved)
    assert Account.objects.get(pk=other.pk).secret == ""
    with pytest.raises(TypeError), transaction.atomic():
        Account.objects.filter(pk=other.pk).update(secret="offen")


@pytest.fixture
def key_file(settings, tmp_path) -> None:
    settings.SEALING_FILE = tmp_path / "sealing"
    settings.SEALING_FILE.write_text("der erste Schlüssel")


def test_keys_rotate_while_everything_goes_on(key_file, ending) -> None:
    before = ending.account.secret
    first = sealing_keys()[0]
    assert add_key()
    assert len(sealing_keys()) == 2
    assert Account.objects.get().secret == before
    with pytest.raises(CannotRotate, match="older key"):
        forget_keys()
    done = reseal_all(now=ending.now)
    assert (done.anew, done.closed) == (1, 0)
    assert reseal_all(now=ending.now).newest == 1
    assert forget_keys() == 1
    assert first not in sealing_keys()
    assert Account.objects.get().secret == before
    send_due(now=ending.now)


def test_a_value_no_key_opens_is_counted_and_left(key_file, ending) -> None:
    lost = seal("x", place_of(Account, ending.account.pk, "secret"))
    lost = Sealed(lost.text.replace(key_id_of(sealing_keys()[0]), "0" * 12))
    Account.objects.update(secret=lost)
    assert reseal_all(now=ending.now).closed == 1
    assert raw() == [lost.text]


def test_secrets_sealed_before_are_bound_to_their_rows(ending) -> None:
    migration = import_module("allmende.channels.migrations.0006_secrets_bound_to_rows")
    before = ending.account.secret
    migration.unbind(apps, None)
    assert raw()[0].startswith("gAAAA")
    migration.bind(apps, None)
    assert raw()[0].startswith("2.")
    assert Account.objects.get().secret == before
