"""A published version and its elements cannot be changed by any path (I-04). The only move left is to be superseded."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ELEMENTS = ("plan_goal", "plan_objective", "plan_strategy", "plan_tactic", "plan_step")
FROZEN = "('published', 'superseded')"
WORDS = "a published plan version cannot be changed"


def _sqlite() -> list[str]:
    statements = [
        f"""CREATE TRIGGER plan_version_frozen BEFORE UPDATE ON plan_planversion WHEN OLD.state IN {FROZEN} AND NOT (
            OLD.state = 'published' AND NEW.state = 'superseded' AND NEW.number = OLD.number
            AND NEW.plan_id = OLD.plan_id AND NEW.published_at IS OLD.published_at
            AND NEW.change_reason IS OLD.change_reason AND NEW.change_level IS OLD.change_level
            AND NEW.changes IS OLD.changes AND NEW.published_by_id IS OLD.published_by_id AND NEW.id = OLD.id
            AND NEW.base_id IS OLD.base_id AND NEW.published_without_agreement IS OLD.published_without_agreement)
            BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
        f"""CREATE TRIGGER plan_version_kept BEFORE DELETE ON plan_planversion WHEN OLD.state IN {FROZEN}
            BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
        # INSERT OR REPLACE deletes without asking the delete trigger.
        f"""CREATE TRIGGER plan_version_replaced BEFORE INSERT ON plan_planversion WHEN EXISTS (
            SELECT 1 FROM plan_planversion WHERE state IN {FROZEN}
            AND (id = NEW.id OR (plan_id = NEW.plan_id AND (number = NEW.number OR NEW.state = 'published'))))
            BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
    ]
    for table in ELEMENTS:
        for verb, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            ids = ", ".join(f"{row}.version_id" for row in rows)
            if verb == "INSERT":
                ids += f", (SELECT version_id FROM {table} WHERE id = NEW.id)"
            statements.append(
                f"""CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table}
                WHEN EXISTS (SELECT 1 FROM plan_planversion WHERE id IN ({ids}) AND state IN {FROZEN})
                BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
            )
    return statements


def _postgresql() -> list[str]:
    statements = [
        f"""CREATE FUNCTION plan_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.state IN {FROZEN} AND (TG_OP = 'DELETE' OR NOT (
                OLD.state = 'published' AND NEW.state = 'superseded' AND NEW.number = OLD.number
                AND NEW.plan_id = OLD.plan_id AND NEW.published_at IS NOT DISTINCT FROM OLD.published_at
                AND NEW.change_reason IS NOT DISTINCT FROM OLD.change_reason
                AND NEW.change_level IS NOT DISTINCT FROM OLD.change_level AND NEW.changes IS NOT DISTINCT FROM OLD.changes
                AND NEW.published_by_id IS NOT DISTINCT FROM OLD.published_by_id AND NEW.id = OLD.id
                AND NEW.base_id IS NOT DISTINCT FROM OLD.base_id
                AND NEW.published_without_agreement IS NOT DISTINCT FROM OLD.published_without_agreement))
            THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER plan_version_frozen BEFORE UPDATE OR DELETE ON plan_planversion
            FOR EACH ROW EXECUTE FUNCTION plan_version_frozen()""",
        f"""CREATE FUNCTION plan_element_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF (TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM plan_planversion WHERE id = OLD.version_id AND state IN {FROZEN}))
            OR (TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM plan_planversion WHERE id = NEW.version_id AND state IN {FROZEN}))
            THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$""",
    ]
    statements += [
        f"""CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION plan_element_frozen()"""
        for table in ELEMENTS
    ]
    return statements


def freeze(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgresql():
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial")]
    operations = [migrations.RunPython(freeze, elidable=False)]
