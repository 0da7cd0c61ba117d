"""A post may have parts that follow it in order: a thread, a first comment."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

# A part speaks only when the one before it stands at the network and it knows what it answers.
OUT_OF_TURN = """NEW.state = 'speaking' AND NEW.head_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM channels_dispatch earlier, channels_message mine
    WHERE (earlier.id = NEW.head_id OR earlier.head_id = NEW.head_id) AND earlier.part = NEW.part - 1
    AND earlier.state = 'sent' AND mine.id = NEW.message_id AND mine.reply_to_native_id <> '')"""
SQLITE = (
    f"""CREATE TRIGGER channels_part_in_turn BEFORE UPDATE OF state ON channels_dispatch WHEN {OUT_OF_TURN}
    BEGIN SELECT RAISE(ABORT, 'part_out_of_turn'); END""",
)
POSTGRES = (
    f"""CREATE FUNCTION channels_part_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF {OUT_OF_TURN} THEN RAISE EXCEPTION 'part_out_of_turn' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$""",
    """CREATE TRIGGER channels_part_in_turn BEFORE UPDATE OF state ON channels_dispatch
    FOR EACH ROW EXECUTE FUNCTION channels_part_in_turn()""",
)


def watch_order(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    """Put the trigger on the queue."""
    with schema_editor.connection.cursor() as cursor:
        for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0010_tracked_links")]

    operations: ClassVar = [
        migrations.AddField(
            "dispatch",
            "head",
            models.ForeignKey(
                "channels.Dispatch", null=True, on_delete=models.PROTECT, related_name="parts", db_index=False
            ),
        ),
        migrations.AddField("dispatch", "part", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("dispatch", "is_comment", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "dispatch", models.UniqueConstraint(fields=["head", "part"], name="part_once")
        ),
        migrations.AddConstraint(
            "dispatch",
            models.UniqueConstraint(fields=["head"], condition=Q(is_comment=True), name="one_first_comment"),
        ),
        migrations.AddConstraint(
            "dispatch",
            models.CheckConstraint(
                condition=Q(head__isnull=True, part=1, is_comment=False)
                | Q(head__isnull=False, part__gt=1, kind="post"),
                name="part_follows_a_head",
            ),
        ),
        migrations.RunPython(watch_order, migrations.RunPython.noop),
    ]
