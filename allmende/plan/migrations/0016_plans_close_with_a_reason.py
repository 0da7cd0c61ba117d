"""A plan is closed with its reason; from then on neither it nor its versions nor their elements change by any path."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from allmende.plan.migrations._triggers import lift, restore

WORDS = "a closed plan cannot be changed"
NO_REASON = "a plan is closed with its reason"
ELEMENTS = ("plan_goal", "plan_objective", "plan_outcome", "plan_strategy", "plan_tactic", "plan_step")


def _of_closed_plan(ids: str) -> str:
    return f"EXISTS (SELECT 1 FROM plan_strategicplan WHERE id IN ({ids}) AND state = 'closed')"  # noqa: S608


def _in_closed_plan(ids: str) -> str:
    return f"""EXISTS (SELECT 1 FROM plan_planversion v JOIN plan_strategicplan p ON p.id = v.plan_id
        WHERE v.id IN ({ids}) AND p.state = 'closed')"""  # noqa: S608


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    blank = "NEW.state = 'closed' AND trim(NEW.closing_reason, char(9, 10, 13, 32)) = ''"
    statements = []
    # OR REPLACE deletes the row it collides with, without asking the delete trigger.
    for verb, ids in (("INSERT", "NEW.id"), ("UPDATE", "OLD.id, NEW.id"), ("DELETE", "OLD.id")):
        statements.append(
            f"CREATE TRIGGER plan_closed_{verb.lower()} BEFORE {verb} ON plan_strategicplan"
            f" WHEN {_of_closed_plan(ids)} {refuse}"
        )
    statements += [
        f"""CREATE TRIGGER plan_reason_{verb.lower()} BEFORE {verb} ON plan_strategicplan WHEN {blank}
        BEGIN SELECT RAISE(ABORT, '{NO_REASON}'); END"""
        for verb in ("INSERT", "UPDATE")
    ]
    for table, column, is_closed in (
        ("plan_planversion", "plan_id", _of_closed_plan),
        *((table, "version_id", _in_closed_plan) for table in ELEMENTS),
    ):
        here = f"(SELECT {column} FROM {table} WHERE id = NEW.id)"  # noqa: S608
        for verb, ids in (
            ("INSERT", f"NEW.{column}, {here}"),
            ("UPDATE", f"OLD.{column}, NEW.{column}, {here}"),
            ("DELETE", f"OLD.{column}"),
        ):
            statements.append(
                f"CREATE TRIGGER {table}_closed_{verb.lower()} BEFORE {verb} ON {table} WHEN {is_closed(ids)} {refuse}"
            )
    return statements


def _refusing(name: str, old: str, new: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (TG_OP <> 'INSERT' AND {old}) OR (TG_OP <> 'DELETE' AND {new})
        THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"""


def _postgresql() -> list[str]:
    statements = [
        f"""CREATE FUNCTION plan_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP <> 'INSERT' AND OLD.state = 'closed'
        THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF NEW.state = 'closed' AND btrim(NEW.closing_reason, E' \\t\\n\\r') = ''
        THEN RAISE EXCEPTION '{NO_REASON}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
        RETURN NEW; END $$""",
        _refusing("plan_version_closed", _of_closed_plan("OLD.plan_id"), _of_closed_plan("NEW.plan_id")),
        _refusing("plan_element_closed", _in_closed_plan("OLD.version_id"), _in_closed_plan("NEW.version_id")),
    ]
    tables = {"plan_strategicplan": "plan_closed", "plan_planversion": "plan_version_closed"}
    tables |= dict.fromkeys(ELEMENTS, "plan_element_closed")
    statements += [
        f"""CREATE TRIGGER {table}_closed BEFORE INSERT OR UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {function}()"""
        for table, function in tables.items()
    ]
    return statements


def close(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgresql():
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("plan", "0015_evidence_has_a_note")]
    operations = [
        lift(),
        migrations.AddField(
            model_name="strategicplan",
            name="closed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="strategicplan",
            name="closed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="team.person",
            ),
        ),
        migrations.AddField(
            model_name="strategicplan",
            name="closing_reason",
            field=models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="strategicplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "closed"), models.Q(("closing_reason", ""), _negated=True)),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True), ("closing_reason", "")),
                    _connector="OR",
                ),
                name="plan_closed_with_a_reason",
            ),
        ),
        restore(),
        migrations.RunPython(close, elidable=False),
    ]
