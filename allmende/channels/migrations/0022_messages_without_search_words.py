from django.db import migrations, models

from allmende.channels.migrations._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("channels", "0021_search_words")]
    operations = [
        AddIndexBeside(
            "message",
            models.Index(condition=models.Q(search_words__isnull=True), fields=["id"], name="message_wordless"),
        )
    ]
