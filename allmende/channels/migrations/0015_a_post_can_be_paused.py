"""A post in the queue can be paused; what is paused never speaks (S2-10)."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


def put_back_triggers(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    """SQLite made the table anew for the constraint, and lost the order of parts with it."""
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS channels_part_in_turn")
        for statement in import_module("allmende.channels.migrations.0011_parts").SQLITE:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0014_bylines")]

    operations: ClassVar = [
        migrations.AddField("dispatch", "paused_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "dispatch",
            models.CheckConstraint(
                condition=~Q(state="speaking") | Q(paused_at__isnull=True), name="paused_never_speaks"
            ),
        ),
        migrations.RunPython(put_back_triggers, migrations.RunPython.noop),
    ]
