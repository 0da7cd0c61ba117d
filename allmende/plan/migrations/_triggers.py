"""Set the triggers of this room aside while SQLite rebuilds a table, and put them back.

SQLite changes most of a table by copying it, and the old table takes its triggers with it. A migration that alters a
table of published plans begins with `lift` and ends with `restore`; both leave PostgreSQL alone, which loses none.
A migration that changes what a trigger says drops and writes it between the two.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_lifted: list[str] = []


def _lift(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    _lifted.clear()
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'plan!_%' ESCAPE '!'")
        for name, sql in cursor.fetchall():
            _lifted.append(sql)
            cursor.execute(f'DROP TRIGGER "{name}"')


def _restore(_: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    for sql in _lifted:
        editor.execute(sql, params=None)
    _lifted.clear()


def lift() -> migrations.RunPython:
    return migrations.RunPython(_lift, _restore, elidable=False)


def restore() -> migrations.RunPython:
    return migrations.RunPython(_restore, _lift, elidable=False)
