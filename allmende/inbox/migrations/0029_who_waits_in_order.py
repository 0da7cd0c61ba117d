from django.db import migrations, models

from allmende.channels.migrations._beside import AddIndexBeside

IN_ORDER = ["workspace", "state", "snoozed_until", "due_at", "id", "assignee", "channel", "language"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbox", "0028_lists_by_situation")]
    operations = [AddIndexBeside("conversation", models.Index(fields=IN_ORDER, name="conversation_waiting"))]
