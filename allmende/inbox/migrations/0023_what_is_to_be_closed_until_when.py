from django.db import migrations, models

from allmende.channels.migrations._beside import AddIndexBeside

UNSETTLED = models.Index(
    condition=models.Q(("resolve_by__isnull", False)), fields=["workspace", "resolve_by"], name="conversation_unsettled"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbox", "0022_what_was_late_and_private_already")]
    operations = [AddIndexBeside("conversation", UNSETTLED)]
