"""The new columns of a published version are frozen too, and so are the agreements it came into force with (I-04, I-07).

An answer to a renewal is frozen from the moment it is given.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

IN_FORCE_ONCE = "('published', 'superseded')"
WORDS = "a published plan version cannot be changed"
ANSWERED = "an agreement of a published plan version cannot be changed"
# All columns of a version but its state and who moved it: those alone change when it is superseded.
COLUMNS = (
    *("revision", "id", "created_at", "archived_at", "origin", "number", "change_level", "change_reason", "changes"),
    *("published_at", "published_without_agreement", "base_id", "created_by_id", "plan_id", "published_by_id"),
    *("workspace_id", "proposal", "proposed_at", "proposed_by_id", "agreed_at", "second_reader_id", "reader_note"),
    *("approach", "approach_reason", "from_nothing_reason"),
)


def _is_in_force(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM plan_planversion WHERE id = {row}.version_id AND state IN {IN_FORCE_ONCE})"  # noqa: S608


def _is_frozen(row: str) -> str:
    return f"(({row}.kind = 'proposal' AND {_is_in_force(row)}) OR ({row}.kind = 'renewal' AND {row}.answer <> ''))"


def _sqlite() -> list[str]:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in COLUMNS)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{ANSWERED}'); END"
    # OR REPLACE deletes the row it collides with, without asking the delete trigger.
    collides = f"""EXISTS (SELECT 1 FROM plan_agreement a WHERE (a.id = NEW.id OR (a.version_id = NEW.version_id
        AND a.stakeholder_id = NEW.stakeholder_id AND a.kind = NEW.kind AND a.round = NEW.round)) AND {_is_frozen("a")}"""  # noqa: S608
    return [
        "DROP TRIGGER plan_version_frozen",
        f"""CREATE TRIGGER plan_version_frozen BEFORE UPDATE ON plan_planversion WHEN OLD.state IN {IN_FORCE_ONCE} AND NOT (
            OLD.state = 'published' AND NEW.state = 'superseded' AND {same})
            BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
        f"""CREATE TRIGGER plan_agreement_insert BEFORE INSERT ON plan_agreement
            WHEN (NEW.kind = 'proposal' AND {_is_in_force("NEW")}) OR {collides}) {refuse}""",
        f"""CREATE TRIGGER plan_agreement_update BEFORE UPDATE ON plan_agreement
            WHEN {_is_frozen("OLD")} OR (NEW.kind = 'proposal' AND {_is_in_force("NEW")})
            OR {collides} AND a.id <> OLD.id) {refuse}""",
        f"CREATE TRIGGER plan_agreement_delete BEFORE DELETE ON plan_agreement WHEN {_is_frozen('OLD')} {refuse}",
    ]


def _postgresql() -> list[str]:
    kept = "- 'state' - 'updated_at' - 'updated_by_id'"
    return [
        f"""CREATE OR REPLACE FUNCTION plan_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.state IN {IN_FORCE_ONCE} AND (TG_OP = 'DELETE' OR NOT (
                OLD.state = 'published' AND NEW.state = 'superseded'
                AND to_jsonb(NEW) {kept} = to_jsonb(OLD) {kept}))
            THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$""",
        f"""CREATE FUNCTION plan_agreement_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF (TG_OP <> 'INSERT' AND {_is_frozen("OLD")})
            OR (TG_OP <> 'DELETE' AND NEW.kind = 'proposal' AND {_is_in_force("NEW")})
            THEN RAISE EXCEPTION '{ANSWERED}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER plan_agreement_frozen BEFORE INSERT OR UPDATE OR DELETE ON plan_agreement
            FOR EACH ROW EXECUTE FUNCTION plan_agreement_frozen()""",
    ]


def freeze(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgresql():
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("plan", "0005_agreements_and_change_events")]
    operations = [migrations.RunPython(freeze, elidable=False)]
