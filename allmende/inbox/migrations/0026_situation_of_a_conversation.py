from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0025_each_promise_once")]
    operations = [migrations.AddField("conversation", "situation", models.PositiveSmallIntegerField(null=True))]
