from django.db import migrations, models

from allmende.channels.migrations._beside import AddIndexBeside

BY_SITUATION = ["workspace", "state", "situation", "-last_turn_at"]
IS_LAID_ASIDE = models.Q(snoozed_until__isnull=False)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbox", "0027_situations_are_kept")]
    operations = [
        AddIndexBeside("conversation", models.Index(fields=BY_SITUATION, name="conversation_situation")),
        AddIndexBeside(
            "conversation",
            models.Index(fields=["workspace", "due_at"], condition=IS_LAID_ASIDE, name="conversation_laid_aside"),
        ),
    ]
