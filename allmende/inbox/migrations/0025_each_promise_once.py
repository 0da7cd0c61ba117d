from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("inbox", "0024_promises_known_by_their_clock")]

    operations = [
        migrations.AlterField("brokenpromise", "began_at", models.DateTimeField()),
        migrations.RemoveConstraint("brokenpromise", "broken_once"),
        migrations.AddConstraint(
            "brokenpromise",
            models.UniqueConstraint(fields=["conversation", "clock", "began_at"], name="broken_once"),
        ),
    ]
