"""A person's calendar addresses: one for the steps, one for each other kind of dates."""

from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):
    dependencies = [("plan", "0017_levers_say_what_they_know")]
    operations = [
        lift(),
        migrations.AddField(
            model_name="calendarfeed",
            name="kind",
            field=models.CharField(default="plan.steps", max_length=40),
        ),
        migrations.RemoveConstraint(model_name="calendarfeed", name="one_open_feed_per_person"),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("person", "kind"),
                name="one_open_feed_per_person",
            ),
        ),
        restore(),
    ]
