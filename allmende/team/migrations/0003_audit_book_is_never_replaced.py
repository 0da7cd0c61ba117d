"""SQLite's INSERT OR REPLACE overwrote a row of the audit book without asking the delete trigger of 0002."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TRIGGER = """CREATE TRIGGER team_auditrow_replaced BEFORE INSERT ON team_auditrow WHEN EXISTS (
    SELECT 1 FROM team_auditrow WHERE id = NEW.id OR (workspace_id = NEW.workspace_id AND number = NEW.number))
    BEGIN SELECT RAISE(ABORT, 'the audit book is append-only'); END"""


def close_book(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(TRIGGER)


class Migration(migrations.Migration):
    dependencies = [("team", "0002_audit_book_is_append_only")]
    operations = [migrations.RunPython(close_book, elidable=False)]
