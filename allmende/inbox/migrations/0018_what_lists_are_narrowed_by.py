from django.db import migrations, models

from allmende.channels.migrations._beside import AddIndexBeside

WHO_WAITS = ["workspace", "state", "snoozed_until", "due_at", "assignee", "channel", "language"]
BY_LANGUAGE = ["workspace", "state", "language", "-last_turn_at"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbox", "0017_language_of_a_conversation")]
    operations = [
        AddIndexBeside("conversation", models.Index(fields=WHO_WAITS, name="conversation_who_waits")),
        AddIndexBeside("conversation", models.Index(fields=BY_LANGUAGE, name="conversation_language")),
    ]
