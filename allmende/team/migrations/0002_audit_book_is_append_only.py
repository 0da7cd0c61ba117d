"""Rows of the audit book are written once; no path changes or removes them (`reliability.md`, rule 8)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORDS = "the audit book is append-only"


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER team_auditrow_{verb.lower()} BEFORE {verb} ON team_auditrow "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _postgresql() -> list[str]:
    return [
        f"""CREATE FUNCTION team_auditrow_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        """CREATE TRIGGER team_auditrow_kept BEFORE UPDATE OR DELETE ON team_auditrow
            FOR EACH ROW EXECUTE FUNCTION team_auditrow_kept()""",
    ]


def close_book(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgresql():
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("team", "0001_initial")]
    operations = [migrations.RunPython(close_book, elidable=False)]
