"""I-04: ways around the triggers that keep a published version as it is."""

import pytest
from django.db import DatabaseError, connection, transaction

from allmende.plan import actions
from allmende.plan.models import Goal, Objective, PlanVersion, Strategy
from allmende.team.models import AuditRow

only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="OR REPLACE is SQLite's")


def refuses(sql: str, *values: object) -> None:
    with pytest.raises(DatabaseError, match=r"cannot be changed|append-only"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)


@pytest.fixture
def drafted(write_plan, owner, now):
    written = write_plan(publish=True)
    return written, actions.open_draft(person=owner, plan=written.plan, now=now)


@only_sqlite
def test_updating_or_replacing_takes_no_published_row_away(drafted):
    written, draft = drafted
    refuses("UPDATE OR REPLACE plan_planversion SET number = 1 WHERE state = 'draft'")
    refuses("UPDATE OR REPLACE plan_planversion SET state = 'published' WHERE state = 'draft'")
    for model in (Goal, Objective, Strategy):
        frozen, mine = (
            model.objects.filter(version=written.version).first(),
            model.objects.filter(version=draft).first(),
        )
        refuses(f"UPDATE OR REPLACE {model._meta.db_table} SET id = %s WHERE id = %s", frozen.pk, mine.pk)
    assert PlanVersion.objects.filter(pk=written.version.pk, state="published").exists()


def test_nothing_is_hung_under_an_element_of_a_published_version(drafted):
    written, draft = drafted
    objective = Objective.objects.filter(version=written.version).first()
    Strategy.objects.filter(version=draft).update(is_alternative=True)
    refuses("UPDATE plan_strategy SET objective_id = %s WHERE version_id = %s", objective.pk, _stored(draft))
    with pytest.raises(DatabaseError), transaction.atomic():
        mine = Strategy.objects.filter(version=draft).first()
        mine.objective = objective
        Strategy.objects.bulk_update([mine], ["objective"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Strategy.objects.bulk_create(
            [
                Strategy(
                    version=draft,
                    key="strategy-x",
                    objective=objective,
                    emotion="x",
                    statement="x",
                    is_alternative=True,
                )
            ]
        )


def test_a_plan_or_workspace_goes_with_its_published_versions_or_not_at_all(drafted):
    written, _ = drafted
    for row in (written.plan, written.plan.workspace, written.version):
        with pytest.raises(Exception), transaction.atomic():  # noqa: B017 - protected, or refused by the trigger
            row.delete()
    table = PlanVersion._meta.db_table
    refuses(f"DELETE FROM {table}")
    assert written.version.goals.exists()


@only_sqlite
def test_a_line_of_the_audit_book_is_not_replaced(drafted):
    row = AuditRow.objects.first()
    names = [field.column for field in AuditRow._meta.concrete_fields]
    picked = ", ".join("'nothing'" if name == "verb" else name for name in names)
    refuses(
        f"INSERT OR REPLACE INTO team_auditrow ({', '.join(names)}) SELECT {picked} FROM team_auditrow WHERE id = %s",
        row.pk,
    )
    fresh = ", ".join("NULL" if name == "id" else "'nothing'" if name == "verb" else name for name in names)
    refuses(
        f"INSERT OR REPLACE INTO team_auditrow ({', '.join(names)}) SELECT {fresh} FROM team_auditrow WHERE id = %s",
        row.pk,
    )
    assert AuditRow.objects.get(pk=row.pk).verb == row.verb


def _stored(version: PlanVersion) -> object:
    return version.pk.hex if connection.vendor == "sqlite" else version.pk
