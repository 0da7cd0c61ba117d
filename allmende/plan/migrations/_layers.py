"""The triggers of a new layer: its rows in a published version cannot be changed (I-04)."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FROZEN = "('published', 'superseded')"
WORDS = "a published plan version cannot be changed"


def freeze_layer(editor: BaseDatabaseSchemaEditor, table: str, column: str, parent: str) -> None:
    """The triggers of a new layer under `parent`, as migrations 0002 and 0003 made them for the first five."""
    is_sqlite = editor.connection.vendor == "sqlite"
    for statement in (_sqlite if is_sqlite else _postgresql)(table, column, parent):
        editor.execute(statement, None)


def thaw_layer(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Before the layer's table goes; SQLite drops triggers with their table."""
    if editor.connection.vendor != "sqlite":
        editor.execute(f"DROP FUNCTION IF EXISTS {table}_under() CASCADE")


def _is_frozen(table: str, condition: str) -> str:
    return f"""EXISTS (SELECT 1 FROM {table} e JOIN plan_planversion v ON v.id = e.version_id
        WHERE v.state IN {FROZEN} AND {condition})"""  # noqa: S608 - names of our own


def _sqlite(table: str, column: str, parent: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    ids = {
        "INSERT": f"NEW.version_id, (SELECT version_id FROM {table} WHERE id = NEW.id)",  # noqa: S608
        "UPDATE": "OLD.version_id, NEW.version_id",
        "DELETE": "OLD.version_id",
    }
    statements = [
        f"""CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table}
        WHEN EXISTS (SELECT 1 FROM plan_planversion WHERE id IN ({rows}) AND state IN {FROZEN}) {refuse}"""
        for verb, rows in ids.items()
    ]
    statements.append(
        f"""CREATE TRIGGER {table}_overwritten BEFORE UPDATE OF id ON {table}
        WHEN NEW.id <> OLD.id AND {_is_frozen(table, "e.id = NEW.id")} {refuse}"""
    )
    statements += [
        f"""CREATE TRIGGER {table}_{verb.lower()}_under BEFORE {verb} ON {table}
        WHEN {_is_frozen(parent, f"e.id = NEW.{column}")} {refuse}"""
        for verb in ("INSERT", "UPDATE")
    ]
    return statements


def _postgresql(table: str, column: str, parent: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION plan_element_frozen()""",
        f"""CREATE FUNCTION {table}_under() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF {_is_frozen(parent, f"e.id = NEW.{column}")}
            THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
            RETURN NEW; END $$""",
        f"""CREATE TRIGGER {table}_under BEFORE INSERT OR UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_under()""",
    ]
