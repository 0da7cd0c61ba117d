"""Two detours around 0002: SQLite's OR REPLACE in an update, and hanging an element under one of a published version."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FROZEN = "('published', 'superseded')"
WORDS = "a published plan version cannot be changed"
PARENTS = {
    "plan_objective": ("goal_id", "plan_goal"),
    "plan_strategy": ("objective_id", "plan_objective"),
    "plan_tactic": ("strategy_id", "plan_strategy"),
    "plan_step": ("tactic_id", "plan_tactic"),
}


def _is_frozen(table: str, condition: str) -> str:
    return f"""EXISTS (SELECT 1 FROM {table} e JOIN plan_planversion v ON v.id = e.version_id
        WHERE v.state IN {FROZEN} AND {condition})"""  # noqa: S608 - names of our own


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    statements = [
        # UPDATE OR REPLACE deletes the row it collides with, without asking the delete trigger.
        f"""CREATE TRIGGER plan_version_overwritten BEFORE UPDATE ON plan_planversion WHEN EXISTS (
            SELECT 1 FROM plan_planversion WHERE state IN {FROZEN} AND id <> OLD.id AND (id = NEW.id
            OR (plan_id = NEW.plan_id AND (number = NEW.number OR (state = 'published' AND NEW.state = 'published')))))
            {refuse}"""
    ]
    statements += [
        f"""CREATE TRIGGER {table}_overwritten BEFORE UPDATE OF id ON {table}
        WHEN NEW.id <> OLD.id AND {_is_frozen(table, "e.id = NEW.id")} {refuse}"""
        for table in ("plan_goal", *PARENTS)
    ]
    statements += [
        f"""CREATE TRIGGER {table}_{verb.lower()}_under BEFORE {verb} ON {table}
        WHEN {_is_frozen(parent, f"e.id = NEW.{column}")} {refuse}"""
        for table, (column, parent) in PARENTS.items()
        for verb in ("INSERT", "UPDATE")
    ]
    return statements


def _postgresql() -> list[str]:
    statements = []
    for table, (column, parent) in PARENTS.items():
        statements += [
            f"""CREATE FUNCTION {table}_under() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF {_is_frozen(parent, f"e.id = NEW.{column}")}
                THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
                RETURN NEW; END $$""",
            f"""CREATE TRIGGER {table}_under BEFORE INSERT OR UPDATE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {table}_under()""",
        ]
    return statements


def freeze(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgresql():
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("plan", "0002_published_versions_are_immutable")]
    operations = [migrations.RunPython(freeze, elidable=False)]
