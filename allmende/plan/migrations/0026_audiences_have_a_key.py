"""Audiences are named to the rooms below by a key; those there are take their own id for it (domain 3.9)."""

import allmende.plan.models.audiences
from django.db import migrations, models
from django.db.models.functions import Cast


def take_own_id(apps, schema_editor):
    """Each audience there is takes its id for its key."""
    rows = apps.get_model("plan", "Audience").objects.using(schema_editor.connection.alias)
    rows.filter(key="").update(key=Cast("id", models.CharField(max_length=40)))


class Migration(migrations.Migration):
    dependencies = [
        ("plan", "0025_counted_beside_put_right"),
    ]

    operations = [
        migrations.AddField(
            model_name="audience",
            name="key",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.RunPython(take_own_id, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="audience",
            name="key",
            field=models.CharField(default=allmende.plan.models.audiences.new_audience_key, max_length=40),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.UniqueConstraint(fields=("workspace", "key"), name="audience_key_once"),
        ),
    ]
