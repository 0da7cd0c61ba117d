from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0016_languages_are_asked_of_each")]
    operations = [
        migrations.AddField("conversation", "language", models.CharField(max_length=3, null=True)),
        migrations.RemoveIndex("conversation", "conversation_waiting"),
    ]
