"""What lets a demo or a copy be removed past the triggers that keep its rows, without taking a trigger down (PostgreSQL).

`config/remove.py` names the workspace it removes in a setting that ends with its transaction. While it is named, and is a
demo or a copy to practise in, the triggers that refuse to delete step aside in that transaction alone; a setting that names
anything else opens nothing. SQLite lets one transaction write at a time: there the triggers are taken down and put back in it.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SETTING = "allmende.removing"
STANDS = "NOT team_is_going()"
FUNCTION = f"""CREATE OR REPLACE FUNCTION team_is_going() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
    DECLARE named text := current_setting('{SETTING}', true);
    BEGIN
        IF named IS NULL OR named = '' THEN RETURN false; END IF;
        RETURN EXISTS (SELECT 1 FROM team_workspace w
            WHERE w.id::text = named AND (w.demo_since IS NOT NULL OR w.rehearsal_of_id IS NOT NULL));
    END $$"""
_KEEPING = """SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND (t.tgtype & 8) <> 0 AND c.relnamespace = current_schema()::regnamespace AND c.relname LIKE %s
    ORDER BY c.relname, t.tgname"""


def let_go(tables: str) -> migrations.RunPython:
    """Let the triggers on tables of such a name (`LIKE`) that see rows deleted look at it from now on. A migration that makes
    another such trigger ends with this."""

    def forwards(_: object, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            return
        with editor.connection.cursor() as cursor:
            cursor.execute(_KEEPING, [tables])
            for (definition,) in cursor.fetchall():
                if STANDS not in definition:
                    cursor.execute(_stepping_aside(definition))

    def backwards(_: object, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            return
        with editor.connection.cursor() as cursor:
            cursor.execute(_KEEPING, [tables])
            for (definition,) in cursor.fetchall():
                cursor.execute(_replaced(definition.replace(_WHEN, " ", 1)))

    return migrations.RunPython(forwards, backwards)


_WHEN = f" WHEN (({STANDS})) "


def _stepping_aside(definition: str) -> str:
    """A trigger with a condition of its own would need both: none has one."""
    if " WHEN (" in definition:
        raise ValueError(definition)
    return _replaced(definition.replace(" EXECUTE FUNCTION ", f"{_WHEN}EXECUTE FUNCTION ", 1))


def _replaced(definition: str) -> str:
    return definition.replace("CREATE TRIGGER ", "CREATE OR REPLACE TRIGGER ", 1)


def _make(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        editor.execute(FUNCTION, None)


def _drop(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        editor.execute("DROP FUNCTION IF EXISTS team_is_going() CASCADE", None)


def make_function() -> migrations.RunPython:
    return migrations.RunPython(_make, _drop)
