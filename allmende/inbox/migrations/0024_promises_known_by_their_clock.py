"""A broken promise is known by when its clock began, so that it is told once whatever becomes of its due time."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("inbox", "0023_what_is_to_be_closed_until_when")]

    operations = [
        migrations.AddField("conversation", "matter_since", models.DateTimeField(null=True)),
        migrations.AddField("brokenpromise", "began_at", models.DateTimeField(null=True)),
    ]
