"""A copy goes while others write: no table is waited for, and what lets it go opens nothing else."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from allmende.config.rehearsal.leave import end_rehearsal
from allmende.config.remove import NAMES
from allmende.team.models import AuditRow, Workspace
from tests.channels.test_lock_order import on_postgres  # noqa: F401 - a fixture
from tests.config.test_rehearsal import _a_folder_of_its_own, mine, moderator, prepared  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
WRITTEN = ("plan_goal", "team_auditrow", "guidelines_guideline", "crisis_logentry", "editorial_itemmedia")


@pytest.fixture
def writer() -> Iterator[None]:
    """Somebody in another session has written to these tables and is not done yet."""
    beside = connection.copy()
    with beside.cursor() as cursor:
        cursor.execute("BEGIN")
        for table in WRITTEN:
            cursor.execute(f"DELETE FROM {table} WHERE false")
    yield
    beside.close()


def test_a_copy_goes_while_others_write(on_postgres, mine, writer):  # noqa: F811
    copy = mine.workspace
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    end_rehearsal(person=mine, learnt="Zweite Stimme", unit=None, people=[], now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT current_setting('allmende.removing', true)")
        assert not cursor.fetchone()[0]
    assert not Workspace.objects.filter(pk=copy.pk).exists()


def test_naming_a_community_of_somebodys_own_opens_nothing(on_postgres, mine):  # noqa: F811
    for named in (str(mine.workspace.rehearsal_of_id), "", "yes"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NAMES, [named])
            cursor.execute("DELETE FROM team_auditdetail")
            cursor.execute("DELETE FROM team_auditrow")
    assert AuditRow.objects.filter(workspace=mine.workspace).exists()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NAMES, [str(mine.workspace_id)])
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):  # it ended with its transaction
        cursor.execute("DELETE FROM team_auditrow")


def test_whatever_keeps_rows_from_going_steps_aside_for_a_copy():
    """A trigger made later, without it, would keep a demo or a copy from ever being removed."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite takes them down in the transaction, by table.")
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE NOT t.tgisinternal AND (t.tgtype & 8) <> 0 AND p.prosrc LIKE '%RAISE EXCEPTION%'"""
        )
        found = dict(cursor.fetchall())
    assert len(found) > 20
    assert not [name for name, definition in found.items() if "team_is_going" not in definition]
