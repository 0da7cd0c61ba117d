"""A word may be listed for one audience of the plan (domain 3.9); those there are hold for all.

Backwards it stops where a word is listed twice by then: which of the two would hold for everybody, no migration can say.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("guidelines", "0012_gate_exceptions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="wordentry",
            options={"ordering": ["folded", "audience_key"]},
        ),
        migrations.RemoveConstraint(
            model_name="wordentry",
            name="word_listed_once",
        ),
        migrations.AddField(
            model_name="wordentry",
            name="audience_key",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="wordentry",
            constraint=models.UniqueConstraint(fields=("workspace", "folded", "audience_key"), name="word_listed_once"),
        ),
    ]
