"""A line of who was accountable is written once and closed once; no path changes or removes it (I-02)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORDS = "the history of responsibilities is append-only"
TABLE = "team_responsibility"
FIXED = ("id", "workspace_id", "kind", "key", "label", "unit_id", "starts_at", "recorded_at", "recorded_by_id")


def _is_changed(is_not: str) -> str:
    return " OR ".join(f"NEW.{name} {is_not} OLD.{name}" for name in FIXED)


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    return [
        f"CREATE TRIGGER {TABLE}_deleted BEFORE DELETE ON {TABLE} {refuse}",
        (f"CREATE TRIGGER {TABLE}_changed BEFORE UPDATE ON {TABLE} "
        f"WHEN OLD.ends_at IS NOT NULL OR {_is_changed('IS NOT')} {refuse}"),
        (f"CREATE TRIGGER {TABLE}_replaced BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} o "  # noqa: S608 - names of our own
        "WHERE o.id = NEW.id OR (NEW.ends_at IS NULL AND o.ends_at IS NULL AND o.workspace_id = NEW.workspace_id "
        f"AND o.kind = NEW.kind AND o.key = NEW.key)) {refuse}"),
    ]


def _postgresql() -> list[str]:
    return [
        f"""CREATE FUNCTION {TABLE}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'UPDATE' AND OLD.ends_at IS NULL AND NOT ({_is_changed("IS DISTINCT FROM")})
            THEN RETURN NEW; END IF;
            RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE TRIGGER {TABLE}_kept BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION {TABLE}_kept()""",
    ]


def close_book(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgresql():
        editor.execute(statement)


def open_book(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for name in ("deleted", "changed", "replaced"):
            editor.execute(f"DROP TRIGGER {TABLE}_{name}")
    else:
        editor.execute(f"DROP TRIGGER {TABLE}_kept ON {TABLE}")
        editor.execute(f"DROP FUNCTION {TABLE}_kept()")


class Migration(migrations.Migration):
    dependencies = [("team", "0005_units_and_released_time")]
    operations = [migrations.RunPython(close_book, open_book, elidable=False)]
