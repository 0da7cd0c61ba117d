"""What is known of the audience behind a lever, and why the feeling may be used."""

from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):
    dependencies = [("plan", "0016_plans_close_with_a_reason")]
    operations = [
        lift(),
        migrations.AddField(
            model_name="strategy",
            name="insight",
            field=models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="strategy",
            name="ethics_note",
            field=models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        ),
        restore(),
    ]
